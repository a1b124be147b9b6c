#include "engine/schema/json_schema.h"

#include <cmath>

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::schema {

namespace {

void add_text_rules(Value& schema, const Constraints& kept) {
  if (kept.length_min > 0) schema.set("minLength", std::uint64_t{kept.length_min});
  if (kept.length_max != no_limit) schema.set("maxLength", std::uint64_t{kept.length_max});
  if (!kept.format.name.empty()) schema.set("format", kept.format.name);
  if (!kept.one_of.empty()) {
    Value names = Value::array();
    for (const std::string& text : kept.one_of) names.push(text);
    schema.set("enum", std::move(names));
  }
}

void add_range(Value& schema, const Type& type, const Constraints& kept) {
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  if (type.kind == Kind::integer) {
    lowest = type.is_signed ? static_cast<double>(type.lowest) : 0;
    highest = static_cast<double>(type.highest);
  }
  lowest = std::max(lowest, kept.min.value_or(lowest));
  highest = std::min(highest, kept.max.value_or(highest));
  const auto number = [](double bound) {
    const bool whole = std::trunc(bound) == bound;
    return whole ? Value(static_cast<std::int64_t>(bound)) : Value(bound);
  };
  if (std::abs(lowest) <= exact_integer_max) schema.set("minimum", number(lowest));
  if (std::abs(highest) <= exact_integer_max) schema.set("maximum", number(highest));
}

Value describe_number(const Type& type, const Constraints& kept) {
  Value schema;
  if (may_travel_as_text(type, kept)) {
    schema.set("type", Value::array().push("integer").push("string"));
    schema.set("format", type.is_signed ? "int64" : "uint64");
  } else {
    schema.set("type", type.kind == Kind::number ? "number" : "integer");
  }
  add_range(schema, type, kept);
  if (type.kind == Kind::duration) schema.set("x-unit", "ms");
  if (!kept.unit.empty()) schema.set("x-unit", kept.unit);
  return schema;
}

Value describe_enumeration(const Type& type) {
  Value schema;
  Value names = Value::array();
  std::string doc = type.doc;
  for (const EnumValue& value : type.values) {
    names.push(value.name);
    if (!value.doc.empty()) doc += fmt::format("\n- `{}`: {}", value.name, value.doc);
  }
  schema.set("type", "string").set("enum", std::move(names));
  if (!doc.empty()) schema.set("description", doc);
  return schema;
}

void add_count(Value& schema, const Constraints& kept, const char* least, const char* most) {
  if (kept.items_min > 0) schema.set(least, std::uint64_t{kept.items_min});
  if (kept.items_max != no_limit) schema.set(most, std::uint64_t{kept.items_max});
}

}  // namespace

Value SchemaSet::use(const Type& type) { return describe(type, unconstrained); }

Value SchemaSet::use(const Field& field, const Type& owner) {
  Value schema = describe(field.type(), field.constraints);
  if (!field.doc.empty()) schema.set("description", field.doc);
  if (field.constraints.secret) schema.set("writeOnly", true);
  if (field.presence == Presence::defaulted && !field.constraints.secret) {
    std::string json;
    write_json(json, field.type(), field.in(owner.prototype.get()));
    schema.set("default", parse_value(json));
  }
  return schema;
}

Value SchemaSet::schemas() const {
  Value all = Value::object();
  for (const auto& [name, entry] : named_) all.set(name, entry.second);
  return all;
}

Value SchemaSet::describe(const Type& type, const Constraints& kept) {
  const Constraints& each = kept.each ? *kept.each : unconstrained;
  Value schema = Value::object();
  switch (type.kind) {
    case Kind::boolean: return schema.set("type", "boolean");
    case Kind::integer:
    case Kind::number:
    case Kind::duration: return describe_number(type, kept);
    case Kind::timestamp: return schema.set("type", "string").set("format", "date-time");
    case Kind::text:
      schema.set("type", "string");
      add_text_rules(schema, kept);
      return schema;
    case Kind::list:
      schema.set("type", "array").set("items", describe(type.element(), each));
      add_count(schema, kept, "minItems", "maxItems");
      return schema;
    case Kind::map:
      schema.set("type", "object").set("additionalProperties", describe(type.element(), each));
      add_count(schema, kept, "minProperties", "maxProperties");
      return schema;
    case Kind::optional: return describe(type.element(), kept);
    case Kind::nullable: {
      Value null = Value::object();
      null.set("type", "null");
      return schema.set("anyOf", Value::array().push(describe(type.element(), kept)).push(null));
    }
    case Kind::enumeration:
    case Kind::object: {
      // Entered before it is described: a struct may hold itself.
      const auto [place, fresh] = named_.try_emplace(type.name, &type, Value());
      ENSURE(place->second.first == &type, "two types of one API have different names");
      if (fresh) {
        Value described =
            type.kind == Kind::object ? describe_object(type) : describe_enumeration(type);
        named_.at(type.name).second = std::move(described);
      }
      return schema.set("$ref", place_ + type.name);
    }
    case Kind::value:
    case Kind::raw: return schema;
  }
  return schema;
}

Value SchemaSet::describe_object(const Type& type) {
  Value properties = Value::object();
  Value required = Value::array();
  for (const Field& field : type.fields) {
    properties.set(field.name, use(field, type));
    if (field.presence == Presence::required) required.push(field.name);
  }
  Value schema;
  schema.set("type", "object");
  if (!type.doc.empty()) schema.set("description", type.doc);
  schema.set("properties", std::move(properties));
  if (!required.items().empty()) schema.set("required", std::move(required));
  return schema.set("additionalProperties", false);
}

Value json_schema(const Type& type) {
  SchemaSet set("#/$defs/");
  Value document;
  document.set("$schema", "https://json-schema.org/draft/2020-12/schema");
  const Value root = set.use(type);
  for (const Value::Member& member : root.members()) document.set(member.key, member.value);
  Value definitions = set.schemas();
  if (!definitions.members().empty()) document.set("$defs", std::move(definitions));
  return document;
}

}  // namespace antiphon::schema
