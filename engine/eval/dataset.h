#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/schema/json.h"

// A labelled set is a file of JSON Lines, one case a line:
//
//   {"input":{"text":"The match was great"},"expected":{"sentiment":"positive"},"tags":["sport"]}
//
// What `input` and `expected` hold belongs to the evaluation; `tags` sort cases into kinds whose
// figures are shown apart. Empty lines are passed over.

namespace antiphon::eval {

inline constexpr std::size_t set_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t cases_max = 100'000;
inline constexpr std::size_t tags_max = 16;  ///< of one case

/// A line as it was read, before anybody knows what it is about.
struct Row {
  schema::RawJson input;
  schema::RawJson expected;
  std::vector<std::string> tags;
  std::size_t line = 0;  ///< in the file, from 1
};

inline auto describe(schema::Tag<Row>) {
  return schema::object<Row>("Row", "One case of a labelled set")
      .field("input", &Row::input, "What is asked")
      .field("expected", &Row::expected, "What is right")
      .field("tags", &Row::tags, "Kinds of cases it belongs to", schema::max_items(tags_max),
             schema::defaulted);
}

/// One labelled case.
template <class Input, class Expected>
struct Case {
  Input input;
  Expected expected;
  std::vector<std::string> tags;
  std::size_t line = 0;  ///< in the file, from 1
};

/// Reads a set whose inputs and labels are described structs.
/// @param name  of the file, for messages
/// @throws Error{fields} with everything that is wrong, each with "name:line: ";
///         Error{Code::too_large} above set_bytes_max
template <class Input, class Expected>
std::vector<Case<Input, Expected>> parse_set(std::string_view text, std::string_view name);

/// Takes what is wrong with one line or with all, and tells it at once.
class SetErrors {
 public:
  explicit SetErrors(std::string_view name) : name_(name) {}

  /// @param place  JSON pointer of what `errors` are in: "/input"
  void add(std::size_t line, std::string_view place, std::vector<FieldError> errors);
  /// @throws Error{fields} unless nothing is wrong
  void finish() const;

 private:
  std::string name_;
  std::vector<FieldError> errors_;
};

/// The lines of a set; what is wrong with them goes to `errors`, and those are left out.
std::vector<Row> parse_rows(std::string_view text, SetErrors& errors);

template <class Input, class Expected>
std::vector<Case<Input, Expected>> parse_set(std::string_view text, std::string_view name) {
  SetErrors errors(name);
  std::vector<Case<Input, Expected>> cases;
  for (Row& row : parse_rows(text, errors)) {
    Case<Input, Expected> made{.tags = std::move(row.tags), .line = row.line};
    std::vector<FieldError> of_input;
    std::vector<FieldError> of_expected;
    schema::parse_json(row.input.text, schema::of<Input>(), &made.input, {}, of_input);
    schema::parse_json(row.expected.text, schema::of<Expected>(), &made.expected, {}, of_expected);
    errors.add(row.line, "/input", std::move(of_input));
    errors.add(row.line, "/expected", std::move(of_expected));
    cases.push_back(std::move(made));
  }
  errors.finish();
  return cases;
}

}  // namespace antiphon::eval
