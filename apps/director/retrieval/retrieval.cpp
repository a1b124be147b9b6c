#include "apps/director/retrieval/retrieval.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ranges>

namespace antiphon::director {
namespace {

constexpr double recall_aim = 0.80;
constexpr double word_recall_aim = 0.95;  // lexical and inflected
constexpr double refusal_aim = 0.90;
constexpr int curve_steps = 20;

using Some = std::vector<const Retrieved*>;

bool fits(const Retrieved& retrieved, const Offer& offer) {
  return std::ranges::find(retrieved.expected, offer.subject) != retrieved.expected.end();
}

Some of_kinds(std::span<const Retrieved> all, std::initializer_list<std::string_view> kinds) {
  Some some;
  for (const Retrieved& each : all) {
    if (std::ranges::find(kinds, each.kind) != kinds.end()) some.push_back(&each);
  }
  return some;
}

// The share of `some` that a rule holds for; 0 of none.
template <class Rule>
double share(const Some& some, Rule rule) {
  if (some.empty()) return 0;
  double sum = 0;
  for (const Retrieved* each : some) sum += static_cast<double>(rule(*each));
  return sum / static_cast<double>(some.size());
}

double recall(const Some& some, double confidence_min) {
  return share(some, [&](const Retrieved& each) { return is_found(each, confidence_min); });
}

double refusal(const Some& some, double confidence_min) {
  return share(some, [&](const Retrieved& each) { return is_refused(each, confidence_min); });
}

struct Kinds {
  explicit Kinds(std::span<const Retrieved> all)
      : fitting(of_kinds(all, {"lexical", "inflected", "paraphrase"})),
        words(of_kinds(all, {"lexical", "inflected"})),
        paraphrase(of_kinds(all, {"paraphrase"})),
        nothing(of_kinds(all, {"nothing"})) {}

  Some fitting;
  Some words;
  Some paraphrase;
  Some nothing;
};

std::vector<eval::Figure> figures_of(const Kinds& kinds, double confidence_min) {
  auto figure = [](std::string name, double value, const Some& some,
                   std::optional<double> aim = {}) {
    return eval::Figure{.name = std::move(name),
                        .value = value,
                        .cases = static_cast<std::int64_t>(some.size()),
                        .at_least = aim};
  };
  return {
      figure("recall@3", recall(kinds.fitting, confidence_min), kinds.fitting, recall_aim),
      figure("recall@3, lexical and inflected", recall(kinds.words, confidence_min), kinds.words,
             word_recall_aim),
      figure("recall@3, paraphrase", recall(kinds.paraphrase, confidence_min), kinds.paraphrase),
      figure("refused where nothing fits", refusal(kinds.nothing, confidence_min), kinds.nothing,
             refusal_aim),
      figure("recall@3 without a threshold", recall(kinds.fitting, 0), kinds.fitting),
      figure("recall@3 without a threshold, paraphrase", recall(kinds.paraphrase, 0),
             kinds.paraphrase),
      figure("MRR", share(kinds.fitting, reciprocal_rank), kinds.fitting)};
}

eval::Table curve_of(const Kinds& kinds) {
  eval::Table curve{.name = "recall@3 against refusal, by threshold",
                    .columns = {"threshold", "recall", "lex+infl", "paraphr.", "refused"}};
  for (int step = 0; step <= curve_steps; ++step) {
    double threshold = static_cast<double>(step) / curve_steps;
    curve.rows.push_back({threshold, recall(kinds.fitting, threshold),
                          recall(kinds.words, threshold), recall(kinds.paraphrase, threshold),
                          refusal(kinds.nothing, threshold)});
  }
  return curve;
}

bool is_right(const Retrieved& each, double confidence_min) {
  return each.expected.empty() ? is_refused(each, confidence_min) : is_found(each, confidence_min);
}

eval::Miss miss_of(const Retrieved& each, double confidence_min) {
  std::vector<std::string> given;
  for (std::size_t i = 0; i < std::min(recall_depth, each.offers.size()); ++i) {
    const Offer& offer = each.offers[i];
    given.push_back(fmt::format("{} {:.2f}{}", offer.subject, offer.confidence,
                                offer.confidence < confidence_min ? " (refused)" : ""));
  }
  return {.line = static_cast<std::int64_t>(each.line),
          .input = each.text,
          .expected = each.expected.empty() ? "nothing fits"
                                            : fmt::format("{}", fmt::join(each.expected, ", ")),
          .given = given.empty() ? "nothing" : fmt::format("{}", fmt::join(given, ", ")),
          .tags = {each.kind}};
}

}  // namespace

bool is_found(const Retrieved& retrieved, double confidence_min) {
  auto first = retrieved.offers | std::views::take(recall_depth);
  return std::ranges::any_of(first, [&](const Offer& offer) {
    return offer.confidence >= confidence_min && fits(retrieved, offer);
  });
}

bool is_refused(const Retrieved& retrieved, double confidence_min) {
  return std::ranges::none_of(
      retrieved.offers, [&](const Offer& offer) { return offer.confidence >= confidence_min; });
}

double reciprocal_rank(const Retrieved& retrieved) {
  for (std::size_t rank = 0; rank < std::min(rank_depth, retrieved.offers.size()); ++rank) {
    if (fits(retrieved, retrieved.offers[rank])) return 1.0 / static_cast<double>(rank + 1);
  }
  return 0;
}

eval::Side judge_retrieval(std::span<const Retrieved> all, double confidence_min) {
  Kinds kinds(all);
  eval::Side side{.name = "search", .figures = figures_of(kinds, confidence_min)};
  eval::Confusion confusion{.name = "is there a clip"};
  for (const Retrieved& each : all) {
    confusion.add(each.expected.empty() ? "nothing" : "clip",
                  is_refused(each, confidence_min) ? "nothing" : "clip");
    if (!is_right(each, confidence_min)) side.misses.push_back(miss_of(each, confidence_min));
  }
  side.confusions = {std::move(confusion)};
  side.tables = {curve_of(kinds)};
  return side;
}

}  // namespace antiphon::director
