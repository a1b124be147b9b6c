// A value that fits a JSON Schema, as far as models are given one.

#include "engine/base/error.h"
#include "engine/standin/answer.h"

namespace antiphon::standin {
namespace {

constexpr int sample_depth_max = 16;  // schemas may refer to themselves

class Sampler {
 public:
  Sampler(const schema::Value& root, std::string_view filler) : root_(root), filler_(filler) {}

  schema::Value sample(const schema::Value& wanted, int depth = 0) const {
    if (!wanted.is_object() || depth > sample_depth_max) return {};
    if (const auto* value = wanted.find("const")) return *value;
    if (const auto* values = wanted.find("enum")) return values->items().front();
    if (const auto* place = wanted.find("$ref")) return sample(referred(place->text()), depth + 1);
    for (std::string_view choice : {"anyOf", "oneOf", "allOf"}) {
      if (const auto* list = wanted.find(choice)) return sample(list->items().front(), depth + 1);
    }
    std::string type = type_of(wanted);
    if (type == "object") return object(wanted, depth);
    if (type == "array") return array(wanted, depth);
    if (type == "string") return text(wanted);
    if (type == "integer") return lowest(wanted);
    if (type == "number") return static_cast<double>(lowest(wanted));
    if (type == "boolean") return false;
    return {};
  }

 private:
  static std::string type_of(const schema::Value& wanted) {
    const schema::Value* type = wanted.find("type");
    if (!type) return wanted.find("properties") ? "object" : "string";
    std::string name = type->is_array() ? type->items().front().text() : type->text();
    for (char& letter : name) letter |= 0x20;  // Gemini writes them large
    return name;
  }

  // "#/$defs/Clip"
  const schema::Value& referred(const std::string& place) const {
    return root_.at(std::string_view(place).substr(place.starts_with('#') ? 1 : 0));
  }

  schema::Value object(const schema::Value& wanted, int depth) const {
    schema::Value made = schema::Value::object();
    const schema::Value* properties = wanted.find("properties");
    if (!properties) return made;
    for (const auto& [name, property] : properties->members()) {
      made.set(name, sample(property, depth + 1));
    }
    return made;
  }

  schema::Value array(const schema::Value& wanted, int depth) const {
    schema::Value made = schema::Value::array();
    const schema::Value* items = wanted.find("items");
    std::int64_t count = std::max<std::int64_t>(1, integer_member(wanted, "minItems").value_or(1));
    if (integer_member(wanted, "maxItems") == 0) count = 0;
    for (std::int64_t i = 0; items && i < count; ++i) made.push(sample(*items, depth + 1));
    return made;
  }

  schema::Value text(const schema::Value& wanted) const {
    const schema::Value* format = wanted.find("format");
    if (format && format->text() == "date") return "2026-03-01";
    if (format && format->text() == "date-time") return "2026-03-01T08:00:00Z";
    auto longest = integer_member(wanted, "maxLength");
    std::string made(longest ? first_characters(filler_, static_cast<std::size_t>(*longest))
                             : filler_);
    auto shortest = static_cast<std::size_t>(integer_member(wanted, "minLength").value_or(0));
    if (count_characters(made) < shortest) made.append(shortest - count_characters(made), 'x');
    return made;
  }

  static std::int64_t lowest(const schema::Value& wanted) {
    const schema::Value* minimum = wanted.find("minimum");
    return minimum ? static_cast<std::int64_t>(std::ceil(minimum->number())) : 0;
  }

  const schema::Value& root_;
  std::string_view filler_;
};

}  // namespace

std::string sample_json(std::string_view schema, std::string_view filler) {
  if (schema.empty()) return fmt::format(R"({{"answer":{}}})", as_json(filler));
  schema::Value root = schema::parse_value(schema);
  return schema::to_json(Sampler(root, filler).sample(root));
}

}  // namespace antiphon::standin
