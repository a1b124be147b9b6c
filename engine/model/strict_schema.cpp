#include "engine/model/strict_schema.h"

#include "engine/schema/json.h"

namespace antiphon::model {
namespace {

bool requires_all(const schema::Value& object) {
  const schema::Value* properties = object.find("properties");
  if (!properties || !properties->is_object()) return false;
  const schema::Value* more = object.find("additionalProperties");
  if (!more || !more->is_boolean() || more->boolean()) return false;
  const schema::Value* required = object.find("required");
  if (!required || !required->is_array()) return properties->members().empty();
  return std::ranges::all_of(properties->members(), [&](const auto& member) {
    return std::ranges::find(required->items(), schema::Value(member.key)) !=
           required->items().end();
  });
}

bool is_object_schema(const schema::Value& schema) {
  const schema::Value* type = schema.find("type");
  return type && type->is_text() && type->text() == "object";
}

}  // namespace

bool is_strict_schema(const schema::Value& schema) {
  if (schema.is_array()) return std::ranges::all_of(schema.items(), is_strict_schema);
  if (!schema.is_object()) return true;
  if (is_object_schema(schema) && !requires_all(schema)) return false;
  return std::ranges::all_of(schema.members(),
                             [](const auto& member) { return is_strict_schema(member.value); });
}

}  // namespace antiphon::model
