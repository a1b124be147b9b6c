#include "engine/schema/scalar.h"

#include <charconv>
#include <cmath>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/schema/json.h"
#include "engine/schema/nearest.h"
#include "engine/schema/value.h"

namespace antiphon::schema {

namespace {

constexpr std::size_t shown_bytes_max = 60;

Broken wrong_type(const Slot& slot, std::string_view found) {
  return {"type", fmt::format("Expected {}, found {}.", expected(*slot.type), found)};
}

template <class Number>
std::optional<Number> whole(std::string_view digits, std::errc& failure) {
  Number number{};
  const char* begin = std::to_address(digits.begin());
  const char* end = begin + digits.size();
  const auto result = std::from_chars(begin, end, number);
  failure = result.ec;
  return result.ec == std::errc() && result.ptr == end ? std::optional(number) : std::nullopt;
}

template <class Number>
Refusal check_range(const Slot& slot, Number number) {
  const auto& [min, max] = std::tie(slot.constraints->min, slot.constraints->max);
  if (min && static_cast<double>(number) < *min) {
    return Broken{"min", fmt::format("Expected at least {}, found {}.", *min, number)};
  }
  if (max && static_cast<double>(number) > *max) {
    return Broken{"max", fmt::format("Expected at most {}, found {}.", *max, number)};
  }
  return {};
}

bool has_fraction(std::string_view digits) {
  return digits.find_first_of(".eE") != std::string_view::npos;
}

// A double is read from the text itself: Boost.JSON's own value is off in the last digit at times
// and infinite above the range.
Refusal read_double(std::string_view digits, double& number) {
  std::errc failure{};
  const auto found = whole<double>(digits, failure);
  if (failure == std::errc::result_out_of_range || (found && !std::isfinite(*found))) {
    return Broken{"range", fmt::format("{} is beyond the range of numbers.", quoted(digits))};
  }
  if (!found) return Broken{"type", fmt::format("Expected a number, found {}.", quoted(digits))};
  number = *found;
  return {};
}

Broken out_of_range(const Slot& slot, std::string_view digits) {
  return {"range", fmt::format("Expected a whole number from {} to {}, found {}.",
                               slot.type->is_signed ? slot.type->lowest : 0, slot.type->highest,
                               quoted(digits))};
}

Refusal store_bits(const Slot& slot, std::string_view digits) {
  std::errc failure{};
  const bool negative = digits.starts_with('-');
  if (negative) {
    const auto number = whole<std::int64_t>(digits, failure);
    if (!number && failure != std::errc::result_out_of_range)
      return wrong_type(slot, quoted(digits));
    const std::int64_t lowest = slot.type->is_signed ? slot.type->lowest : 0;
    if (!number || *number < lowest) return out_of_range(slot, digits);
    if (auto broken = check_range(slot, *number)) return broken;
    slot.type->store(slot.target, static_cast<std::uint64_t>(*number));
    return {};
  }
  const auto number = whole<std::uint64_t>(digits, failure);
  if (!number && failure != std::errc::result_out_of_range) return wrong_type(slot, quoted(digits));
  if (!number || *number > slot.type->highest) return out_of_range(slot, digits);
  if (auto broken = check_range(slot, *number)) return broken;
  slot.type->store(slot.target, *number);
  return {};
}

Refusal store_integer(const Slot& slot, std::string_view digits) {
  if (!has_fraction(digits)) return store_bits(slot, digits);
  double number = 0;
  if (auto broken = read_double(digits, number)) return broken;
  if (std::trunc(number) != number) return wrong_type(slot, quoted(digits));
  if (std::abs(number) > exact_integer_max) return out_of_range(slot, digits);
  return store_bits(slot, fmt::format("{}", static_cast<std::int64_t>(number)));
}

// "-0" is read as a double, which keeps its sign.
Refusal store_value(Value& value, std::string_view digits) {
  std::errc failure{};
  if (!has_fraction(digits) && digits != "-0") {
    if (const auto integer = whole<std::int64_t>(digits, failure)) {
      value = *integer;
    } else if (const auto large = whole<std::uint64_t>(digits, failure)) {
      value = *large;
    } else {
      return Broken{"range", fmt::format("{} is beyond 64 bits.", quoted(digits))};
    }
    return {};
  }
  double number = 0;
  if (auto broken = read_double(digits, number)) return broken;
  value = number;
  return {};
}

Refusal check_text(const Slot& slot, std::string_view text) {
  const Constraints& kept = *slot.constraints;
  const auto length = static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
  if (text.find('\0') != std::string_view::npos) {
    return Broken{"format", "The text contains a NUL character."};
  }
  if (length < kept.length_min) {
    return Broken{"min_length", fmt::format("Expected at least {} characters, found {}.",
                                            kept.length_min, length)};
  }
  if (length > kept.length_max) {
    return Broken{"max_length", fmt::format("Expected at most {} characters, found {}.",
                                            kept.length_max, length)};
  }
  if (!kept.one_of.empty() && std::ranges::find(kept.one_of, text) == kept.one_of.end()) {
    return Broken{"enum", unknown_key("value", text, {kept.one_of.begin(), kept.one_of.end()})};
  }
  if (kept.format.holds && !kept.format.holds(text)) {
    return Broken{"format", kept.secret ? fmt::format("Expected {}.", kept.format.right)
                                        : fmt::format("Expected {}, found {}.", kept.format.right,
                                                      quoted(text))};
  }
  return {};
}

Refusal store_enumeration(const Slot& slot, std::string_view text) {
  if (const EnumValue* found = slot.type->find_value(text)) {
    slot.type->store(slot.target, found->number);
    return {};
  }
  std::vector<std::string_view> names;
  for (const EnumValue& value : slot.type->values) names.push_back(value.name);
  return Broken{"enum", unknown_key("value", text, names)};
}

Refusal store_timestamp(const Slot& slot, std::string_view text) {
  try {
    *static_cast<Timestamp*>(slot.target) = parse_rfc3339(text);
    return {};
  } catch (const Error& error) {
    return Broken{"format", error.message()};
  }
}

void assign_list(const Slot& slot, std::string_view text, const std::string& pointer,
                 std::vector<FieldError>& errors) {
  const Constraints* each = slot.constraints->each ? slot.constraints->each.get() : &unconstrained;
  std::size_t count = 0;
  slot.type->clear(slot.target);
  while (!text.empty()) {
    const auto comma = text.find(',');
    if (count == slot.constraints->items_max) break;
    Slot element{&slot.type->element(), slot.type->add(slot.target, {}), each};
    assign_text(element, text.substr(0, comma), fmt::format("{}/{}", pointer, count++), errors);
    if (comma == std::string_view::npos) return;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Refusal store_boolean(const Slot& slot, bool value) {
  if (slot.type->kind == Kind::value) {
    *static_cast<Value*>(slot.target) = value;
  } else if (slot.type->kind == Kind::boolean) {
    *static_cast<bool*>(slot.target) = value;
  } else {
    return wrong_type(slot, value ? "true" : "false");
  }
  return {};
}

Refusal store_number(const Slot& slot, std::string_view digits) {
  switch (slot.type->kind) {
    case Kind::integer:
    case Kind::duration: return store_integer(slot, digits);
    case Kind::value: return store_value(*static_cast<Value*>(slot.target), digits);
    case Kind::number: {
      double number = 0;
      if (auto broken = read_double(digits, number)) return broken;
      if (auto broken = check_range(slot, number)) return broken;
      *static_cast<double*>(slot.target) = number;
      return {};
    }
    default: return wrong_type(slot, "a number");
  }
}

Refusal store_text(const Slot& slot, std::string_view text) {
  switch (slot.type->kind) {
    case Kind::text: {
      if (auto broken = check_text(slot, text)) return broken;
      *static_cast<std::string*>(slot.target) = text;
      return {};
    }
    case Kind::enumeration: return store_enumeration(slot, text);
    case Kind::timestamp: return store_timestamp(slot, text);
    case Kind::value: *static_cast<Value*>(slot.target) = text; return {};
    case Kind::integer:
      if (may_travel_as_text(*slot.type, *slot.constraints)) return store_bits(slot, text);
      [[fallthrough]];
    default: return wrong_type(slot, "text");
  }
}

Refusal check_count(const Slot& slot, std::size_t count) {
  const Constraints& kept = *slot.constraints;
  if (count < kept.items_min) {
    return Broken{"min_items",
                  fmt::format("Expected at least {} items, found {}.", kept.items_min, count)};
  }
  if (count > kept.items_max) {
    return Broken{"max_items",
                  fmt::format("Expected at most {} items, found {}.", kept.items_max, count)};
  }
  return {};
}

Slot slot_of(const Field& field, void* object) {
  return {&field.type(), field.in(object), &field.constraints};
}

Slot filled(Slot slot) {
  while (slot.type->kind == Kind::optional || slot.type->kind == Kind::nullable) {
    slot.target = slot.type->add(slot.target, {});
    slot.type = &slot.type->element();
  }
  return slot;
}

void assign_text(const Slot& given, std::string_view text, const std::string& pointer,
                 std::vector<FieldError>& errors) {
  if (!is_utf8(text)) {
    errors.push_back({pointer, "utf8", "The text is not UTF-8."});
    return;
  }
  const Slot slot = filled(given);
  Refusal broken;
  switch (slot.type->kind) {
    case Kind::boolean:
      broken = text == "true" || text == "false" ? store_boolean(slot, text == "true")
                                                 : wrong_type(slot, quoted(text));
      break;
    case Kind::integer:
    case Kind::duration:
    case Kind::number: broken = store_number(slot, text); break;
    case Kind::text:
    case Kind::timestamp:
    case Kind::enumeration: broken = store_text(slot, text); break;
    case Kind::list: {
      const Kind element = bare(slot.type->element()).kind;
      if (element < Kind::list) {
        assign_list(slot, text, pointer, errors);
        const auto commas = static_cast<std::size_t>(std::ranges::count(text, ','));
        broken = check_count(slot, text.empty() ? 0 : commas + 1);
        break;
      }
      [[fallthrough]];
    }
    default: {
      std::vector<FieldError> inner;
      parse_json(text, *slot.type, slot.target, {}, inner);
      for (FieldError& error : inner) {
        errors.push_back({pointer + error.pointer, error.rule, error.message});
      }
    }
  }
  if (broken) errors.push_back({pointer, std::string(broken->rule), std::move(broken->message)});
}

std::string_view expected(const Type& type) {
  switch (type.kind) {
    case Kind::boolean: return "true or false";
    case Kind::integer: return "a whole number";
    case Kind::number: return "a number";
    case Kind::text: return "text";
    case Kind::timestamp: return "a time, as in \"2026-03-01T08:15:30.250Z\"";
    case Kind::duration: return "a whole number of milliseconds";
    case Kind::enumeration: return "one of its names, as text";
    case Kind::list: return "an array";
    case Kind::map:
    case Kind::object: return "an object";
    default: return "any JSON";
  }
}

std::string missing_field(const Field& field) {
  return fmt::format("{} is missing: expected {}.", quoted(field.name),
                     expected(bare(field.type())));
}

std::string unknown_key(std::string_view what, std::string_view key,
                        const std::vector<std::string_view>& known) {
  if (known.empty()) return fmt::format("Unknown {} {}; none is known here.", what, quoted(key));
  return fmt::format("Unknown {} {}; the nearest known is \"{}\".", what, quoted(key),
                     nearest(key, known));
}

std::string quoted(std::string_view text) {
  std::size_t end = std::min(text.size(), shown_bytes_max);
  while (end > 0 && end < text.size() && (text[end] & 0xC0) == 0x80) --end;
  return fmt::format("\"{}{}\"", text.substr(0, end), end < text.size() ? "…" : "");
}

}  // namespace antiphon::schema
