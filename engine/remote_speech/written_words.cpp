#include "engine/remote_speech/written_words.h"

#include <algorithm>
#include <cmath>

#include "engine/remote_speech/languages.h"
#include "engine/text/words.h"

namespace antiphon::remote_speech {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view without_outer_blanks(std::string_view text) {
  auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// What stands around words in writing and is not said.
constexpr std::string_view marks[] = {".", ",", "!", "?",  ":",  ";",  "\"", "'",  "(",  ")",
                                      "-", "…", "–", "—",  "“",  "”",  "„",  "‘",  "’",  "«",
                                      "»", "¿", "¡", "、", "。", "！", "？", "「", "」", "।"};

std::string_view without_outer_marks(std::string_view word) {
  for (bool goes_on = true; std::exchange(goes_on, false);) {
    for (std::string_view mark : marks) {
      if (word.starts_with(mark)) {
        word.remove_prefix(mark.size());
        goes_on = true;
      }
      if (word.ends_with(mark)) {
        word.remove_suffix(mark.size());
        goes_on = true;
      }
    }
  }
  return word;
}

bool begins_with_blank(const WrittenWord& word) {
  return !word.text.empty() && blanks.contains(word.text.front());
}

std::vector<std::string> split_at_blanks(std::string_view text) {
  std::vector<std::string> words;
  for (text = without_outer_blanks(text); !text.empty();) {
    auto end = std::min(text.find_first_of(blanks), text.size());
    words.emplace_back(text.substr(0, end));
    text = without_outer_blanks(text.substr(end));
  }
  return words;
}

// Each goes on to where the next one begins, so that punctuation stays with the word before it.
std::vector<std::string> split_by_unicode(std::string_view text) {
  std::vector<text::Word> found = text::split_words(text);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::size_t begin = i == 0 ? 0 : found[i].begin;
    std::size_t end = i + 1 < found.size() ? found[i + 1].begin : text.size();
    words.emplace_back(without_outer_blanks(text.substr(begin, end - begin)));
  }
  if (words.empty() && !text.empty()) words.emplace_back(text);
  return words;
}

void append(WrittenWord& word, const WrittenWord& piece) {
  word.text += piece.text;
  if (piece.end_s) word.end_s = piece.end_s;
  // A word is as sure as its least sure piece.
  if (piece.confidence && word.confidence) {
    word.confidence = std::min(*word.confidence, *piece.confidence);
  }
}

// Times that are no times, or that go back, are as good as missing.
void drop_odd_times(std::vector<WrittenWord>& words, double begin, double end) {
  double latest = begin;
  for (WrittenWord& word : words) {
    auto is_odd = [&](std::optional<double> at) {
      return at && (!std::isfinite(*at) || *at < latest || *at > end);
    };
    if (is_odd(word.start_s)) word.start_s.reset();
    if (word.start_s) latest = *word.start_s;
    if (is_odd(word.end_s)) word.end_s.reset();
    if (word.end_s) latest = *word.end_s;
  }
}

// The instants at which words begin and end, in their order, with gaps where nobody knows them.
std::vector<std::optional<double>> edges_of(const std::vector<WrittenWord>& words) {
  std::vector<std::optional<double>> edges;
  for (const WrittenWord& word : words) {
    edges.push_back(word.start_s);
    edges.push_back(word.end_s);
  }
  return edges;
}

// Between two words without times there is no silence: the end of one and the beginning of the next
// are one instant, at the same place among the words.
void fill_edges(std::vector<std::optional<double>>& edges, double begin, double end) {
  auto place = [](std::size_t edge) { return double((edge + 1) / 2); };
  double known = begin;
  double known_place = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (!edges[i]) {
      std::size_t next = i;
      while (next < edges.size() && !edges[next]) ++next;
      double after = next < edges.size() ? *edges[next] : end;
      double places = (next < edges.size() ? place(next) : place(next - 1)) - known_place;
      edges[i] = known + (after - known) * (place(i) - known_place) / places;
    }
    known = *edges[i];
    known_place = place(i);
  }
}

}  // namespace

std::vector<std::string> split_written(std::string_view text, std::string_view language) {
  return writes_no_blanks(language) ? split_by_unicode(without_outer_blanks(text))
                                    : split_at_blanks(text);
}

std::string join_written(const std::vector<speech::Word>& words, std::string_view language) {
  std::string_view between = writes_no_blanks(language) ? "" : " ";
  std::string text;
  for (const speech::Word& word : words) text.append(text.empty() ? "" : between).append(word.text);
  return text;
}

std::vector<WrittenWord> join_pieces(std::vector<WrittenWord> pieces, std::string_view language) {
  bool are_pieces = !writes_no_blanks(language) && std::ranges::any_of(pieces, begins_with_blank);
  std::vector<WrittenWord> words;
  for (WrittenWord& piece : pieces) {
    bool goes_on = are_pieces && !words.empty() && !begins_with_blank(piece);
    if (goes_on) {
      append(words.back(), piece);
    } else {
      words.push_back(std::move(piece));
    }
  }
  for (WrittenWord& word : words) word.text = without_outer_blanks(word.text);
  std::erase_if(words, [](const WrittenWord& word) { return word.text.empty(); });
  return words;
}

std::vector<speech::Word> place_words(std::vector<WrittenWord> words, double begin_s,
                                      double end_s) {
  drop_odd_times(words, begin_s, end_s);
  std::vector<std::optional<double>> edges = edges_of(words);
  fill_edges(edges, begin_s, end_s);
  auto to_ms = [](double seconds) {
    return static_cast<std::uint32_t>(std::lround(seconds * 1000));
  };
  std::vector<speech::Word> placed;
  for (std::size_t i = 0; i < words.size(); ++i) {
    placed.push_back({.text = std::move(words[i].text),
                      .start_ms = to_ms(*edges[2 * i]),
                      .end_ms = to_ms(*edges[2 * i + 1]),
                      .confidence = words[i].confidence});
  }
  return placed;
}

std::string folded_word(std::string_view word) {
  std::string_view inner = without_outer_marks(word);
  if (inner.empty()) return std::string(word);
  bool is_ascii = std::ranges::all_of(inner, [](char byte) { return byte >= 0; });
  if (!is_ascii) return text::fold(inner);
  std::string folded(inner);
  for (char& byte : folded) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return folded;
}

}  // namespace antiphon::remote_speech
