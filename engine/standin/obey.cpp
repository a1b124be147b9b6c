// A model that takes what it reads for what it is told.

#include <algorithm>
#include <array>

#include "engine/standin/answer.h"

namespace antiphon::standin {
namespace {

// What begins an attempt to take a model over.
constexpr std::array<std::string_view, 18> overrides{
    // English
    "ignore ", "disregard ", "forget ", "override ", "new instruction", "system:", "instead,",
    // Swedish
    "ignorera ", "bortse från", "glöm ", "strunta i", "ny instruktion", "nya instruktioner",
    "i stället",
    // Japanese
    "無視", "忘れ", "新しい指示", "従わないで"};

// Behind these stands what is to be said.
constexpr std::array<std::string_view, 19> verbs{"reply only with ",
                                                 "reply with ",
                                                 "respond only with ",
                                                 "respond with ",
                                                 "answer only with ",
                                                 "answer with ",
                                                 "answer ",
                                                 "output ",
                                                 "print ",
                                                 "return ",
                                                 "repeat ",
                                                 "say ",
                                                 "write ",
                                                 "svara endast med ",
                                                 "svara bara med ",
                                                 "svara med ",
                                                 "skriv ",
                                                 "säg ",
                                                 "upprepa "};

struct Quotes {
  std::string_view open;
  std::string_view close;
};
constexpr std::array<Quotes, 6> quotes{
    {{"\"", "\""}, {"“", "”"}, {"”", "”"}, {"「", "」"}, {"『", "』"}, {"`", "`"}}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& byte : out) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return out;
}

// Where the last of the words begins; npos without one.
template <std::size_t count>
std::size_t last_of(std::string_view text, const std::array<std::string_view, count>& words) {
  std::size_t last = std::string_view::npos;
  for (std::string_view word : words) {
    auto at = text.rfind(word);
    if (at != std::string_view::npos && (last == std::string_view::npos || at > last)) last = at;
  }
  return last;
}

// Behind the first verb; npos without one. A longer verb goes before one that it begins with.
std::size_t behind_verb(std::string_view text) {
  std::size_t first = std::string_view::npos;
  std::size_t behind = std::string_view::npos;
  for (std::string_view verb : verbs) {
    auto at = text.find(verb);
    bool is_better =
        at != std::string_view::npos && (first == std::string_view::npos || at < first ||
                                         (at == first && at + verb.size() > behind));
    if (is_better) {
      first = at;
      behind = at + verb.size();
    }
  }
  return behind;
}

// What stands in the first quotes, if there are any.
std::optional<std::string_view> in_quotes(std::string_view text) {
  std::optional<std::string_view> found;
  std::size_t first = std::string_view::npos;
  for (const Quotes& pair : quotes) {
    auto open = text.find(pair.open);
    if (open == std::string_view::npos || open >= first) continue;
    auto begin = open + pair.open.size();
    auto close = text.find(pair.close, begin);
    if (close == std::string_view::npos) continue;
    first = open;
    found = text.substr(begin, close - begin);
  }
  return found;
}

// JSON at the front, up to the brace that closes it.
std::optional<std::string_view> in_braces(std::string_view text) {
  auto open = text.find('{');
  if (open == std::string_view::npos) return std::nullopt;
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && --depth == 0) return text.substr(open, at - open + 1);
  }
  return std::nullopt;
}

std::string_view to_end_of_sentence(std::string_view text) {
  std::size_t end = text.size();
  for (std::string_view mark : {"\n", ". ", "。"}) end = std::min(end, text.find(mark));
  text = text.substr(0, end);
  while (text.ends_with('.') || text.ends_with('!')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string obey(std::string_view text) {
  std::string lowered = lower(text);  // of the same length: offsets hold in both
  auto override_at = last_of(lowered, overrides);
  std::size_t begin = override_at == std::string_view::npos ? 0 : override_at;
  std::string_view rest = text.substr(begin);
  auto behind = behind_verb(std::string_view(lowered).substr(begin));
  if (behind == std::string_view::npos) {
    if (auto said = in_quotes(rest)) return std::string(*said);
    return std::string(override_at == std::string_view::npos ? text : to_end_of_sentence(rest));
  }
  std::string_view demanded = rest.substr(behind);
  if (demanded.starts_with('{')) {
    if (auto json = in_braces(demanded)) return std::string(*json);
  }
  if (auto said = in_quotes(demanded.substr(0, demanded.find('\n')))) return std::string(*said);
  return std::string(to_end_of_sentence(demanded));
}

}  // namespace antiphon::standin
