#include "apps/director/evaluation/analyse.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "apps/director/chart/choose_chart.h"
#include "engine/eval/dataset.h"
#include "engine/text/stemmer.h"
#include "engine/text/words.h"

namespace antiphon::director {
namespace {

using Labelled = eval::Case<Speech, AnalysisLabel>;

constexpr double sentiment_aim = 0.85;
constexpr double drawn_aim = 0.8;
constexpr double value_error_max = 1e-4;  // thirds are written with four decimals in the set

// Right cases out of those that were judged.
struct Share {
  std::int64_t right = 0;
  std::int64_t all = 0;
  void add(bool is_right) {
    right += is_right ? 1 : 0;
    ++all;
  }
  double value() const { return all == 0 ? 0 : static_cast<double>(right) / double(all); }
};

struct Tally {
  eval::Confusion sentiment{.name = "sentiment"};
  Share topic;
  Share query;
  Share negated;  // cases that keep all negated words out
  Share numbers;
  Share drawable;  // drawn, with exactly the numbers said
  Share labelled;  // drawn charts whose kind and labels are right, too
  std::int64_t charts = 0;
  std::int64_t wrong_charts = 0;
  std::vector<eval::Miss> misses;
};

std::vector<std::string> stems(std::string_view text) {
  text::Stemmer stemmer(text::Language::english);
  std::vector<std::string> found;
  for (const text::Word& word : text::split_words(text)) found.push_back(stemmer.stem(word.folded));
  return found;
}

bool has(const std::vector<std::string>& query, std::string_view word) {
  for (const std::string& stem : stems(word)) {
    if (std::ranges::find(query, stem) == query.end()) return false;
  }
  return true;
}

bool has_numbers(std::string_view text, const std::vector<FigureLabel>& labels) {
  std::vector<double> read;
  for (const Figure& figure : read_sentence(text).figures) {
    read.push_back(figure.is_share ? figure.value / 100 : figure.value);
  }
  std::vector<double> right;
  for (const FigureLabel& label : labels) right.push_back(label.value);
  std::ranges::sort(read);
  std::ranges::sort(right);
  return read == right;
}

void miss(Tally& tally, const Labelled& each, std::string expected, std::string given) {
  tally.misses.push_back({.line = static_cast<std::int64_t>(each.line),
                          .input = each.input.text,
                          .expected = std::move(expected),
                          .given = std::move(given),
                          .tags = each.tags});
}

void judge_query(Tally& tally, const Labelled& each, const Analysis& analysis) {
  std::vector<std::string> query = stems(analysis.query);
  const AnalysisLabel& label = each.expected;
  bool has_all =
      std::ranges::all_of(label.query, [&](const auto& word) { return has(query, word); });
  tally.query.add(has_all);
  if (!has_all)
    miss(tally, each, fmt::format("query {}", fmt::join(label.query, " ")), analysis.query);
  if (label.absent.empty()) return;
  bool has_none =
      std::ranges::none_of(label.absent, [&](const auto& word) { return has(query, word); });
  tally.negated.add(has_none);
  if (!has_none)
    miss(tally, each, fmt::format("query without {}", fmt::join(label.absent, " ")),
         analysis.query);
}

void judge_chart(Tally& tally, const Labelled& each) {
  auto chart = choose_chart(each.input.text);
  bool has_both = chart && each.expected.chart;
  bool has_numbers = has_both && has_exact_numbers(*chart, *each.expected.chart);
  bool is_right = has_both && is_exact(*chart, *each.expected.chart);
  if (chart) ++tally.charts;
  if (chart && !has_numbers) ++tally.wrong_charts;
  if (each.expected.chart) tally.drawable.add(has_numbers);
  if (chart) tally.labelled.add(is_right);
  if (is_right || (!chart && !each.expected.chart)) return;
  miss(tally, each, each.expected.chart ? schema::to_json(*each.expected.chart) : "no chart",
       chart ? schema::to_json(*chart) : "no chart");
}

void judge(Tally& tally, const Labelled& each) {
  Analysis analysis = analyse(each.input);
  const AnalysisLabel& label = each.expected;
  if (label.sentiment) {
    tally.sentiment.add(to_text(*label.sentiment), to_text(analysis.sentiment));
    if (analysis.sentiment != *label.sentiment) {
      miss(tally, each, std::string(to_text(*label.sentiment)),
           std::string(to_text(analysis.sentiment)));
    }
  }
  if (label.topic) {
    tally.topic.add(*label.topic == analysis.topic);
    if (*label.topic != analysis.topic) miss(tally, each, "topic " + *label.topic, analysis.topic);
  }
  if (label.topic || !label.absent.empty()) judge_query(tally, each, analysis);
  if (label.figures) tally.numbers.add(has_numbers(each.input.text, *label.figures));
  judge_chart(tally, each);
}

eval::Figure figure(std::string name, const Share& share) {
  return {.name = std::move(name), .value = share.value(), .cases = share.all};
}

std::vector<eval::Figure> figures_of(const Tally& tally) {
  eval::Figure sentiment{.name = "sentiment",
                         .value = tally.sentiment.accuracy(),
                         .cases = tally.sentiment.cases(),
                         .at_least = sentiment_aim};
  eval::Figure negated = figure("negated things left out", tally.negated);
  negated.at_least = 1;
  eval::Figure drawn = figure("drawable figures drawn", tally.drawable);
  drawn.at_least = drawn_aim;
  eval::Figure wrong{.name = "charts with a wrong number",
                     .value = static_cast<double>(tally.wrong_charts),
                     .cases = tally.charts,
                     .at_most = 0};
  return {sentiment,
          figure("topic", tally.topic),
          figure("query has the words", tally.query),
          figure("numbers read", tally.numbers),
          negated,
          drawn,
          wrong,
          figure("charts with kind and labels right", tally.labelled)};
}

Task<eval::Report> run(eval::Run run) {
  auto cases = eval::parse_set<Speech, AnalysisLabel>(run.set, run.set_name);
  Tally tally;
  for (const Labelled& each : cases) judge(tally, each);
  eval::Side rules{.name = "rules",
                   .figures = figures_of(tally),
                   .confusions = {tally.sentiment},
                   .misses = std::move(tally.misses)};
  co_return eval::Report{
      .evaluation = "director.analyse",
      .set = run.set_name,
      .cases = static_cast<std::int64_t>(cases.size()),
      .limits = {"Short, correct sentences; one author wrote them, the labels and "
                 "the rules. Real talk is harder."},
      .sides = {std::move(rules)}};
}

}  // namespace

bool has_exact_numbers(const Chart& drawn, const ChartLabel& label) {
  return drawn.unit == label.unit &&
         std::ranges::equal(drawn.points, label.points, [](const auto& said, const auto& right) {
           return std::abs(said.value - right.value) <= value_error_max;
         });
}

bool is_exact(const Chart& drawn, const ChartLabel& label) {
  return drawn.kind == label.kind && has_exact_numbers(drawn, label) &&
         std::ranges::equal(drawn.points, label.points, [](const auto& said, const auto& right) {
           return text::fold(said.label).contains(right.label);
         });
}

const eval::Evaluation evaluate_analysis{
    .name = "director.analyse",
    .summary = "Topic, sentiment, query and figures of sentences, by rules",
    .shipped_set = "director/analyse.jsonl",
    .run = run};

}  // namespace antiphon::director
