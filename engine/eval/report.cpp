#include "engine/eval/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "engine/base/error.h"
#include "engine/schema/nearest.h"

namespace antiphon::eval {
namespace {

bool is_reached(const Figure& figure) {
  return (!figure.at_least || figure.value >= *figure.at_least) &&
         (!figure.at_most || figure.value <= *figure.at_most);
}

std::string aim_of(const Figure& figure) {
  if (figure.at_least) return fmt::format("at least {:g}", *figure.at_least);
  if (figure.at_most) return fmt::format("at most {:g}", *figure.at_most);
  return "";
}

// A cell keeps three decimals only where they say something.
std::string cell(double value) {
  return value == static_cast<double>(static_cast<std::int64_t>(value))
             ? fmt::format("{}", value)
             : fmt::format("{:.3f}", value);
}

std::size_t widest(std::size_t least, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) least = std::max(least, text.size());
  return least;
}

std::string figures_of(const Side& side) {
  std::size_t width = 0;
  for (const Figure& figure : side.figures) width = std::max(width, figure.name.size());
  std::string lines;
  for (const Figure& figure : side.figures) {
    std::string aim = aim_of(figure);
    std::string verdict = aim.empty() ? "" : is_reached(figure) ? "reached" : "NOT reached";
    lines += fmt::format("  {:<{}} {:>9.3f} {:<3} of {:<6} {:<15} {}", figure.name, width,
                         figure.value, figure.unit, figure.cases, aim, verdict);
    lines.erase(lines.find_last_not_of(' ') + 1);
    lines += '\n';
  }
  return lines;
}

std::string table_of(const Confusion& confusion) {
  std::size_t width = widest(8, confusion.labels);
  std::string lines = fmt::format("\n  {}: rows are right, columns were given\n  {:<{}}",
                                  confusion.name, "", width);
  for (const std::string& label : confusion.labels) lines += fmt::format(" {:>{}}", label, width);
  lines += '\n';
  for (std::size_t row = 0; row < confusion.labels.size(); ++row) {
    lines += fmt::format("  {:<{}}", confusion.labels[row], width);
    for (std::int64_t count : confusion.counts[row]) lines += fmt::format(" {:>{}}", count, width);
    lines += '\n';
  }
  return lines;
}

std::string table_of(const Table& table) {
  std::size_t width = widest(8, table.columns);
  std::string lines = fmt::format("\n  {}\n ", table.name);
  for (const std::string& column : table.columns) lines += fmt::format(" {:>{}}", column, width);
  lines += '\n';
  for (const std::vector<double>& row : table.rows) {
    lines += ' ';
    for (double value : row) lines += fmt::format(" {:>{}}", cell(value), width);
    lines += '\n';
  }
  return lines;
}

std::string misses_of(const Side& side, std::size_t misses_max) {
  std::string lines;
  std::size_t shown = std::min(side.misses.size(), misses_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const Miss& miss = side.misses[i];
    lines += fmt::format("  line {} [{}]: {}\n    expected {}\n    given    {}\n", miss.line,
                         fmt::join(miss.tags, ", "), miss.input, miss.expected, miss.given);
  }
  if (shown == 0) return lines;
  return fmt::format("\n  {} of {} misses\n", shown, side.misses.size()) + lines;
}

std::vector<std::string_view> names_of(const Report& report) {
  std::vector<std::string_view> names;
  for (const Side& side : report.sides) {
    for (const Figure& figure : side.figures) names.push_back(figure.name);
  }
  return names;
}

}  // namespace

void Confusion::add(std::string_view expected, std::string_view given) {
  std::size_t row = number_of(expected);
  std::size_t column = number_of(given);  // may lengthen every row
  ++counts[row][column];
}

std::size_t Confusion::number_of(std::string_view label) {
  auto found = std::ranges::find(labels, label);
  auto number = static_cast<std::size_t>(found - labels.begin());
  if (found != labels.end()) return number;
  labels.emplace_back(label);
  counts.emplace_back();
  for (std::vector<std::int64_t>& row : counts) row.resize(labels.size());
  return number;
}

std::int64_t Confusion::cases() const {
  std::int64_t sum = 0;
  for (const std::vector<std::int64_t>& row : counts) {
    for (std::int64_t count : row) sum += count;
  }
  return sum;
}

double Confusion::accuracy() const {
  std::int64_t right = 0;
  for (std::size_t label = 0; label < labels.size(); ++label) right += counts[label][label];
  return cases() == 0 ? 0 : static_cast<double>(right) / static_cast<double>(cases());
}

std::string to_table(const Report& report, std::size_t misses_max) {
  std::string text =
      fmt::format("{}: {} cases of {}\n", report.evaluation, report.cases, report.set);
  for (const Side& side : report.sides) {
    text += fmt::format("\n{}\n", side.name) + figures_of(side);
    for (const Confusion& confusion : side.confusions) text += table_of(confusion);
    for (const Table& table : side.tables) text += table_of(table);
    text += misses_of(side, misses_max);
  }
  if (!report.limits.empty()) text += '\n';
  for (const std::string& limit : report.limits) text += limit + '\n';
  return text;
}

std::vector<std::string> unreached(const Report& report) {
  std::vector<std::string> lines;
  for (const Side& side : report.sides) {
    for (const Figure& figure : side.figures) {
      if (is_reached(figure)) continue;
      lines.push_back(fmt::format("{}: {} is {:.3f}, the aim is {}", side.name, figure.name,
                                  figure.value, aim_of(figure)));
    }
  }
  return lines;
}

void set_aim(Report& report, std::string_view wish) {
  std::size_t equals = wish.rfind('=');
  std::string_view number = equals == std::string_view::npos ? "" : wish.substr(equals + 1);
  double value = 0;
  auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (number.empty() || failure != std::errc() || end != number.data() + number.size()) {
    throw Error(Code::invalid,
                fmt::format("\"{}\" is no aim; write FIGURE=NUMBER, as in accuracy=0.85.", wish));
  }
  std::string_view name = wish.substr(0, equals);
  bool is_known = false;
  for (Side& side : report.sides) {
    for (Figure& figure : side.figures) {
      if (figure.name != name) continue;
      is_known = true;
      (figure.at_most ? figure.at_most : figure.at_least) = value;
    }
  }
  if (is_known) return;
  throw Error(Code::invalid,
              fmt::format("\"{}\" is no figure of {}; the nearest is \"{}\".", name,
                          report.evaluation, schema::nearest(name, names_of(report))));
}

}  // namespace antiphon::eval
