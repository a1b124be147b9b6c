#pragma once

#include <string>
#include <vector>

// Files of the source tree, which is the working folder of a test.

namespace antiphon::apps_test {

/// @throws std::runtime_error when it cannot be read
std::string read_file(const std::string& path);
void write_file(const std::string& path, const std::string& text);

/// The .h and .cpp files below these folders that are no tests, in order.
std::vector<std::string> sources_of(const std::vector<std::string>& folders);

/// The cells of every table row whose first cell stands in backticks, such as "| `http.idle` | 75 s
/// |". Backticks are taken off the first cell.
std::vector<std::vector<std::string>> rows_of(const std::string& markdown);

}  // namespace antiphon::apps_test
