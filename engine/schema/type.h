#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::schema {

/// What a value is on the wire. Everything that reads or writes is driven by this and by `Type`, in
/// plain code; templates only build the descriptions (describe.h).
enum class Kind {
  boolean,
  integer,      ///< any built-in integer; 64-bit ones beyond 2^53 travel as text
  number,       ///< double
  text,         ///< std::string, UTF-8
  timestamp,    ///< antiphon::Timestamp, RFC 3339
  duration,     ///< std::chrono duration, whole milliseconds
  enumeration,  ///< one of `values`, by name
  list,         ///< std::vector
  map,          ///< std::map<std::string, T>
  optional,     ///< std::optional: may be absent, is never null
  nullable,     ///< Nullable: must be there, may be null
  object,       ///< a described struct
  value,        ///< Value: any JSON
  raw,          ///< RawJson: any JSON, as text
};

struct Type;
/// Types are built when first asked for, so that structs may hold themselves.
using TypeOf = const Type& (*)();

/// A named form of text, such as "uri".
struct Format {
  std::string name;
  std::function<bool(std::string_view)> holds;  ///< empty: any text
  std::string right;                            ///< what would be right, for messages
};

/// Up to here (2^53) every integer is a double of its own; JSON readers lose digits beyond.
constexpr double exact_integer_max = 9007199254740992.0;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// What a field's value must keep beside its type.
struct Constraints {
  std::optional<double> min;  ///< of numbers and durations (ms), inclusive
  std::optional<double> max;
  std::size_t length_min = 0;  ///< of text, in code points
  std::size_t length_max = no_limit;
  std::size_t items_min = 0;  ///< of lists and maps
  std::size_t items_max = no_limit;
  std::vector<std::string> one_of;  ///< the only texts allowed; empty: any
  Format format;
  std::string unit;                         ///< for the reader: "ms", "bytes", "px"
  bool secret = false;                      ///< masked when shown; readable from a `*_file` key
  std::shared_ptr<const Constraints> each;  ///< of every element of a list or map
};

inline const Constraints unconstrained;

enum class Presence {
  required,   ///< must be given
  optional,   ///< std::optional: absent means empty
  defaulted,  ///< absent leaves what the default-constructed struct holds
};

struct Field {
  std::string name;  ///< camelCase, as on the wire
  std::string doc;
  TypeOf type = nullptr;
  std::size_t offset = 0;  ///< bytes from the start of the struct
  Presence presence = Presence::required;
  Constraints constraints = {};
  std::string environment;  ///< usual environment name read below ANTIPHON_*: "DATABASE_URL"
  std::string key;          ///< the name as JSON with its colon; made by add_field

  void* in(void* object) const { return static_cast<char*>(object) + offset; }
  const void* in(const void* object) const { return static_cast<const char*>(object) + offset; }
};

struct EnumValue {
  std::string name;
  std::uint64_t number = 0;
  std::string doc;
};

using Visit = std::function<void(std::string_view key, const void* element)>;

/// The description of one C++ type. Immutable once built; safe from every thread.
struct Type {
  // Made, moved and dropped in one place, not in every file that describes something.
  Type();
  Type(Type&&) noexcept;
  ~Type();

  Kind kind = Kind::value;
  std::string name;  ///< of a struct or enumeration; empty for the rest
  std::string doc;
  std::vector<Field> fields;      ///< of an object, in wire order
  std::vector<EnumValue> values;  ///< of an enumeration
  TypeOf element = nullptr;       ///< of list, map, optional, nullable

  bool is_signed = true;  ///< of an integer
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  std::uint64_t highest = std::numeric_limits<std::int64_t>::max();

  /// Integer, duration (ms) and enumeration as 64 bits, sign-extended.
  std::uint64_t (*load)(const void* value) = nullptr;
  void (*store)(void* value, std::uint64_t bits) = nullptr;
  /// Appends to a list, inserts into a map (null when the key is there), fills an optional.
  void* (*add)(void* holder, std::string_view key) = nullptr;
  /// Empties a list, map or optional.
  void (*clear)(void* holder) = nullptr;
  /// Every element of a list or map, the one of a filled optional.
  void (*visit)(const void* holder, const Visit& visit) = nullptr;

  /// A default-constructed object, from which `defaulted` fields have their values.
  std::shared_ptr<const void> prototype;

  const Field* find(std::string_view field_name) const;
  const EnumValue* find_value(std::string_view value_name) const;
};

/// Of an enumeration, for name_of() and value_of() (describe.h).
const std::string& name_of_value(const Type& type, std::uint64_t number);
std::uint64_t value_of_name(const Type& type, std::string_view name);

/// The type below optional and nullable.
const Type& bare(const Type& type);

/// Whether values of this integer type can be beyond exact_integer_max; those travel as text.
bool may_travel_as_text(const Type& type, const Constraints& constraints);

// What a field can be marked with: .field("speed", &Take::speed, "…", min(1), max(100), defaulted)
using Attribute = std::function<void(Field&)>;

/// Adds a field, which is then marked; called by Object::field (describe.h).
Field& add_field(Type& object, std::string_view name, std::string_view doc, TypeOf type,
                 std::size_t offset);

Attribute min(double lowest);
Attribute max(double highest);
Attribute min_length(std::size_t code_points);
Attribute max_length(std::size_t code_points);
Attribute min_items(std::size_t count);
Attribute max_items(std::size_t count);
Attribute one_of(std::vector<std::string> texts);
Attribute unit(std::string name);
/// Also read from this environment variable, below ANTIPHON_*.
Attribute environment(std::string variable);
/// For every element of a list or map: each({max_length(35)}).
Attribute each(std::vector<Attribute> attributes);
/// Absent leaves what the default-constructed struct holds.
void defaulted(Field& field);
/// Masked when shown; in configuration also readable from a file, by the key with `_file`.
void secret(Field& field);

Attribute format(Format format);
/// An id as make_id gives for `prefix`.
Attribute id(std::string prefix);
/// An absolute URI with a scheme.
void uri(Field& field);
/// A language tag by its form: "en", "sv-SE", "zh-Hant-TW" (BCP 47).
void language_tag(Field& field);
/// A calendar date, "2026-03-01".
void date(Field& field);

}  // namespace antiphon::schema
