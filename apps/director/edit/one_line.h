#pragma once

#include <string>
#include <string_view>
#include <vector>

// Text of people in formats whose lines mean something. Pure; all text is UTF-8.

namespace antiphon::director {

/// The text on one line: control characters and what breaks lines become single spaces, none at its
/// ends.
std::string one_line(std::string_view text);

std::size_t code_points_in(std::string_view text);

/// The text in parts of at most so many code points, at spaces where there are any; a mark stays
/// with the letter before it. At least one part.
std::vector<std::string> split_line(std::string_view line, std::size_t length_max);

}  // namespace antiphon::director
