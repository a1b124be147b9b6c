#include "engine/testing/flow_lines.h"

#include <algorithm>

#include "engine/base/error.h"

namespace antiphon::testing {
namespace {

constexpr std::string_view space = " \t\r";

std::optional<NamedText> parse_named(std::string_view line) {
  std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view name = line.substr(0, colon);
  bool is_name = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!is_name) return std::nullopt;
  return NamedText{std::string(name), std::string(trimmed(line.substr(colon + 2)))};
}

void add_line(FlowBlock& block, std::string_view line) {
  block.raw.append(line).append("\n");
  if (auto named = parse_named(line)) {
    block.named.push_back(std::move(*named));
  } else {
    block.text.append(" ").append(line);
  }
}

}  // namespace

std::vector<FlowBlock> split_flow(std::string_view text, const std::string& file) {
  std::vector<FlowBlock> blocks;
  for (int line = 1; !text.empty(); ++line) {
    std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(one.size() + 1, text.size()));
    if (trimmed(one).empty() || one.starts_with('#')) continue;
    if (!space.contains(one.front())) {
      blocks.push_back({.line = line, .text = std::string(trimmed(one))});
    } else if (!blocks.empty()) {
      add_line(blocks.back(), trimmed(one));
    } else {
      throw Error(Code::invalid,
                  fmt::format("{}:{}: an indented line belongs to a step before it", file, line));
    }
  }
  return blocks;
}

std::string_view trimmed(std::string_view text) {
  std::size_t begin = text.find_first_not_of(space);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  std::string_view word = text.substr(0, text.find_first_of(space));
  text = trimmed(text.substr(word.size()));
  return word;
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    if (text.front() != '"') {
      words.emplace_back(take_word(text));
      continue;
    }
    std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos) throw Error(Code::invalid, "a closing quote is missing");
    words.emplace_back(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
  }
  return words;
}

}  // namespace antiphon::testing
