#pragma once

#include <vector>

#include "apps/director/chart/sentence.h"

namespace antiphon::director {

inline constexpr std::size_t label_words_max = 6;

/// A stretch without the words at its ends that only hold a sentence together. Pure.
Span trimmed(const Sentence& sentence, Span span);

/// The words of a stretch as a label, at most `label_words_max` of them; empty when it holds
/// nothing to name. Pure.
std::string label_of(const Sentence& sentence, Span span);

/// Labels for stretches that stand side by side ("apples cost", "pears cost"), without the words
/// that all of them have. Nothing when one would be empty or two would be the same. Pure.
std::vector<std::string> labels_of(const Sentence& sentence, const std::vector<Span>& spans);

/// The label of the moment in a stretch, when it holds one and nothing else to name.
const Moment* moment_in(const Sentence& sentence, Span span);

}  // namespace antiphon::director
