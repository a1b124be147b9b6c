#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/testing/flow.h"

namespace antiphon::testing {

/// A step of a flow with the indented lines that belong to it.
struct FlowBlock {
  int line = 0;
  std::string text;              ///< the first line and its continuations
  std::vector<NamedText> named;  ///< the lines `Name: text`
  std::string raw;               ///< all indented lines as they are, for files
};

/// @throws Error{Code::invalid} "FILE:LINE: …" for an indented line before the first step
std::vector<FlowBlock> split_flow(std::string_view text, const std::string& file);

std::string_view trimmed(std::string_view text);
/// Takes the first word off `text`, with the space around it.
std::string_view take_word(std::string_view& text);
/// All words; those in "quotes" may hold spaces. @throws Error{Code::invalid}
std::vector<std::string> split_words(std::string_view text);

}  // namespace antiphon::testing
