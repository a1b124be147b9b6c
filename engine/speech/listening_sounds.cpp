#include "engine/speech/listening_sounds.h"

#include <algorithm>
#include <cctype>
#include <span>
#include <string>

namespace antiphon::speech {
namespace {

using Phrases = std::span<const std::string_view>;

// A phrase of several words goes before its parts: the longest that fits is taken.
constexpr std::string_view everywhere[] = {"mm", "mmm", "mhm", "mm-hmm",
                                           "hm", "hmm", "aha", "uh-huh"};
constexpr std::string_view english[] = {"of course", "i see", "all right", "yeah", "yes",    "yep",
                                        "right",     "okay",  "ok",        "sure", "really", "wow"};
constexpr std::string_view swedish[] = {"just det", "okej då", "ja",   "jo",    "jaha",
                                        "jaså",     "precis",  "okej", "visst", "exakt"};
constexpr std::string_view japanese[] = {
    "そうですね", "そうですか", "なるほど", "はい", "ええ",     "うん", "そう",
    "へえ",       "so desu ne", "naruhodo", "hai",  "sou desu", "ee",   "un"};
constexpr std::string_view hindi[] = {"ठीक है", "हाँ",   "हां",    "अच्छा", "जी",
                                      "हम्म",   "haan", "accha", "ji"};

constexpr std::string_view english_stops[] = {"stop", "wait", "hold on", "hang on", "no"};
constexpr std::string_view swedish_stops[] = {"stopp", "sluta", "vänta", "nej"};
constexpr std::string_view japanese_stops[] = {"待って", "まって", "ストップ", "いいえ",
                                               "違う",   "ちがう", "matte"};
constexpr std::string_view hindi_stops[] = {"रुको", "रुकिए", "नहीं", "ruko", "nahin"};

struct Language {
  std::string_view name;
  Phrases listening;
  Phrases stops;
};
constexpr Language languages[] = {{"en", english, english_stops},
                                  {"sv", swedish, swedish_stops},
                                  {"ja", japanese, japanese_stops},
                                  {"hi", hindi, hindi_stops}};

const Language* find_language(std::string_view tag) {
  std::string_view primary = tag.substr(0, tag.find_first_of("-_"));
  auto found = std::ranges::find(languages, primary, &Language::name);
  return found == std::end(languages) ? nullptr : found;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// Small letters, and one blank in place of whatever stands between words. Of the lists' letters
// outside of ASCII only those of Swedish have a case.
std::string fold(std::string_view words) {
  std::string text;
  for (char byte : words) {
    auto letter = static_cast<unsigned char>(byte);
    bool is_part = letter >= 0x80 || std::isalnum(letter) != 0 || letter == '-';
    if (is_part) {
      text += static_cast<char>(letter < 0x80 ? std::tolower(letter) : letter);
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  for (std::string_view mark : {"、", "。", "！", "？"}) replace_all(text, mark, " ");
  for (auto [large, small] : {std::pair{"Å", "å"}, {"Ä", "ä"}, {"Ö", "ö"}}) {
    replace_all(text, large, small);
  }
  return text;
}

// Takes the first phrase that `text` begins with, and the blanks behind it. Japanese writes no
// blanks: there a phrase may end anywhere.
bool take_phrase(std::string_view& text, Phrases phrases, bool has_blanks) {
  for (std::string_view phrase : phrases) {
    if (!text.starts_with(phrase)) continue;
    std::string_view rest = text.substr(phrase.size());
    bool is_ascii = static_cast<unsigned char>(phrase[0]) < 0x80;
    if ((has_blanks || is_ascii) && !rest.empty() && rest.front() != ' ') continue;
    text = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
    return true;
  }
  return false;
}

}  // namespace

bool is_listening_sound(std::string_view words, std::string_view language) {
  std::string folded = fold(words);
  std::string_view text = folded;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const Language* known = find_language(language);
  bool any = false;
  while (!text.empty()) {
    bool taken = take_phrase(text, everywhere, true) ||
                 (known && take_phrase(text, known->listening, known->name != "ja"));
    if (!taken) return false;
    any = true;
  }
  return any;
}

bool asks_to_stop(std::string_view words, std::string_view language) {
  const Language* known = find_language(language);
  if (!known) return false;
  std::string folded = fold(words);
  for (std::size_t at = 0; at < folded.size(); ++at) {
    bool begins_word = known->name == "ja" || at == 0 || folded[at - 1] == ' ';
    std::string_view rest = std::string_view(folded).substr(at);
    if (begins_word && take_phrase(rest, known->stops, known->name != "ja")) return true;
  }
  return false;
}

}  // namespace antiphon::speech
