#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon::speech {

/// What our side does while somebody makes a sound.
enum class OurSide {
  listening,  ///< nothing: whatever is said is theirs
  thinking,   ///< an answer is being made; nothing of it was heard yet
  speaking    ///< an answer is being played
};

/// What was heard of somebody's utterance so far.
struct HeardVoice {
  Duration voice{};         ///< since it began
  std::string_view stable;  ///< the words that stand firm
  std::string_view words;   ///< all words so far
  bool is_over = false;     ///< its final is there
};

/// What to do about it.
enum class Reaction {
  none,     ///< go on as before
  hold,     ///< stop playing, keep the answer: words will say what it is
  go_on,    ///< it was no interruption: play on from where it was held
  restart,  ///< it belongs to the question: give the answer up, think again with all that was said
  yield     ///< an interruption: give the answer up, the floor is theirs
};

struct InterruptionRules {
  Duration voice_min = std::chrono::milliseconds(250);  ///< shorter is a click or a breath
  std::size_t words_min = 2;                            ///< firm ones, that are not only listening
  Duration hold_max = std::chrono::seconds(2);          ///< held for longer without words: play on
};

/// Decides whether a voice interrupts (E-41), apart from where an utterance ends. Listening sounds
/// ("mm", "just det") never do; a word that asks to stop does as soon as it is heard; other words
/// do when enough of them stand firm, or the utterance is over. Pure.
/// @param held_since  when playing was held, if it is
Reaction decide_reaction(OurSide side, std::optional<Instant> held_since, const HeardVoice& heard,
                         std::string_view language, const InterruptionRules& rules, Instant now);

}  // namespace antiphon::speech
