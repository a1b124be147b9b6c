#pragma once

#include <string>
#include <string_view>

#include "engine/schema/describe.h"

namespace antiphon::schema {

/// How strictly and within which limits JSON is read. The defaults are for clients' input; replies
/// of outside services are read with `outside()`.
struct ParseOptions {
  std::size_t bytes_max = std::size_t{16} << 20;
  std::size_t depth_max = 64;
  std::size_t values_max = 1'000'000;  ///< bounds the memory of many tiny values
  std::size_t errors_max = 100;        ///< reported at once; further ones are left out
  bool ignore_unknown = false;         ///< unknown keys are skipped, not refused
  bool null_is_absent = false;         ///< null in an optional or defaulted field means absent

  /// For what others define and extend: unknown keys are skipped, null means absent.
  static ParseOptions outside() { return {.ignore_unknown = true, .null_is_absent = true}; }
};

/// Reads a T. Rules of the field errors, stable: required, type, unknown, min, max, min_length,
/// max_length, min_items, max_items, enum, duplicate, utf8, range, depth, syntax, format.
/// @throws Error{fields} with every broken field at once, by JSON pointer;
///         Error{Code::too_large} above bytes_max
template <class T>
T parse(std::string_view json, const ParseOptions& options = {});

/// Compact JSON of a described value; doubles in their shortest form that reads back the same.
/// @throws Error{Code::internal} for NaN, infinity and text that is not UTF-8
template <class T>
std::string to_json(const T& value);

/// Reads into `target`, which is a default-constructed value of `type`; adds what is wrong.
/// After an error the target holds what was read until then.
void parse_json(std::string_view json, const Type& type, void* target, const ParseOptions& options,
                std::vector<FieldError>& errors);
/// As `parse`. @throws as `parse`
void parse_json(std::string_view json, const Type& type, void* target,
                const ParseOptions& options = {});

/// Appends the JSON of a value of `type`.
void write_json(std::string& out, const Type& type, const void* value);
/// Appends `text` as a JSON string with its quotes. @throws Error{Code::internal} unless UTF-8
void write_text(std::string& out, std::string_view text);
/// Appends the shortest form that reads back the same. @throws Error{Code::internal} unless finite
void write_number(std::string& out, double number);

/// Any JSON. @throws as `parse`
inline Value parse_value(std::string_view json, const ParseOptions& options = {}) {
  Value value;
  parse_json(json, of<Value>(), &value, options);
  return value;
}

/// Reads from JSON that was parsed before, by the rules of `parse`. @throws as `parse`
void read_value(const Value& json, const Type& type, void* target,
                const ParseOptions& options = {});
template <class T>
T read(const Value& json, const ParseOptions& options = {}) {
  T value{};
  read_value(json, of<T>(), &value, options);
  return value;
}

template <class T>
T parse(std::string_view json, const ParseOptions& options) {
  T value{};
  parse_json(json, of<T>(), &value, options);
  return value;
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  write_json(out, of<T>(), &value);
  return out;
}

}  // namespace antiphon::schema
