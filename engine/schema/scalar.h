#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/schema/type.h"

namespace antiphon::schema {

/// A place to be filled: what it is, where it is and what it must keep.
struct Slot {
  const Type* type = nullptr;
  void* target = nullptr;
  const Constraints* constraints = nullptr;
};

/// A broken rule of one value.
struct Broken {
  std::string_view rule;
  std::string message;
};

/// What storing found wrong; nothing when the value is stored. The type of the slot is bare.
using Refusal = std::optional<Broken>;

Refusal store_boolean(const Slot& slot, bool value);
/// `digits` is a JSON number as written. For integer, number, duration and value.
Refusal store_number(const Slot& slot, std::string_view digits);
/// For text, timestamp, enumeration, value and the integers that travel as text.
Refusal store_text(const Slot& slot, std::string_view text);
Refusal check_count(const Slot& slot, std::size_t count);

/// Reads one scalar, or a comma list of them, from plain text: path and query parameters,
/// environment, flags. What is neither is read as JSON.
void assign_text(const Slot& slot, std::string_view text, const std::string& pointer,
                 std::vector<FieldError>& errors);

/// The slot of a field in its object.
Slot slot_of(const Field& field, void* object);
/// The slot below optional and nullable, which it fills.
Slot filled(Slot slot);

/// What a value of the type is called in a message: "a whole number".
std::string_view expected(const Type& type);
std::string missing_field(const Field& field);
/// A key that is not there, with the nearest that is.
std::string unknown_key(std::string_view what, std::string_view key,
                        const std::vector<std::string_view>& known);
/// Text of a caller in a message: quoted, and cut when long.
std::string quoted(std::string_view text);

}  // namespace antiphon::schema
