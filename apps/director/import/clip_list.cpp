#include "apps/director/import/clip_list.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/schema/input.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

std::string text_of(const Error& error) {
  if (error.fields().empty()) return error.message();
  std::string all;
  for (const FieldError& field : error.fields()) {
    all += fmt::format("{}{}: {}", all.empty() ? "" : " ",
                       field.pointer.empty() ? "line" : field.pointer.substr(1), field.message);
  }
  return all;
}

void expect_room(const std::vector<ListLine>& lines) {
  if (lines.size() < list_lines_max) return;
  throw Error(Code::too_large,
              fmt::format("A list has at most {} clips; send it in parts.", list_lines_max));
}

// Takes the rows of a CSV text apart, one at a time.
class CsvReader {
 public:
  struct Row {
    std::int64_t number = 0;
    std::vector<std::string> cells;
    bool is_broken = false;  ///< a quote was not closed, or text follows a closed one
  };

  explicit CsvReader(std::string_view text) : rest_(text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    std::string_view first = rest_.substr(0, rest_.find('\n'));
    if (first.contains(';') && !first.contains(',')) separator_ = ';';
  }

  bool is_at_end() const { return rest_.empty(); }

  Row next() {
    Row row{.number = line_};
    for (;;) {
      row.cells.push_back(rest_.starts_with('"') ? quoted(row) : plain());
      if (rest_.empty()) return row;
      char end = rest_.front();
      rest_.remove_prefix(1);
      if (end == separator_) continue;
      ++line_;
      return row;
    }
  }

 private:
  bool ends_cell(char c) const { return c == separator_ || c == '\n'; }

  std::string plain() {
    auto end = std::ranges::find_if(rest_, [this](char c) { return ends_cell(c); });
    std::string cell(rest_.begin(), end);
    rest_.remove_prefix(cell.size());
    if (cell.ends_with('\r')) cell.pop_back();
    return cell;
  }

  std::string quoted(Row& row) {
    std::string cell;
    rest_.remove_prefix(1);
    for (;;) {
      std::size_t quote = rest_.find('"');
      std::string_view inside = rest_.substr(0, quote);
      line_ += std::ranges::count(inside, '\n');
      cell += inside;
      row.is_broken |= quote == std::string_view::npos;
      if (quote == std::string_view::npos) rest_ = {};
      if (row.is_broken) return cell;
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) break;
      cell += '"';
      rest_.remove_prefix(1);
    }
    row.is_broken |= !plain().empty();
    return cell;
  }

  std::string_view rest_;
  char separator_ = ',';
  std::int64_t line_ = 1;
};

void check_columns(const std::vector<std::string>& columns) {
  std::vector<std::string_view> known;
  for (const schema::Field& field : schema::of<ListEntry>().fields) known.push_back(field.name);
  for (const std::string& column : columns) {
    if (std::ranges::find(known, column) != known.end()) continue;
    throw Error({{"", "unknown",
                  fmt::format("The list has a column {}; known are {}.",
                              is_utf8(column) ? fmt::format("\"{}\"", column.substr(0, 100))
                                              : std::string("that is no UTF-8"),
                              fmt::join(known, ", "))}});
  }
  if (std::ranges::find(columns, "file") == columns.end()) {
    throw Error({{"", "required", "The first line of the list names no column \"file\"."}});
  }
}

void read_row(ListLine& line, const CsvReader::Row& row, const std::vector<std::string>& columns) {
  if (row.is_broken) throw Error(Code::invalid, "A quoted cell is not closed, or text follows it.");
  if (row.cells.size() != columns.size()) {
    throw Error(Code::invalid, fmt::format("The line has {} cells; there are {} columns.",
                                           row.cells.size(), columns.size()));
  }
  schema::Input input(schema::of<ListEntry>(), &line.entry);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!is_utf8(row.cells[i])) {
      throw Error(Code::invalid, fmt::format("{}: the text must be UTF-8.", columns[i]));
    }
    if (!row.cells[i].empty() || columns[i] == "file") input.text(columns[i], row.cells[i]);
  }
  input.finish();
}

template <class F>
ListLine read_line(std::int64_t number, F read) {
  ListLine line{.number = number, .entry = {}};
  try {
    read(line);
    if (line.entry.file.contains('\0')) throw Error(Code::invalid, "file: a name has no NUL.");
  } catch (const Error& error) {
    line.entry = {};
    line.problem = text_of(error);
  }
  return line;
}

}  // namespace

std::vector<ListLine> parse_csv(std::string_view text) {
  CsvReader reader(text);
  std::vector<std::string> columns = reader.next().cells;
  check_columns(columns);
  std::vector<ListLine> lines;
  while (!reader.is_at_end()) {
    CsvReader::Row row = reader.next();
    if (row.cells.size() == 1 && row.cells[0].empty() && !row.is_broken) continue;
    expect_room(lines);
    lines.push_back(read_line(row.number, [&](ListLine& line) { read_row(line, row, columns); }));
  }
  return lines;
}

std::vector<ListLine> parse_json_lines(std::string_view text) {
  std::vector<ListLine> lines;
  for (std::int64_t number = 1; !text.empty(); ++number) {
    std::size_t end = text.find('\n');
    std::string_view json = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (json.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    expect_room(lines);
    lines.push_back(
        read_line(number, [&](ListLine& line) { line.entry = schema::parse<ListEntry>(json); }));
  }
  return lines;
}

}  // namespace antiphon::director
