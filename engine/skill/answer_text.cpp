#include "engine/skill/answer_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace antiphon::skill {
namespace {

constexpr std::string_view code_mark = "```";
constexpr std::string_view thought_begin = "<think>";
constexpr std::string_view thought_end = "</think>";

// From the brace that the text begins with to its own closing one; empty: it has none.
std::string_view object_at(std::string_view text) {
  std::size_t depth = 0;
  bool is_in_text = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (is_in_text) {
      if (c == '\\') ++at;
      is_in_text = c != '"';
    } else if (c == '"') {
      is_in_text = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && --depth == 0) {
      return text.substr(0, at + 1);
    }
  }
  return {};
}

std::string_view without_thoughts(std::string_view answer) {
  std::size_t begin = answer.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || !answer.substr(begin).starts_with(thought_begin)) {
    return answer;
  }
  std::size_t end = answer.find(thought_end, begin);
  return end == std::string_view::npos ? "" : answer.substr(end + thought_end.size());
}

// The text behind the mark and the name of a language: "```json\n{".
std::string_view fenced_object(std::string_view answer) {
  for (std::size_t mark = answer.find(code_mark); mark != std::string_view::npos;
       mark = answer.find(code_mark, mark + code_mark.size())) {
    std::string_view rest = answer.substr(mark + code_mark.size());
    std::size_t open = rest.find('{');
    std::size_t first = rest.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "0123456789 \t\r\n");
    if (open != std::string_view::npos && open == first) return object_at(rest.substr(open));
  }
  return {};
}

}  // namespace

std::string_view find_object(std::string_view answer) {
  answer = without_thoughts(answer);
  if (std::string_view fenced = fenced_object(answer); !fenced.empty()) return fenced;
  std::size_t open = answer.find('{');
  return open == std::string_view::npos ? "" : object_at(answer.substr(open));
}

std::string problems_of(const std::vector<FieldError>& errors) {
  std::string text;
  for (std::size_t at = 0; at < std::min(errors.size(), problems_told_max); ++at) {
    const FieldError& error = errors[at];
    text +=
        fmt::format("{}: {}\n", error.pointer.empty() ? "all of it" : error.pointer, error.message);
  }
  return text;
}

}  // namespace antiphon::skill
