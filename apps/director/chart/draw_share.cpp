// "A third of the food is wasted", "one in five adults": a slice of the whole.

#include "apps/director/chart/choose_chart.h"
#include "apps/director/chart/labels.h"
#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

constexpr std::string_view verbs =
    "is are was were have has had do said say think thought believe use live agree agreed vote "
    "voted prefer like want work own drive speak read buy watch eat drink play know feel get";
constexpr std::string_view makes_up =
    "up for represent represents represented constitute is are was were be";

bool has_words(const Sentence& sentence, Span span) { return !trimmed(sentence, span).is_empty(); }

// The slice: what makes it up, or what is said of it.
std::optional<Chart> name_slice(const Sentence& sentence, const Figure& figure, Chart chart) {
  Span before{0, figure.span.first};
  Span after{figure.span.last, sentence.words.size()};
  for (const Moment& moment : sentence.moments) {
    if (moment.span.first == 0) before.first = moment.span.last;
    if (moment.span.last == after.last) after.last = moment.span.first;
  }
  bool is_made_up = figure.span.first > 0 &&
                    is_one_of(sentence.word(figure.span.first - 1), makes_up) &&
                    has_words(sentence, before);
  chart.title = label_of(sentence, after);
  chart.points[0].label = chart.title;
  if (is_made_up) {
    std::size_t end = before.last - 1;
    if (end > 0 && is_one_of(sentence.word(end - 1), "make makes made making account accounts"))
      --end;
    chart.points[0].label = label_of(sentence, {before.first, end});
  } else {
    for (std::size_t at = after.first + 1; at + 1 < after.last; ++at) {
      if (!is_one_of(sentence.word(at), "is are was were have has had")) continue;
      chart.points[0].label = label_of(sentence, {at + 1, after.last});
      chart.title = label_of(sentence, {after.first, at});
      break;
    }
  }
  if (chart.points[0].label.empty()) return std::nullopt;
  return chart;
}

}  // namespace

std::optional<Chart> draw_share(const Sentence& sentence) {
  std::vector<const Figure*> values = values_of(sentence);
  if (values.size() != 1 || values[0]->unit_kind != Figure::UnitKind::percent) return std::nullopt;
  const Figure& figure = *values[0];
  if (figure.value <= 0 || figure.value > 100) return std::nullopt;
  std::string_view next = sentence.word(figure.span.last);
  bool is_ratio =
      sentence.said(figure.span).contains(" in ") || sentence.said(figure.span).contains(" of ");
  bool is_first = !has_words(sentence, {0, figure.span.first});
  if (next == "of" && sentence.word(figure.span.last + 1) == "what") return std::nullopt;
  bool is_share = next == "of" || (is_ratio && next != "") || (is_first && is_one_of(next, verbs));
  if (!is_share) return std::nullopt;
  Chart chart{.kind = ChartKind::pie,
              .title = {},
              .unit = "percent",
              .points = {make_point(sentence, figure, "")}};
  return name_slice(sentence, figure, std::move(chart));
}

}  // namespace antiphon::director
