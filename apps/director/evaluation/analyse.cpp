#include "apps/director/evaluation/analyse.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "apps/director/analysis/analyse_skill.h"
#include "apps/director/chart/choose_chart.h"
#include "engine/eval/dataset.h"
#include "engine/skill/comparison.h"
#include "engine/text/stemmer.h"
#include "engine/text/words.h"

namespace antiphon::director {
namespace {

using Labelled = eval::Case<Speech, AnalysisLabel>;

constexpr double sentiment_aim = 0.85;
constexpr double drawn_aim = 0.8;
// A model is judged by what it says. Whether it says so in time is seen in its latency: live it has
// a second and a half.
constexpr Duration model_deadline = std::chrono::minutes(2);
constexpr std::size_t no_cache_bytes = 0;
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

void judge(Tally& tally, const Labelled& each, const Analysis& analysis) {
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
}

// Figures and charts are read by rules whoever analyses.
void judge_figures(Tally& tally, const Labelled& each) {
  const AnalysisLabel& label = each.expected;
  if (label.figures) tally.numbers.add(has_numbers(each.input.text, *label.figures));
  judge_chart(tally, each);
}

eval::Figure figure(std::string name, const Share& share) {
  return {.name = std::move(name), .value = share.value(), .cases = share.all};
}

std::vector<eval::Figure> analysis_figures(const Tally& tally) {
  eval::Figure sentiment{.name = "sentiment",
                         .value = tally.sentiment.accuracy(),
                         .cases = tally.sentiment.cases(),
                         .at_least = sentiment_aim};
  eval::Figure negated = figure("negated things left out", tally.negated);
  negated.at_least = 1;
  return {sentiment, figure("topic", tally.topic), figure("query has the words", tally.query),
          negated};
}

std::vector<eval::Figure> chart_figures(const Tally& tally) {
  eval::Figure drawn = figure("drawable figures drawn", tally.drawable);
  drawn.at_least = drawn_aim;
  eval::Figure wrong{.name = "charts with a wrong number",
                     .value = static_cast<double>(tally.wrong_charts),
                     .cases = tally.charts,
                     .at_most = 0};
  return {figure("numbers read", tally.numbers), drawn, wrong,
          figure("charts with kind and labels right", tally.labelled)};
}

void append(std::vector<eval::Figure>& figures, std::vector<eval::Figure> more) {
  std::ranges::move(more, std::back_inserter(figures));
}

eval::Side rules_side(const std::vector<Labelled>& cases) {
  Tally tally;
  for (const Labelled& each : cases) {
    judge(tally, each, analyse(each.input));
    judge_figures(tally, each);
  }
  eval::Side side{.name = "rules",
                  .figures = analysis_figures(tally),
                  .confusions = {tally.sentiment},
                  .misses = std::move(tally.misses)};
  append(side.figures, chart_figures(tally));
  return side;
}

Call evaluation_call() {
  auto principal = std::make_shared<Principal>();
  principal->kind = Principal::Kind::system;
  principal->id = principal->tenant = "evaluation";
  const Clock& clock = Core::here().clock();
  return {std::move(principal), clock.now(), clock.steady() + model_deadline, {}};
}

// What rules answered in the model's place is counted as not answered, and judged as nobody's.
// The cases outlive the asking: the evaluation holds them.
Task<eval::Side> model_side(const std::vector<Labelled>* cases, std::string model,
                            gateway::Gateway* gateway,
                            std::function<void(std::size_t, std::size_t)> progress) {
  store::MemoryCache cache(Core::here().clock(), no_cache_bytes);
  skill::Skills skills(cache, gateway);
  auto asked = make_analyse_skill();
  asked.cache = {};
  asked.deadline = model_deadline;
  asked.by_model.target = model;
  asked.by_model.priority = gateway::Priority::batch;
  Tally tally;
  skill::Takings takings;
  for (std::size_t at = 0; at < cases->size(); ++at) {
    const Labelled& each = (*cases)[at];
    progress(at, cases->size());
    auto answer = co_await skills.run(&asked, each.input, evaluation_call());
    takings.add(answer.provenance);
    if (answer.provenance.source == skill::Source::model) judge(tally, each, answer.value);
  }
  eval::Side side{.name = std::move(model),
                  .figures = analysis_figures(tally),
                  .confusions = {tally.sentiment},
                  .misses = std::move(tally.misses)};
  append(side.figures, takings.figures());
  if (auto table = takings.fallbacks(); !table.rows.empty())
    side.tables.push_back(std::move(table));
  co_return side;
}

Task<eval::Report> run(eval::Run run) {
  auto cases = eval::parse_set<Speech, AnalysisLabel>(run.set, run.set_name);
  eval::Report report{.evaluation = "director.analyse",
                      .set = run.set_name,
                      .cases = static_cast<std::int64_t>(cases.size()),
                      .limits = {"Short, correct sentences; one author wrote them, the labels and "
                                 "the rules. Real talk is harder."},
                      .sides = {rules_side(cases)}};
  for (const std::string& model : skill::compared_models(run.gateway, run.models)) {
    report.sides.push_back(co_await model_side(&cases, model, run.gateway, run.progress));
  }
  co_return report;
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
    .summary = "Topic, sentiment, query and figures of sentences, by rules and models",
    .shipped_set = "director/analyse.jsonl",
    .run = run,
    .asks_models = true};

}  // namespace antiphon::director
