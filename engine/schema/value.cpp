#include "engine/schema/value.h"

#include <charconv>
#include <cmath>

#include "engine/base/error.h"
#include "engine/schema/type.h"

namespace antiphon::schema {

namespace {

[[noreturn]] void wrong_kind(std::string_view wanted, std::size_t found) {
  constexpr std::array names{"null",     "a boolean", "an integer", "an integer above int64",
                             "a number", "text",      "an array",   "an object"};
  throw Error(Code::invalid, fmt::format("Expected {}, found {}.", wanted, names.at(found)));
}

std::string unescape_pointer(std::string_view step) {
  std::string key;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool escaped = step[i] == '~' && i + 1 < step.size();
    key += !escaped ? step[i] : step[++i] == '1' ? '/' : '~';
  }
  return key;
}

const Value* find_item(const Value::Array& items, std::string_view step) {
  std::size_t index = 0;
  const auto [end, failure] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool canonical = step == "0" || !step.starts_with('0');
  const bool whole = failure == std::errc() && end == step.data() + step.size();
  return canonical && whole && index < items.size() ? &items[index] : nullptr;
}

}  // namespace

Value::Value() = default;
Value::Value(std::nullptr_t) {}
Value::Value(bool boolean) : data_(boolean) {}
Value::Value(int integer) : data_(std::int64_t{integer}) {}
Value::Value(std::int64_t integer) : data_(integer) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(std::string_view text) : data_(std::string(text)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(Array items) : data_(std::move(items)) {}
Value::Value(Object members) : data_(std::move(members)) {}
Value Value::array() { return Array(); }
Value Value::object() { return Object(); }

// A whole number is the integer it equals where that is exact; "-0" keeps its sign.
Value::Value(double number) : data_(number) {
  const bool whole = std::trunc(number) == number && std::abs(number) <= exact_integer_max;
  if (whole && !(number == 0 && std::signbit(number))) data_ = static_cast<std::int64_t>(number);
}

// An integer has one representation: int64 wherever it fits.
Value::Value(std::uint64_t integer) {
  if (integer <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    data_ = static_cast<std::int64_t>(integer);
  } else {
    data_ = integer;
  }
}

bool Value::is_integer() const {
  return std::holds_alternative<std::int64_t>(data_) ||
         std::holds_alternative<std::uint64_t>(data_);
}

bool Value::is_number() const { return is_integer() || std::holds_alternative<double>(data_); }

bool Value::boolean() const {
  if (const auto* held = std::get_if<bool>(&data_)) return *held;
  wrong_kind("a boolean", data_.index());
}

std::int64_t Value::integer() const {
  if (const auto* held = std::get_if<std::int64_t>(&data_)) return *held;
  wrong_kind("an integer", data_.index());
}

std::uint64_t Value::unsigned_integer() const {
  if (const auto* held = std::get_if<std::uint64_t>(&data_)) return *held;
  const auto* held = std::get_if<std::int64_t>(&data_);
  if (held != nullptr && *held >= 0) return static_cast<std::uint64_t>(*held);
  wrong_kind("an integer that is not negative", data_.index());
}

double Value::number() const {
  if (const auto* held = std::get_if<double>(&data_)) return *held;
  if (const auto* held = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*held);
  if (const auto* held = std::get_if<std::uint64_t>(&data_)) return static_cast<double>(*held);
  wrong_kind("a number", data_.index());
}

const std::string& Value::text() const {
  if (const auto* held = std::get_if<std::string>(&data_)) return *held;
  wrong_kind("text", data_.index());
}

const Value::Array& Value::items() const {
  if (const auto* held = std::get_if<Array>(&data_)) return *held;
  wrong_kind("an array", data_.index());
}

const Value::Object& Value::members() const {
  if (const auto* held = std::get_if<Object>(&data_)) return *held;
  wrong_kind("an object", data_.index());
}

const Value* Value::find(std::string_view key) const {
  const auto* held = std::get_if<Object>(&data_);
  if (held == nullptr) return nullptr;
  const auto found = std::ranges::find(*held, key, &Member::key);
  return found == held->end() ? nullptr : &found->value;
}

const Value& Value::at(std::string_view pointer) const {
  const Value* place = this;
  std::string_view rest = pointer;
  while (place != nullptr && !rest.empty()) {
    if (rest.front() != '/') {
      throw Error(Code::invalid, "A JSON pointer is empty or begins with \"/\".");
    }
    rest.remove_prefix(1);
    const auto step = rest.substr(0, rest.find('/'));
    rest.remove_prefix(step.size());
    place =
        place->is_array() ? find_item(place->items(), step) : place->find(unescape_pointer(step));
  }
  if (place == nullptr) {
    throw Error(Code::not_found, fmt::format("Nothing at \"{}\".", pointer));
  }
  return *place;
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) data_ = Object();
  auto* held = std::get_if<Object>(&data_);
  if (held == nullptr) wrong_kind("an object", data_.index());
  const auto found = std::ranges::find(*held, key, &Member::key);
  if (found != held->end()) {
    found->value = std::move(value);
  } else {
    held->push_back({std::string(key), std::move(value)});
  }
  return *this;
}

void Value::remove(std::string_view key) {
  auto* held = std::get_if<Object>(&data_);
  if (held != nullptr) std::erase_if(*held, [&](const Member& each) { return each.key == key; });
}

Value& Value::push(Value value) {
  if (is_null()) data_ = Array();
  auto* held = std::get_if<Array>(&data_);
  if (held == nullptr) wrong_kind("an array", data_.index());
  held->push_back(std::move(value));
  return *this;
}

Value& Value::add_item() {
  push({});
  return std::get<Array>(data_).back();
}

Value& Value::add_member(std::string_view key) {
  if (is_null()) data_ = Object();
  auto* held = std::get_if<Object>(&data_);
  if (held == nullptr) wrong_kind("an object", data_.index());
  return held->emplace_back(std::string(key), Value()).value;
}

bool Value::operator==(const Value& other) const { return data_ == other.data_; }

std::string escape_pointer(std::string_view key) {
  std::string step;
  for (char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

}  // namespace antiphon::schema
