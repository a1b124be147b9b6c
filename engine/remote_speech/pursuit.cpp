#include "engine/remote_speech/pursuit.h"

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"
#include "engine/remote_speech/written_words.h"

namespace antiphon::remote_speech {
namespace {

using speech::LostUtterance;
using speech::Transcript;
using ResultKind = Transcript::Kind;
using FailureKind = HearingFailure::Kind;

constexpr std::uint64_t samples_per_ms = sample_rate_hz / 1000;

Instant now() { return Core::here().clock().steady(); }

// A question that may be cut short: the one who asks may be gone when its answer comes.
struct Question {
  std::shared_ptr<Ear> ear;
  std::shared_ptr<GrowingUtterance> utterance;
  Instant deadline;
  std::optional<Heard> answer = {};
  std::exception_ptr fault = {};
};

Task<> answer(std::shared_ptr<Question> question) {
  try {
    question->answer.emplace(
        co_await question->ear->hear(question->utterance->sound, false, question->deadline));
  } catch (...) {
    question->fault = std::current_exception();
  }
  question->utterance->changed.wake();
}

void shift(std::vector<Word>& words, std::uint64_t begin_sample) {
  auto begin_ms = static_cast<std::uint32_t>(begin_sample / samples_per_ms);
  for (Word& word : words) {
    word.start_ms += begin_ms;
    word.end_ms += begin_ms;
  }
}

}  // namespace

Pursuit::Pursuit(std::shared_ptr<GrowingUtterance> utterance,
                 std::shared_ptr<Candidates> candidates, std::string language, PursuitLimits limits,
                 Tell tell)
    : utterance_(std::move(utterance)),
      candidates_(std::move(candidates)),
      language_(std::move(language)),
      limits_(limits),
      tell_(std::move(tell)) {}

Task<speech::Recognition> Pursuit::run() {
  while (!utterance_->has_ended) co_await follow();
  co_return co_await conclude();
}

// One hypothesis, or the wait for the sound that it needs.
Task<> Pursuit::follow() {
  Candidate* first = choose_for_hypothesis();
  if (!first || wants_more_sound(*first)) {
    co_await utterance_->changed.wait();
    co_return;
  }
  Candidate& candidate = *first;
  std::size_t heard_before = std::exchange(asked_samples_, utterance_->sound->samples.size());
  auto question = std::make_shared<Question>(candidate.ear, utterance_, now() + limits_.final_time);
  TaskGroup asked([](const std::exception_ptr&) {});
  asked.spawn(answer(question));
  bool ends_with_utterance = !candidate.info().is_incremental;
  auto is_answered = [&] { return question->answer || question->fault; };
  while (!is_answered() && !(utterance_->has_ended && ends_with_utterance)) {
    co_await utterance_->changed.wait();
  }
  bool is_cut_short = !is_answered();
  co_await asked.stop();
  if (question->fault && !is_cut_short) std::rethrow_exception(question->fault);
  if (question->answer) take_hypothesis(candidate, *std::move(question->answer), heard_before);
}

// One that failed on the way is asked for the final at most: a short fault must not open its
// breaker.
Candidate* Pursuit::choose_for_hypothesis() const {
  for (Candidate* candidate : candidates_->in_order(now())) {
    if (std::ranges::count(failed_on_the_way_, candidate) == 0) return candidate;
  }
  return nullptr;
}

bool Pursuit::wants_more_sound(const Candidate& candidate) const {
  auto step = static_cast<std::uint64_t>(candidate.info().step.count()) * samples_per_ms;
  return step == 0 || utterance_->sound->samples.size() < asked_samples_ + step;
}

void Pursuit::take_hypothesis(Candidate& candidate, Heard heard, std::size_t heard_before) {
  if (!heard) {
    candidate.failed_at = now();
    failed_on_the_way_.push_back(&candidate);
    asked_samples_ = heard_before;  // another one hears the same at once
    return;
  }
  std::size_t firm_before = told_.firm;
  shift(heard->words, utterance_->begin_sample);
  LocalAgreement::Told newest = agreement_.hear(std::move(heard->words));
  if (newest.words == told_.words && newest.firm == firm_before) return;
  told_ = std::move(newest);
  Transcript result = transcript(told_.words, heard->heard_samples);
  result.kind = told_.firm > firm_before ? ResultKind::stable : ResultKind::partial;
  result.stable_words = told_.firm;
  result.text = join_written(result.words, language_);
  result.language = heard->language;
  tell_(std::move(result));
}

Task<speech::Recognition> Pursuit::conclude() {
  Instant deadline = now() + limits_.final_time;
  for (int round = 0; round < limits_.rounds && now() < deadline; ++round) {
    if (round > 0) co_await sleep_for(limits_.round_pause);
    if (auto hearing = co_await ask_each(deadline)) co_return final_of(*std::move(hearing));
    // Nobody heard a word, and somebody is sure of it.
    if (!silent_.empty()) {
      heard_by_ = silent_.front();
      co_return final_of({.heard_samples = utterance_->sound->samples.size()});
    }
  }
  co_return std::unexpected(lost());
}

// Asks each who may know more, until one has words.
Task<std::optional<Hearing>> Pursuit::ask_each(Instant deadline) {
  for (Candidate* candidate : candidates_->in_order(now())) {
    if (std::ranges::count(given_up_, candidate) > 0) continue;
    if (now() >= deadline) break;
    Heard heard = co_await candidate->ear->hear(utterance_->sound, true, deadline);
    if (note(*candidate, heard)) co_return *std::move(heard);
  }
  co_return std::nullopt;
}

// Whether these are the words.
bool Pursuit::note(Candidate& candidate, const Heard& heard) {
  if (!heard) {
    candidate.failed_at = now();
    if (heard.error().kind == FailureKind::refused) given_up_.push_back(&candidate);
    failures_.push_back({candidate.info().name, heard.error()});
    return false;
  }
  if (heard->words.empty()) {
    // Success with nothing in it: somebody else may hear what it missed.
    silent_.push_back(&candidate);
    given_up_.push_back(&candidate);
    return false;
  }
  for (Candidate* silent : silent_) silent->transcriber->note_missed_words();
  candidate.failed_at.reset();
  heard_by_ = &candidate;
  return true;
}

Transcript Pursuit::transcript(std::vector<Word> words, std::size_t heard_samples) const {
  return {.text = {},
          .words = std::move(words),
          .utterance = utterance_->number,
          .begin_sample = utterance_->begin_sample,
          .end_sample = utterance_->begin_sample + heard_samples};
}

Transcript Pursuit::final_of(Hearing hearing) const {
  shift(hearing.words, utterance_->begin_sample);
  Transcript result = transcript(std::move(hearing.words), hearing.heard_samples);
  result.kind = ResultKind::final;
  result.stable_words = result.words.size();
  result.text = std::move(hearing.text);
  result.language = std::move(hearing.language);
  return result;
}

LostUtterance Pursuit::lost() const {
  bool is_slow = std::ranges::any_of(
      failures_, [](const Failed& failed) { return failed.failure.kind == FailureKind::too_slow; });
  std::string told;
  for (const Failed& failed : failures_) {
    told += fmt::format("{}{} ({})", told.empty() ? "" : ", ", failed.name,
                        to_text(failed.failure.kind));
  }
  return {.reason = is_slow ? LostUtterance::Reason::stalled : LostUtterance::Reason::crashed,
          .message = told.empty() ? "No recogniser can be asked for now."
                                  : fmt::format("No recogniser heard this: {}.", told),
          .utterance = utterance_->number,
          .begin_sample = utterance_->begin_sample};
}

}  // namespace antiphon::remote_speech
