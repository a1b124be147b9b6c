#include "apps/director/chart/certainty.h"

#include "apps/director/chart/choose_chart.h"

namespace antiphon::director {
namespace {

// The place after the last number and its unit.
std::size_t figures_end(std::string_view text) {
  Sentence sentence = read_sentence(text);
  if (sentence.figures.empty()) return 0;
  std::size_t last = sentence.figures.back().span.last;
  for (const Moment& moment : sentence.moments) last = std::max(last, moment.span.last);
  return sentence.words[last - 1].end;
}

bool are_trusted(const std::vector<speech::Word>& words) {
  return std::ranges::all_of(words, [](const speech::Word& word) {
    return word.confidence.value_or(1) >= figure_confidence_min;
  });
}

}  // namespace

bool is_certain(const Chart& chart, const speech::Transcript& final, std::string_view stable) {
  std::string_view said = std::string_view(final.text).substr(0, figures_end(final.text));
  if (!stable.starts_with(said) || !are_trusted(final.words)) return false;
  auto early = choose_chart(stable);
  return early && early->points == chart.points && early->unit == chart.unit;
}

}  // namespace antiphon::director
