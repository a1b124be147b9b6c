#include "engine/speech/interruption.h"

#include <algorithm>

#include "engine/speech/listening_sounds.h"

namespace antiphon::speech {
namespace {

std::size_t count_words(std::string_view text) {
  bool within = false;
  return static_cast<std::size_t>(std::ranges::count_if(text, [&](char each) {
    bool begins = each != ' ' && !within;
    within = each != ' ';
    return begins;
  }));
}

// Whether what is said is more than a sign of listening, as far as it can be known.
bool takes_the_floor(const HeardVoice& heard, std::string_view language,
                     const InterruptionRules& rules) {
  if (asks_to_stop(heard.words, language)) return true;
  std::string_view sure = heard.is_over ? heard.words : heard.stable;
  if (sure.empty() || is_listening_sound(sure, language)) return false;
  return heard.is_over || count_words(sure) >= rules.words_min;
}

bool is_no_interruption(const HeardVoice& heard, std::string_view language) {
  if (heard.is_over) return true;  // and took no floor
  return !heard.words.empty() && is_listening_sound(heard.words, language);
}

}  // namespace

Reaction decide_reaction(OurSide side, std::optional<Instant> held_since, const HeardVoice& heard,
                         std::string_view language, const InterruptionRules& rules, Instant now) {
  if (side == OurSide::listening) return Reaction::none;
  if (takes_the_floor(heard, language, rules)) {
    return side == OurSide::thinking ? Reaction::restart : Reaction::yield;
  }
  if (side == OurSide::thinking) return Reaction::none;
  bool is_voice = heard.voice >= rules.voice_min && !is_no_interruption(heard, language);
  if (!held_since) return is_voice ? Reaction::hold : Reaction::none;
  return !is_voice || now - *held_since >= rules.hold_max ? Reaction::go_on : Reaction::none;
}

}  // namespace antiphon::speech
