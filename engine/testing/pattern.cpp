#include "engine/testing/pattern.h"

#include <algorithm>

#include "engine/base/clock.h"
#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/schema/json.h"

namespace antiphon::testing {
namespace {

constexpr std::string_view id_type = "id ";

bool is_time(const schema::Value& value) {
  try {
    parse_rfc3339(value.text());
    return true;
  } catch (const Error&) {
    return false;
  }
}

bool has_type(const schema::Value& value, std::string_view type) {
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_integer();
  if (type == "text") return value.is_text();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "time") return value.is_text() && is_time(value);
  return value.is_text() && is_id(value.text(), type.substr(id_type.size()));
}

std::string shown(const schema::Value& value) {
  constexpr std::size_t bytes_max = 400;
  std::string text = schema::to_json(value);
  if (text.size() > bytes_max) text = text.substr(0, bytes_max) + "…";
  return text;
}

std::string differs(const std::string& pointer, std::string_view expected,
                    const schema::Value& came) {
  return fmt::format("{}: expected {}, came {}", pointer.empty() ? "the whole" : pointer, expected,
                     shown(came));
}

}  // namespace

std::optional<std::string> Pattern::mismatch(const schema::Value& value, Captures& captures) const {
  Captures tried = captures;
  auto wrong = check(value, tried, "");
  if (!wrong) captures = std::move(tried);
  return wrong;
}

std::optional<std::string> Pattern::check(const schema::Value& value, Captures& captures,
                                          const std::string& pointer) const {
  switch (kind_) {
    case Kind::any: return std::nullopt;
    case Kind::object: return check_object(value, captures, pointer);
    case Kind::array: return check_array(value, captures, pointer);
    case Kind::capture: {
      auto [entry, is_new] = captures.try_emplace(text_, value);
      if (is_new || entry->second == value) return std::nullopt;
      return differs(pointer, fmt::format("${} = {}", text_, shown(entry->second)), value);
    }
    case Kind::type:
      if (has_type(value, text_)) return std::nullopt;
      return differs(pointer, "<" + text_ + ">", value);
    case Kind::text:
      if (value.is_text() && match_text(text_, value.text(), captures)) return std::nullopt;
      return differs(pointer, '"' + text_ + '"', value);
    case Kind::literal:
      if (literal_ == value) return std::nullopt;
      return differs(pointer, shown(literal_), value);
  }
  return std::nullopt;
}

std::optional<std::string> Pattern::check_object(const schema::Value& value, Captures& captures,
                                                 const std::string& pointer) const {
  if (!value.is_object()) return differs(pointer, "an object", value);
  for (const Member& member : members_) {
    std::string inner = pointer + "/" + schema::escape_pointer(member.key);
    const schema::Value* found = value.find(member.key);
    if (!found) return fmt::format("{} is missing in {}", inner, shown(value));
    if (auto wrong = member.pattern.check(*found, captures, inner)) return wrong;
  }
  if (open_) return std::nullopt;
  for (const schema::Value::Member& member : value.members()) {
    if (std::ranges::find(members_, member.key, &Member::key) == members_.end()) {
      return differs(pointer + "/" + schema::escape_pointer(member.key), "no such member",
                     member.value);
    }
  }
  return std::nullopt;
}

std::optional<std::string> Pattern::check_array(const schema::Value& value, Captures& captures,
                                                const std::string& pointer) const {
  if (!value.is_array()) return differs(pointer, "an array", value);
  std::size_t count = value.items().size();
  if (count < items_.size() || (count > items_.size() && !open_)) {
    return differs(pointer, fmt::format("{} items{}", items_.size(), open_ ? " or more" : ""),
                   value);
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    auto wrong = items_[i].check(value.items()[i], captures, fmt::format("{}/{}", pointer, i));
    if (wrong) return wrong;
  }
  return std::nullopt;
}

}  // namespace antiphon::testing
