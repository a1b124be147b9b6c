#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/base/clock.h"

namespace antiphon::log {

enum class Level { debug, info, warning, error };
enum class Form { text, json };

std::string_view to_text(Level level);
/// "debug", "info", "warning" or "error"; nothing otherwise.
std::optional<Level> parse_level(std::string_view text);

/// Gives a text back without what nobody may read in a log (personal data, secrets).
using Mask = std::function<std::string(std::string_view)>;

/// Longer messages and values are cut here and end in "…".
inline constexpr std::size_t value_bytes_max = 4'096;

/// A named value; refers to the texts that it is made from. Keys are written by programmers.
class Field {
 public:
  using Value = std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view>;

  Field(std::string_view key, bool value) : key(key), value(value) {}
  Field(std::string_view key, std::signed_integral auto value)
      : key(key), value(static_cast<std::int64_t>(value)) {}
  Field(std::string_view key, std::unsigned_integral auto value)
      : key(key), value(static_cast<std::uint64_t>(value)) {}
  Field(std::string_view key, std::floating_point auto value)
      : key(key), value(static_cast<double>(value)) {}
  Field(std::string_view key, std::string_view value) : key(key), value(value) {}
  Field(std::string_view key, const std::string& value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, const char* value) : Field(key, std::string_view(value)) {}

  std::string_view key;
  Value value;
};

/// One line before it is written.
struct Entry {
  Timestamp time;
  Level level;
  std::string_view message;
  std::string_view trace_id;    ///< empty when there is none
  std::string_view session_id;  ///< the same
  std::span<const Field> fields;
};

/// One line without newline, in one of two forms; README.md has the shape of each. Nothing in a
/// message or value breaks out of its place: control characters, line and paragraph separators and
/// those that turn the direction of writing are escaped, bytes that are no UTF-8 become U+FFFD.
/// @param mask  may be empty; where it throws the text is left out as "[mask failed]"
std::string to_line(const Entry& entry, Form form, const Mask& mask);

}  // namespace antiphon::log
