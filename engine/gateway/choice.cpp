#include "engine/gateway/choice.h"

#include <algorithm>

#include "engine/base/error.h"

namespace antiphon::gateway {
namespace {

// Of an answer of middling length, to weigh the rate against the time to the first token.
constexpr int usual_tokens = 100;

double load_of(const Candidate& candidate) {
  auto there = static_cast<double>(candidate.running + candidate.waiting);
  return there / static_cast<double>(candidate.concurrency);
}

// nginx's smooth weighted round robin: who got a turn steps back by the sum of all weights.
std::size_t choose_by_turns(std::span<const Candidate> candidates, Turns& turns) {
  double sum = 0;
  std::size_t best = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& candidate = candidates[i];
    if (turns.size() <= candidate.route) turns.resize(candidate.route + 1);
    turns[candidate.route] += candidate.weight;
    sum += candidate.weight;
    if (turns[candidate.route] > turns[candidates[best].route]) best = i;
  }
  turns[candidates[best].route] -= sum;
  return best;
}

std::size_t choose_least_loaded(std::span<const Candidate> candidates) {
  auto score = [](const Candidate& candidate) {
    auto free = 1.0 / static_cast<double>(candidate.concurrency);
    return (load_of(candidate) + free) / candidate.weight;
  };
  auto best = std::ranges::min_element(candidates, {}, score);
  return static_cast<std::size_t>(best - candidates.begin());
}

std::size_t draw_by_weight(std::span<const Candidate> candidates, std::size_t without,
                           Random& random) {
  double sum = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i != without) sum += candidates[i].weight;
  }
  double at = random.unit() * sum;
  std::size_t last = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i == without) continue;
    last = i;
    at -= candidates[i].weight;
    if (at < 0) break;
  }
  return last;
}

// What nobody has measured yet is taken to be as fast as the fastest, so that it gets measured.
Duration fastest_first_token(std::span<const Candidate> candidates) {
  Duration fastest = Duration::max();
  for (const Candidate& candidate : candidates) {
    fastest = std::min(fastest, candidate.first_token.value_or(Duration::max()));
  }
  return fastest == Duration::max() ? Duration::zero() : fastest;
}

// Mitzenmacher, The Power of Two Choices in Randomized Load Balancing, 2001.
std::size_t choose_of_two(std::span<const Candidate> candidates, Random& random) {
  if (candidates.size() == 1) return 0;
  std::size_t first = draw_by_weight(candidates, candidates.size(), random);
  std::size_t second = draw_by_weight(candidates, first, random);
  Duration otherwise = fastest_first_token(candidates);
  Duration a = expected_answer(candidates[first], otherwise);
  Duration b = expected_answer(candidates[second], otherwise);
  if (a == b) return load_of(candidates[second]) < load_of(candidates[first]) ? second : first;
  return b < a ? second : first;
}

}  // namespace

double weight_of_return(std::optional<Instant> returned_at, Instant now) {
  if (!returned_at || now >= *returned_at + return_time) return 1;
  double way = std::chrono::duration<double>(now - *returned_at) /
               std::chrono::duration<double>(return_time);
  return return_share_least + (1 - return_share_least) * std::max(way, 0.0);
}

Duration expected_answer(const Candidate& candidate, Duration first_token_otherwise) {
  Duration alone = candidate.first_token.value_or(first_token_otherwise) +
                   usual_tokens * candidate.token.value_or(Duration::zero());
  return std::chrono::duration_cast<Duration>(alone * (1 + load_of(candidate)));
}

std::size_t choose_candidate(Balance balance, std::span<const Candidate> candidates, Turns& turns,
                             Random& random) {
  ENSURE(!candidates.empty(), "somebody can be chosen");
  switch (balance) {
    case Balance::round_robin: return choose_by_turns(candidates, turns);
    case Balance::least_loaded: return choose_least_loaded(candidates);
    case Balance::power_of_two: return choose_of_two(candidates, random);
  }
  return 0;
}

}  // namespace antiphon::gateway
