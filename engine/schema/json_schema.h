#pragma once

#include <map>
#include <string>

#include "engine/schema/type.h"
#include "engine/schema/value.h"

namespace antiphon::schema {

/// Collects the JSON Schemas (2020-12) of described types, each named one once, and refers to them
/// from wherever they are used. For OpenAPI 3.1 the place is "#/components/schemas/".
class SchemaSet {
 public:
  explicit SchemaSet(std::string place) : place_(std::move(place)) {}

  /// The schema of a type: a `$ref` for a struct or enumeration, otherwise the schema itself.
  Value use(const Type& type);
  /// The schema of a field with its text, constraints and default.
  Value use(const Field& field, const Type& owner);
  /// Every named schema that was used, as an object by name.
  Value schemas() const;

 private:
  Value describe(const Type& type, const Constraints& constraints);
  Value describe_object(const Type& type);

  std::string place_;
  std::map<std::string, std::pair<const Type*, Value>> named_;
};

/// A JSON Schema document of its own, with what it uses in `$defs`.
Value json_schema(const Type& type);

}  // namespace antiphon::schema
