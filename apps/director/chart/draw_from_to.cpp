// "From 3 to 5 million in 2024": two bars, or a line where both points in time are known.

#include "apps/director/chart/choose_chart.h"
#include "apps/director/chart/labels.h"
#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

constexpr std::string_view change_verbs =
    "rose rise rises risen grew grow grows grown increased increases climbed climbs jumped jumps "
    "soared surged fell fall falls fallen dropped drops sank sunk shrank shrunk declined decreased "
    "decreases plunged slipped dipped improved doubled tripled halved expanded tumbled";
// Two numbers further apart than this do not share a scale: "from 900 to 1.2 million".
constexpr double shared_scale_ratio_max = 20;

struct Ends {
  Figure from;
  Figure to;
};

bool follows(const Sentence& sentence, const Figure& figure, std::string_view word) {
  return figure.span.first > 0 && sentence.word(figure.span.first - 1) == word;
}

// Between the two stands nothing but a point in time and the "to".
bool are_joined(const Sentence& sentence, const Figure& left, const Figure& right) {
  std::size_t at = left.span.last;
  for (const Moment& moment : sentence.moments) {
    if (moment.span.first == at) at = moment.span.last;
  }
  return at + 1 == right.span.first;
}

std::optional<Ends> ends_of(const Sentence& sentence, const std::vector<const Figure*>& values) {
  if (values.size() != 2 || !are_joined(sentence, *values[0], *values[1])) return std::nullopt;
  if (follows(sentence, *values[0], "from") && follows(sentence, *values[1], "to")) {
    return Ends{*values[0], *values[1]};
  }
  if (follows(sentence, *values[0], "to") && follows(sentence, *values[1], "from")) {
    return Ends{*values[1], *values[0]};
  }
  return std::nullopt;
}

// "From 3 to 5 million" is 3 million. @return false when it may be either
bool share_scale(Ends& ends) {
  Figure& from = ends.from;
  if (from.scale == ends.to.scale || from.unit_kind != Figure::UnitKind::none) return true;
  if (from.scale > 1 || ends.to.scale == 1) return true;
  double mantissa = ends.to.value / ends.to.scale;
  bool is_near = from.value <= shared_scale_ratio_max * mantissa;
  if (ends.to.scale < 1000 || !is_near || from.value >= 1000) return from.value >= 1000;
  from.value *= ends.to.scale;
  from.scale = ends.to.scale;
  return true;
}

bool share_unit(Ends& ends) {
  using UnitKind = Figure::UnitKind;
  if (ends.from.unit_kind == UnitKind::none) {
    ends.from.unit = ends.to.unit;
    ends.from.unit_kind = ends.to.unit_kind;
  } else if (ends.to.unit_kind == UnitKind::none) {
    ends.to.unit = ends.from.unit;
    ends.to.unit_kind = ends.from.unit_kind;
  }
  return ends.from.unit == ends.to.unit;
}

// "Open from nine to five" is no change.
bool is_quantity(const Sentence& sentence, const Ends& ends) {
  if (ends.from.unit_kind != Figure::UnitKind::none || ends.to.scale >= 1000) return true;
  return std::ranges::any_of(
      sentence.words, [](const text::Word& word) { return is_one_of(word.folded, change_verbs); });
}

void label(const Sentence& sentence, Chart& chart) {
  const std::vector<Moment>& moments = sentence.moments;
  bool are_both = moments.size() == 2 && moments[0].is_ordered && moments[1].is_ordered;
  if (!are_both) {
    if (moments.size() == 1) chart.title += ", " + moments[0].label;
    return;
  }
  bool is_turned = moments[0].order > moments[1].order;
  chart.kind = ChartKind::line;
  chart.points[0].label = moments[is_turned ? 1 : 0].label;
  chart.points[1].label = moments[is_turned ? 0 : 1].label;
}

}  // namespace

std::optional<Chart> draw_from_to(const Sentence& sentence) {
  std::vector<const Figure*> values = values_of(sentence);
  auto ends = ends_of(sentence, values);
  if (!ends || sentence.moments.size() > 2) return std::nullopt;
  if (!share_scale(*ends) || !share_unit(*ends) || !is_quantity(sentence, *ends)) {
    return std::nullopt;
  }
  std::size_t subject_end = values[0]->span.first - 1;
  for (std::size_t at = 0; at < subject_end; ++at) {
    if (is_one_of(sentence.word(at), change_verbs)) subject_end = at;
  }
  Chart chart{
      .kind = ChartKind::bar,
      .title = label_of(sentence, {0, subject_end}),
      .unit = ends->to.unit,
      .points = {make_point(sentence, ends->from, "from"), make_point(sentence, ends->to, "to")}};
  label(sentence, chart);
  return chart;
}

}  // namespace antiphon::director
