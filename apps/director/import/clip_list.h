#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/director/library/new_clip.h"

// Lists of clips to be imported, as CSV or as lines of JSON. Pure.

namespace antiphon::director {

/// One entry of a list: a file and what is told of it.
struct ListEntry : NewClip {
  std::string file;
};

inline auto describe(schema::Tag<ListEntry>) {
  return new_clip_fields(schema::object<ListEntry>("ListEntry", "A clip of a list"))
      .field("file", &ListEntry::file, "Its file: a path seen from the list", schema::min_length(1),
             schema::max_length(1024));
}

struct ListLine {
  std::int64_t number = 0;  ///< of the line on which it begins, from 1
  ListEntry entry;
  std::string problem = {};  ///< why it cannot be used; "" when it can
};

inline constexpr std::size_t list_bytes_max = std::size_t{32} << 20;
inline constexpr std::size_t list_lines_max = 100'000;

/// Reads CSV (RFC 4180) whose first line names the columns: `file` and any fields of NewClip; tags
/// stand in one cell with commas between. Where the first line has semicolons and no comma, they
/// part the cells. A line that is wrong has a problem; the others do not suffer.
/// @throws Error{fields} for a wrong first line; Error{Code::too_large} for too many lines
std::vector<ListLine> parse_csv(std::string_view text);

/// Reads a JSON object a line; empty lines are passed over. Throws as parse_csv.
std::vector<ListLine> parse_json_lines(std::string_view text);

}  // namespace antiphon::director
