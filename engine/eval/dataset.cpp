#include "engine/eval/dataset.h"

#include <fmt/format.h>

namespace antiphon::eval {
namespace {

constexpr std::size_t errors_max = 100;  // told at once

void parse_row(std::string_view text, std::size_t line, std::vector<Row>& rows, SetErrors& errors) {
  Row row{.line = line};
  std::vector<FieldError> broken;
  schema::parse_json(text, schema::of<Row>(), &row, {}, broken);
  if (broken.empty()) {
    rows.push_back(std::move(row));
  } else {
    errors.add(line, "", std::move(broken));
  }
}

}  // namespace

void SetErrors::add(std::size_t line, std::string_view place, std::vector<FieldError> errors) {
  for (FieldError& error : errors) {
    if (errors_.size() == errors_max) return;
    std::string pointer = std::string(place) + error.pointer;
    std::string at = pointer.empty() ? "" : pointer + ": ";
    errors_.push_back({pointer, std::move(error.rule),
                       fmt::format("{}:{}: {}{}", name_, line, at, error.message)});
  }
}

void SetErrors::finish() const {
  if (!errors_.empty()) throw Error(errors_);
}

std::vector<Row> parse_rows(std::string_view text, SetErrors& errors) {
  if (text.size() > set_bytes_max) {
    throw Error(Code::too_large, fmt::format("The set has {} bytes; at most {} are read.",
                                             text.size(), set_bytes_max));
  }
  std::vector<Row> rows;
  for (std::size_t line = 1; !text.empty(); ++line) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (rows.size() == cases_max) {
      errors.add(line, "",
                 {{"", "max_items", fmt::format("A set has at most {} cases.", cases_max)}});
      break;
    }
    parse_row(one, line, rows, errors);
  }
  if (rows.empty()) {
    errors.add(1, "",
               {{"", "min_items", "The set has no case; a line is {\"input\":…,\"expected\":…}."}});
  }
  return rows;
}

}  // namespace antiphon::eval
