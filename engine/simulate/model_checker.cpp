#include "engine/simulate/model_checker.h"

#include <algorithm>
#include <ranges>

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

// Clients are told times in whole milliseconds.
constexpr Timestamp::duration told_precision = 1ms;

auto of_words(const auto& all, std::string_view words) {
  auto [begin, end] = all.equal_range(words);
  return std::ranges::subrange(begin, end) | std::views::values;
}

double in_ms(Timestamp::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

void ModelChecker::on_asked(const ModelAsked& asked) {
  ++calls_;
  auto [found, is_new] = askings_.try_emplace(asked.turn, Asking{.began = asked.at});
  Asking& asking = found->second;
  if (asked.at > asking.began + answer_time_max) {
    fail("\"{}\" is asked about again {:.0f} ms after the first time", asked.words,
         in_ms(asked.at - asking.began));
  }
  int& attempts = asked.shown.empty() ? asking.firsts : asking.repairs;
  if (++attempts > attempts_max) {
    fail("\"{}\" is asked about {} times, at most {}", asked.words, attempts, attempts_max);
  }
  if (!asked.shown.empty()) check_repair(asking, asked);
  open_[asked.number] = {asked.provider, asked.words};
  if (++running_[asked.provider] > calls_at_once) {
    fail("{} is asked by {} at once, at most {}", asked.provider, running_[asked.provider],
         calls_at_once);
  }
}

// Once, and only for what the model did say, and what was wrong.
void ModelChecker::check_repair(Asking& asking, const ModelAsked& asked) {
  if (asking.shown.empty()) {
    ++repairs_;
  } else if (asking.shown != asked.shown) {
    return fail("an answer about \"{}\" is to be mended twice", asked.words);
  }
  asking.shown = asked.shown;
  bool was_said = false;
  bool was_right = false;
  for (const Said& said : of_words(said_, asked.words)) {
    if (said.text != asked.shown) continue;
    was_said = was_said || said.is_whole;
    was_right = was_right || said.is_right;
  }
  if (!was_said) fail("what is to be mended was never said: {}", asked.shown);
  if (was_right) fail("a right answer is to be mended: {}", asked.shown);
}

void ModelChecker::on_unreadable(std::string_view provider, std::string_view why) {
  fail("{} cannot read its question: {}", provider, why);
}

void ModelChecker::on_said(Said said) {
  std::string words = said.words;
  said_.emplace(std::move(words), std::move(said));
}

void ModelChecker::on_closed(std::uint64_t number, Timestamp at) {
  auto call = open_.find(number);
  if (call == open_.end()) return;
  Timestamp deadline = deadlines_[call->second.words];
  if (at > deadline + told_precision) {
    fail("{} still answers \"{}\" {:.0f} ms after everybody's deadline", call->second.provider,
         call->second.words, in_ms(at - deadline));
  }
  on_lost(number);
}

void ModelChecker::on_lost(std::uint64_t number) {
  auto call = open_.find(number);
  if (call == open_.end()) return;
  --running_[call->second.provider];
  open_.erase(call);
}

void ModelChecker::on_question(const std::string& words, Timestamp deadline) {
  Timestamp& latest = deadlines_[words];
  latest = std::max(latest, deadline);
}

void ModelChecker::on_answer(const ModelAnswered& answered) {
  const std::string& words = answered.words;
  if (answered.at > answered.deadline + told_precision) {
    fail("a question about \"{}\" ended {:.0f} ms after its deadline", words,
         in_ms(answered.at - answered.deadline));
  }
  if (answered.account.attempts > attempts_max) {
    fail("{} attempts for \"{}\", at most {}", answered.account.attempts, words, attempts_max);
  }
  if (!answered.finish) return;
  if (answered.text.empty()) return fail("an answer about \"{}\" has no content", words);
  const Said* said = find_said(answered);
  if (!said) return fail("nobody said this about \"{}\": {}", words, answered.text);
  if (answered.finish != model::Finish::stop) return;
  check_money(answered);
  bool was_in_time = answered.deadline - answered.at > told_precision;
  if (said->is_right) given_.emplace(words, Given{*said, answered.at, was_in_time});
}

// An answer that ended well is what somebody said, from its first letter to its last; one that was
// cut is the beginning of it.
const Said* ModelChecker::find_said(const ModelAnswered& answered) const {
  bool is_whole = answered.finish == model::Finish::stop;
  for (const Said& said : of_words(said_, answered.words)) {
    bool fits = is_whole ? said.is_whole && said.text == answered.text
                         : said.text.starts_with(answered.text);
    if (fits) return &said;
  }
  return nullptr;
}

// What a provider told of its answer is what is counted; what it did not tell is an estimate.
void ModelChecker::check_money(const ModelAnswered& answered) {
  const gateway::Account& account = answered.account;
  bool is_told = false;
  for (const Said& said : of_words(said_, answered.words)) {
    if (said.text != answered.text) continue;
    bool is_same = said.usage.tokens_in == account.usage.tokens_in &&
                   said.usage.tokens_out == account.usage.tokens_out;
    is_told = is_told || (account.is_usage_estimated ? !said.usage.tokens_out : is_same);
  }
  std::int64_t in = account.usage.tokens_in.value_or(0);
  std::int64_t out = account.usage.tokens_out.value_or(0);
  if (!is_told) {
    fail("{} is said to have taken {} and {} tokens for \"{}\"", account.instance, in, out,
         answered.words);
  }
  if (account.cache == gateway::CacheResult::joined) return;  // another one pays
  seen_cost_ += account.cost;
  std::int64_t owed = in * price_in + out * price_out;
  bool is_right = account.attempts > 1 ? account.cost >= owed : account.cost == owed;
  if (!is_right) {
    fail("\"{}\" cost {} micros after {} attempts, its answer alone {}", answered.words,
         account.cost, account.attempts, owed);
  }
}

void ModelChecker::on_usage(std::int64_t attempts, std::int64_t cost, bool is_whole) {
  auto calls = static_cast<std::int64_t>(calls_);
  if (attempts > calls) fail("{} calls were counted, {} made", attempts, calls);
  if (!is_whole) return;
  if (attempts < calls) fail("{} calls were made, {} counted", calls, attempts);
  if (cost < seen_cost_) fail("answers cost {} micros, counted were {}", seen_cost_, cost);
}

void ModelChecker::on_heard(const ToldTurn& turn) { heard_.emplace(turn.words, turn.began); }

void ModelChecker::on_turn(const ToldTurn& turn) {
  bool is_cut = turn.analyses == 0 && !turn.cut_short.empty();
  ++turns_[is_cut ? "cut" : turn.source.empty() ? "nobody" : turn.source];
  if (is_cut) return;
  if (turn.analyses != 1) {
    return fail("\"{}\" has {} analyses, and nobody says why", turn.words, turn.analyses);
  }
  auto took = std::chrono::duration<double, std::milli>(turn.took_ms);
  if (took > answer_time_max + 1ms) {
    fail("\"{}\" was analysed for {:.0f} ms", turn.words, turn.took_ms);
  }
  if (!turn.source.empty()) return check_source(turn);
  if (turn.error.empty()) fail("nobody analysed \"{}\", and nobody says why", turn.words);
  if (world_.has_good_cache) fail("\"{}\" has no answer: {}", turn.words, turn.error);
}

void ModelChecker::check_source(const ToldTurn& turn) {
  if (turn.source == "model" && !is_given(turn, turn.began - told_precision)) {
    fail("\"{}\" has an answer of a model (\"{}\") that none gave", turn.words, turn.query);
  } else if (turn.source == "cache" && world_.has_models && !is_given(turn, {})) {
    fail("\"{}\" has a kept answer (\"{}\") that no model gave", turn.words, turn.query);
  }
  if (turn.source != "rules" || !is_alone(turn)) return;
  for (const Given& given : of_words(given_, turn.words)) {
    if (given.at >= turn.began && given.at <= turn.at && given.was_in_time) {
      return fail("rules answered \"{}\", although a model had", turn.words);
    }
  }
}

// Whether a model said what this turn tells, from `from` on.
bool ModelChecker::is_given(const ToldTurn& turn, Timestamp from) const {
  return std::ranges::any_of(of_words(given_, turn.words), [&](const Given& given) {
    bool is_then = given.at >= from && given.at <= turn.at + told_precision;
    bool is_same = !turn.is_suggested ||
                   (given.said.query == turn.query && given.said.sentiment == turn.sentiment);
    return is_then && is_same;
  });
}

// Nobody else said the same at the same time: then it could be their answer.
bool ModelChecker::is_alone(const ToldTurn& turn) const {
  return std::ranges::count_if(of_words(heard_, turn.words), [&](Timestamp began) {
           return began + answer_time_max >= turn.began && began <= turn.at;
         }) == 1;
}

void ModelChecker::on_end() {
  for (const auto& [number, call] : open_) {
    fail("a call of {} about \"{}\" was left open", call.provider, call.words);
  }
}

}  // namespace antiphon::simulate
