#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/value.h"

namespace antiphon::testing {

/// What a flow has taken from answers, by name.
using Captures = std::map<std::string, schema::Value, std::less<>>;

/// A JSON value as a test expects it: JSON in which some parts stay open.
///
///   pattern  = object | array | string | literal | "*" | "$" name | "<" type ">"
///   object   = "{" [ member *( "," member ) ] [ "," "..." ] "}"
///   member   = string ":" pattern
///   array    = "[" [ pattern *( "," pattern ) ] [ "," "..." ] "]"
///   string   = a JSON string whose content is a text pattern (match_text)
///   literal  = number | "true" | "false" | "null"
///   type     = number | integer | text | boolean | array | object | time | "id" prefix
///
/// `*` is any value. `$name` is the value captured under that name, or captures it. `...` allows
/// further members or items; an object or array of nothing else is `{...}`, `[...]`. Members stand
/// in any order.
class Pattern {
 public:
  /// @throws Error{Code::invalid} naming the column
  static Pattern parse(std::string_view text);

  /// What is wrong with `value`, with its JSON pointer; nothing when it fits, and then only
  /// `captures` has the new names.
  std::optional<std::string> mismatch(const schema::Value& value, Captures& captures) const;

 private:
  friend class PatternParser;
  enum class Kind { any, capture, type, text, literal, object, array };
  struct Member;

  std::optional<std::string> check(const schema::Value& value, Captures& captures,
                                   const std::string& pointer) const;
  std::optional<std::string> check_object(const schema::Value& value, Captures& captures,
                                          const std::string& pointer) const;
  std::optional<std::string> check_array(const schema::Value& value, Captures& captures,
                                         const std::string& pointer) const;

  Kind kind_ = Kind::any;
  std::string text_;  ///< the capture's name, the type, the text pattern
  schema::Value literal_;
  std::vector<Member> members_;
  std::vector<Pattern> items_;
  bool open_ = false;  ///< ended with `...`
};

struct Pattern::Member {
  std::string key;
  Pattern pattern;
};

/// Whether `text` fits `pattern`: `*` stands for any characters, `$name` for the text captured
/// under that name, or captures at least one character; `**` and `$$` are the signs themselves.
bool match_text(std::string_view pattern, std::string_view text, Captures& captures);

/// `text` with every `$name` replaced by what was captured, and `$$` by the sign. A value that is
/// no text stands as JSON. @throws Error{Code::invalid} for a name without a value
std::string substitute(std::string_view text, const Captures& captures);

}  // namespace antiphon::testing
