#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "apps/director/director.h"
#include "engine/http/problem.h"
#include "engine/live/close_code.h"
#include "engine/live/engine_events.h"
#include "test/apps/files.h"

// Tables that people wrote, with the code's values in them.

namespace antiphon::apps_test {
namespace {

using Rows = std::map<std::string, std::vector<std::string>>;

// The first cell of each row, and `count` cells behind it; what follows is for the reader alone.
Rows table_of(const std::string& path, std::size_t count) {
  Rows table;
  for (std::vector<std::string>& row : rows_of(read_file(path))) {
    auto last = row.begin() + static_cast<std::ptrdiff_t>(std::min(row.size(), count + 1));
    table[row[0]] = {row.begin() + 1, last};
  }
  return table;
}

// One line for each row that the page lacks, has wrong, or has for nothing.
std::vector<std::string> differences(const Rows& page, const Rows& code) {
  std::vector<std::string> lines;
  for (const auto& [name, values] : code) {
    auto row = page.find(name);
    if (row != page.end() && row->second == values) continue;
    lines.push_back(fmt::format("{} is {}", name, fmt::join(values, ", ")));
  }
  for (const auto& [name, values] : page) {
    if (!code.contains(name)) lines.push_back(name + " is not in the code");
  }
  return lines;
}

TEST(TablesTest, errors_are_those_of_the_code) {
  Rows errors;
  for (int i = 0; i <= static_cast<int>(Code::internal); ++i) {
    auto code = static_cast<Code>(i);
    errors[std::string(to_text(code))] = {std::to_string(http::status_of(code)),
                                          std::to_string(static_cast<int>(live::close_code(code)))};
  }
  EXPECT_EQ(differences(table_of("docs/errors.md", 2), errors), std::vector<std::string>{});
}

TEST(TablesTest, events_of_the_director_are_in_its_readme) {
  std::string table = live::event_table(director::info().events);
  EXPECT_TRUE(read_file("apps/director/README.md").contains(table))
      << "apps/director/README.md must have this table:\n"
      << table;
}

TEST(TablesTest, errors_of_a_take_are_in_the_directors_readme) {
  std::set<std::string> told;
  const std::regex call("tell_error\\(\\s*\"(\\w+)\"");
  for (const std::string& path : sources_of({"apps/director/take"})) {
    std::string text = read_file(path);
    for (std::sregex_iterator at(text.begin(), text.end(), call), end; at != end; ++at) {
      told.insert((*at)[1]);
    }
  }
  std::string readme = read_file("apps/director/README.md");
  ASSERT_FALSE(told.empty()) << "errors are told in another way than looked for";
  for (const std::string& code : told) {
    EXPECT_TRUE(readme.contains("| `" + code + "` |")) << code << " has no row";
  }
}

}  // namespace
}  // namespace antiphon::apps_test
