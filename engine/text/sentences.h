#pragma once

#include <string_view>
#include <vector>

namespace antiphon::text {

/// The sentences of a text, in order, without space around them: up to a full stop, question or
/// exclamation mark that a space or the end follows, or to the end of a line. Each keeps its mark.
std::vector<std::string_view> split_sentences(std::string_view text);

}  // namespace antiphon::text
