// "Apples cost 3 dollars, pears 5", "60 percent cats, 30 dogs, 10 others", a series over years.

#include <cmath>

#include "apps/director/chart/choose_chart.h"
#include "apps/director/chart/labels.h"
#include "apps/director/chart/word_lists.h"

namespace antiphon::director {
namespace {

constexpr std::string_view separators = "and while but whereas versus vs against then";
constexpr double whole_percent = 100;
constexpr double whole_error_max = 0.5;  // thirds are rounded when they are said

// The words between two figures; a separator tells which of them belong to the one before.
struct Gap {
  Span left;
  Span right;
  bool is_divided = false;
};

struct Labelling {
  std::vector<Span> spans;  // one a figure
  Span rest;                // names all of them
};

bool separates(const Sentence& sentence, std::size_t at) {
  return sentence.before(at).find_first_of(",;:.") != std::string_view::npos;
}

// Divided at its last separator: "in Paris, which is cheap, and".
Gap gap_between(const Sentence& sentence, const Figure& left, const Figure& right) {
  Gap gap{.left = {left.span.last, right.span.first}, .right = {left.span.last, right.span.first}};
  for (std::size_t at = right.span.first + 1; at-- > left.span.last;) {
    bool is_word = at < right.span.first && is_one_of(sentence.word(at), separators);
    if (!is_word && !separates(sentence, at)) continue;
    gap.is_divided = true;
    gap.left.last = at;
    gap.right.first = is_word ? at + 1 : at;
    if (is_word || at == left.span.last || !is_one_of(sentence.word(at - 1), separators)) break;
  }
  return gap;
}

bool names(const Sentence& sentence, Span span) { return !trimmed(sentence, span).is_empty(); }

class List {
 public:
  List(const Sentence& sentence, const std::vector<Figure>& figures) : sentence_(sentence) {
    for (std::size_t i = 0; i + 1 < figures.size(); ++i) {
      gaps_.push_back(gap_between(sentence, figures[i], figures[i + 1]));
    }
    lead_ = {0, figures.front().span.first};
    tail_ = {figures.back().span.last, sentence.words.size()};
  }

  /// Labels before their figures or after them; nothing when it may be either.
  std::optional<Labelling> labelling() const {
    Labelling before{.spans = {lead_}, .rest = tail_};
    Labelling after{.spans = {}, .rest = lead_};
    for (const Gap& gap : gaps_) {
      before.spans.push_back(gap.right);
      after.spans.push_back(gap.left);
    }
    after.spans.push_back(tail_);
    bool is_before = all_name(before.spans);
    bool is_after = all_name(after.spans);
    if (is_before && is_after && !are_divided()) return std::nullopt;
    // "In Paris a coffee costs 4 dollars, in Oslo 6": every word belongs to a figure.
    if (is_before && (!is_after || !has_stray_words(before))) return before;
    if (is_after) return after;
    return std::nullopt;
  }

  bool are_divided() const {
    return std::ranges::all_of(gaps_, [](const Gap& gap) { return gap.is_divided; });
  }

 private:
  bool all_name(const std::vector<Span>& spans) const {
    return std::ranges::all_of(spans, [&](Span span) { return names(sentence_, span); });
  }

  bool has_stray_words(const Labelling& labelling) const {
    bool has = std::ranges::any_of(gaps_, [&](const Gap& g) { return names(sentence_, g.left); });
    return has || names(sentence_, labelling.rest);
  }

  const Sentence& sentence_;
  std::vector<Gap> gaps_;
  Span lead_;
  Span tail_;
};

// "20 dogs, 10 cats and 5 birds": what is counted names each figure. "60 percent cats, 30 dogs"
// does so only where they make up the whole.
std::vector<Figure> counted_things(const Sentence& sentence,
                                   const std::vector<const Figure*>& values,
                                   std::vector<std::string>& labels) {
  std::vector<Figure> figures;
  bool is_percent = values.front()->unit_kind == Figure::UnitKind::percent;
  double sum = 0;
  for (const Figure* value : values) {
    bool is_first = value == values.front();
    bool is_noun =
        value->unit_kind == Figure::UnitKind::noun && !is_one_of(value->unit, time_unit_words);
    if (!is_noun && !(is_percent && is_first)) return {};
    figures.push_back(*value);
    figures.back().unit = is_percent ? "percent" : "";
    figures.back().unit_kind = is_percent ? Figure::UnitKind::percent : Figure::UnitKind::none;
    if (!is_percent || !is_first) labels.push_back(value->unit);
    sum += value->value;
  }
  if (is_percent) {
    Gap gap = gap_between(sentence, *values[0], *values[1]);
    labels.insert(labels.begin(), label_of(sentence, gap.left));
    if (std::abs(sum - whole_percent) > whole_error_max) return {};
  }
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    Gap gap = gap_between(sentence, *values[i], *values[i + 1]);
    bool is_first_label = is_percent && i == 0;
    if (!gap.is_divided || names(sentence, gap.right)) return {};
    if (!is_first_label && names(sentence, gap.left)) return {};
  }
  return figures;
}

ChartKind kind_of(const std::vector<Figure>& figures) {
  if (figures.front().unit_kind != Figure::UnitKind::percent) return ChartKind::bar;
  double sum = 0;
  for (const Figure& figure : figures) sum += figure.value;
  return std::abs(sum - whole_percent) <= whole_error_max ? ChartKind::pie : ChartKind::bar;
}

// Labels of moments, in order of time; nothing when some figure has none.
bool label_by_time(const Sentence& sentence, const Labelling& labelling, Chart& chart) {
  std::vector<std::pair<const Moment*, ChartPoint>> series;
  for (std::size_t i = 0; i < chart.points.size(); ++i) {
    const Moment* moment = moment_in(sentence, labelling.spans[i]);
    if (!moment) return false;
    series.emplace_back(moment, chart.points[i]);
  }
  bool is_ordered = std::ranges::all_of(series, [](auto& s) { return s.first->is_ordered; });
  if (is_ordered && sentence.moments.front().order > 1000) {
    std::ranges::sort(series, {}, [](auto& s) { return s.first->order; });
  }
  for (std::size_t i = 0; i < series.size(); ++i) {
    chart.points[i] = series[i].second;
    chart.points[i].label = series[i].first->label;
    if (i > 0 && chart.points[i].label == chart.points[i - 1].label) return false;
  }
  chart.kind = is_ordered ? ChartKind::line : ChartKind::bar;
  return true;
}

Chart chart_of(const Sentence& sentence, const std::vector<Figure>& figures) {
  Chart chart{.kind = kind_of(figures), .title = {}, .unit = figures.front().unit, .points = {}};
  for (const Figure& figure : figures) {
    chart.points.push_back(make_point(sentence, figure, ""));
  }
  return chart;
}

std::optional<Chart> draw_counted(const Sentence& sentence,
                                  const std::vector<const Figure*>& values) {
  std::vector<std::string> labels;
  std::vector<Figure> figures = counted_things(sentence, values, labels);
  if (figures.empty()) return std::nullopt;
  std::ranges::sort(labels);
  if (std::ranges::adjacent_find(labels) != labels.end() || labels.front().empty()) {
    return std::nullopt;
  }
  Chart chart = chart_of(sentence, figures);
  chart.title = label_of(sentence, {0, figures.front().span.first});
  for (std::size_t i = 0; i < values.size(); ++i) {
    bool is_first = i == 0 && values[0]->unit_kind == Figure::UnitKind::percent;
    chart.points[i].label =
        is_first ? label_of(sentence, gap_between(sentence, *values[0], *values[1]).left)
                 : values[i]->unit;
  }
  return chart;
}

// "Up 3 percent today and down 12 this year": which figure grew and which fell is not read here.
bool tells_changes(const Sentence& sentence) {
  return std::ranges::any_of(sentence.words,
                             [](const text::Word& word) { return sign_of(word.folded) != 0; });
}

// "A quarter to rent, half to food, and the rest": parts of a whole are drawn when all were read.
bool is_whole(const std::vector<Figure>& figures) {
  bool has_shares = std::ranges::any_of(figures, &Figure::is_share);
  return !has_shares || kind_of(figures) == ChartKind::pie;
}

bool is_measured(const std::vector<Figure>& figures) {
  return std::ranges::any_of(figures, [](const Figure& figure) {
    return figure.unit_kind != Figure::UnitKind::none || figure.scale >= 1000;
  });
}

}  // namespace

std::optional<Chart> draw_list(const Sentence& sentence) {
  std::vector<const Figure*> values = values_of(sentence);
  bool is_list = values.size() >= 2 && values.size() <= chart_points_max;
  if (!is_list || tells_changes(sentence)) return std::nullopt;
  std::vector<Figure> figures = with_one_unit(values);
  if (figures.empty()) return draw_counted(sentence, values);
  auto labelling = List(sentence, figures).labelling();
  if (!labelling || !is_measured(figures) || !is_whole(figures)) return std::nullopt;
  Chart chart = chart_of(sentence, figures);
  chart.title = label_of(sentence, labelling->rest);
  if (label_by_time(sentence, *labelling, chart)) return chart;
  std::vector<std::string> labels = labels_of(sentence, labelling->spans);
  if (labels.empty()) return std::nullopt;
  for (std::size_t i = 0; i < labels.size(); ++i) chart.points[i].label = labels[i];
  return chart;
}

}  // namespace antiphon::director
