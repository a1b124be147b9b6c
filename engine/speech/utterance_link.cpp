#include "engine/speech/utterance_link.h"

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

using Kind = Transcript::Kind;
using Reason = LostUtterance::Reason;

constexpr std::uint64_t samples_per_ms = sample_rate_hz / 1000;

std::string join(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) text.append(text.empty() ? "" : " ").append(word.text);
  return text;
}

}  // namespace

Task<> UtteranceLink::read(std::shared_ptr<UtteranceLink> self, std::shared_ptr<Worker> worker) {
  while (auto message = co_await worker->receive()) {
    if (self->worker_ != worker) co_return;
    self->hear_answer(*message);
  }
  if (self->worker_ == worker) self->lose(Reason::crashed, "The speech worker ended unexpectedly.");
}

void UtteranceLink::attach(std::shared_ptr<Worker> worker) {
  drop_worker();
  worker_ = std::move(worker);
  counters_->workers.add();
}

void UtteranceLink::drop_worker() {
  if (!worker_) return;
  std::exchange(worker_, nullptr)->close();
  counters_->workers.add(-1);
}

void UtteranceLink::begin_utterance(std::uint64_t begin_sample, Rung rung) {
  utterance_ = Utterance{.begin_sample = begin_sample, .rung = rung};
  counters_->busy_workers.add();
}

void UtteranceLink::end_utterance() {
  if (!utterance_) return;
  counters_->unanswered_samples.add(-static_cast<std::int64_t>(unanswered()));
  counters_->busy_workers.add(-1);
  utterance_.reset();
}

Task<> UtteranceLink::begin(std::uint64_t begin_sample, Rung rung) {
  begin_utterance(begin_sample, rung);
  co_await send(encode_begin(rung));
}

Task<> UtteranceLink::sound(std::vector<Sample> samples) {
  if (!utterance_) co_return;  // lost meanwhile: the rest of it goes nowhere
  std::span<const Sample> left = samples;
  while (!left.empty() && utterance_) {
    auto piece = left.first(std::min(left.size(), partial_samples));
    left = left.subspan(piece.size());
    utterance_->sent_samples += piece.size();
    counters_->unanswered_samples.add(static_cast<std::int64_t>(piece.size()));
    watch();
    co_await send(encode_sound(piece));
  }
}

Task<> UtteranceLink::end() {
  if (!utterance_) co_return;
  utterance_->ended = true;
  watch();
  co_await send(encode(MessageType::end));
}

Task<> UtteranceLink::settled() {
  while (utterance_) co_await settled_.wait();
}

Task<> UtteranceLink::send(std::string bytes) {
  auto worker = worker_;
  if (!worker) co_return;
  try {
    co_await worker->send(std::move(bytes));
  } catch (...) {
    if (worker != worker_) co_return;  // lost while we wrote
    // A message may be half written: this worker is of no use any more, whoever cut it off.
    lose(Reason::crashed, "The speech worker took no more sound.");
    if (is_cancellation(std::current_exception())) throw;
  }
}

void UtteranceLink::hear_answer(const Message& message) {
  try {
    if (message.type == MessageType::failed) return lose(Reason::crashed, message.payload);
    bool is_final = message.type == MessageType::final;
    if (!utterance_ || (!is_final && message.type != MessageType::partial)) return;
    if (is_final && !utterance_->ended) throw Error(Code::invalid, "A final came too early.");
    tell(parse_hypothesis(message.payload), is_final);
  } catch (const Error& failure) {
    lose(Reason::crashed, failure.message());
  }
}

void UtteranceLink::tell(Hypothesis hypothesis, bool is_final) {
  Utterance& utterance = *utterance_;
  std::uint64_t unanswered_before = unanswered();
  utterance.answered_samples = hypothesis.heard_samples;
  counters_->unanswered_samples.add(static_cast<std::int64_t>(unanswered()) -
                                    static_cast<std::int64_t>(unanswered_before));
  for (Word& word : hypothesis.words) {
    auto shift_ms = static_cast<std::uint32_t>(utterance.begin_sample / samples_per_ms);
    word.start_ms += shift_ms;
    word.end_ms += shift_ms;
  }
  Stability::Told told{hypothesis.words, hypothesis.words.size()};
  if (!is_final) told = utterance.stability.hear(hypothesis.words);
  bool news = is_final || told.words != utterance.told || told.firm != utterance.told_stable;
  bool firmer = told.firm > utterance.told_stable;
  Transcript result{.kind = is_final ? Kind::final
                            : firmer ? Kind::stable
                                     : Kind::partial,
                    .text = join(told.words),
                    .words = told.words,
                    .stable_words = told.firm,
                    .utterance = count_,
                    .begin_sample = utterance.begin_sample,
                    .end_sample = utterance.begin_sample + hypothesis.heard_samples,
                    .rung = utterance.rung};
  result.heard_at = arrivals_.of(result.end_sample);
  utterance.told = std::move(told.words);
  utterance.told_stable = told.firm;
  if (news) results_.push(std::move(result));
  if (is_final) {
    ++count_;
    count_busy(false);
    counters_->heard(utterance.sent_samples, utterance.busy);
    double seconds = hypothesis.heard_samples / double{sample_rate_hz};
    capacity_->note_cost(utterance.rung, hypothesis.processor_us / 1e6, seconds);
    capacity_->note_pace(std::chrono::duration<double>(utterance.busy).count(), seconds,
                         Core::here().clock().steady());
    end_utterance();
    settled_.wake();
  }
  watch();
}

void UtteranceLink::lose(Reason reason, std::string why) {
  drop_worker();
  alarm_ = {};
  if (!utterance_) return;
  (reason == Reason::crashed ? counters_->crashed : counters_->stalled).add();
  std::uint64_t begin = utterance_->begin_sample;
  end_utterance();
  settled_.wake();
  results_.push(std::unexpected(LostUtterance{
      .reason = reason, .message = std::move(why), .utterance = count_++, .begin_sample = begin}));
}

void UtteranceLink::refuse(std::uint64_t begin_sample, const std::string& why) {
  begin_utterance(begin_sample);
  lose(Reason::crashed, why);
}

void UtteranceLink::close() {
  alarm_ = {};
  end_utterance();
  drop_worker();
}

// A worker that talks of more than it was given has nothing to answer.
std::uint64_t UtteranceLink::unanswered() const {
  return utterance_->sent_samples -
         std::min(utterance_->sent_samples, utterance_->answered_samples);
}

void UtteranceLink::count_busy(bool is_busy) {
  Utterance& utterance = *utterance_;
  if (is_busy == utterance.busy_since.has_value()) return;
  Instant now = Core::here().clock().steady();
  if (is_busy) {
    utterance.busy_since = now;
  } else {
    utterance.busy += now - *std::exchange(utterance.busy_since, std::nullopt);
  }
}

// The worker owes an answer for every whole 100 ms of sound and for the end.
void UtteranceLink::watch() {
  alarm_ = {};
  if (!utterance_) return;
  bool owes_answer = unanswered() >= partial_samples || utterance_->ended;
  count_busy(owes_answer);
  if (!owes_answer) return;
  Core& core = Core::here();
  alarm_ = core.timers().at(core.clock().steady() + answer_max_, [this] {
    lose(Reason::stalled, "The speech worker gave no answer in time.");
  });
}

}  // namespace antiphon::speech
