#include "engine/model/provider_stream.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;

Instant steady_now() { return Core::here().clock().steady(); }

}  // namespace

ProviderStream::ProviderStream(std::unique_ptr<http::ClientAnswer> answer, AnswerReader reader,
                               AnswerPace pace, FailureVoice voice, Instant deadline)
    : answer_(std::move(answer)),
      reader_(std::move(reader)),
      pace_(pace),
      voice_(std::move(voice)),
      deadline_(deadline) {}

const ChatEnd& ProviderStream::end() const { return answer_ ? reader_.state().end : end_; }

Task<Provided<std::optional<ChatDelta>>> ProviderStream::next() {
  piece_ = reader_.next();
  if (!piece_ && answer_) co_await wait_for_piece();
  if (!piece_ && failure_) co_return std::unexpected(*failure_);
  co_return std::exchange(piece_, std::nullopt);
}

// Until there is a piece, or it is known how the answer ended.
Task<> ProviderStream::wait_for_piece() {
  note_progress();  // of pieces that were there without a wait
  pace_.begin_wait(steady_now());
  while (!piece_ && !is_decided()) {
    co_await receive();
    piece_ = reader_.next();
    note_progress();
  }
  pace_.end_wait(steady_now());
  if (piece_) co_return;
  if (reader_.state().is_over) co_await take_rest();
  close();
}

void ProviderStream::note_progress() {
  const AnswerState& state = reader_.state();
  pace_.see(state.content_bytes + state.thought_bytes, steady_now());
  if (state.has_finish && !finished_at_) finished_at_ = steady_now();
}

bool ProviderStream::is_decided() const {
  const AnswerState& state = reader_.state();
  return has_body_ended_ || lost_ || state.is_over || state.error || reader_.broken();
}

AnswerPace::Limit ProviderStream::limit() const {
  auto limit = finished_at_ ? AnswerPace::Limit{*finished_at_ + tail_time, ""} : pace_.limit();
  return limit.at < deadline_ ? limit : AnswerPace::Limit{deadline_, "its time was over."};
}

Task<> ProviderStream::receive() {
  auto [until, passed] = limit();
  answer_->deadline = until;
  auto count = co_await answer_->read_some({room_.data(), room_.size()});
  if (!count) {
    lost_ = std::move(count.error());
    limit_passed_ = passed;
    co_return;
  }
  reader_.feed({room_.data(), *count});
  has_body_ended_ = *count == 0;
  if (has_body_ended_) reader_.end();
}

// A connection whose answer was read to its end serves the next question.
Task<> ProviderStream::take_rest() {
  if (has_body_ended_ || lost_) co_return;
  answer_->deadline = std::min(deadline_, steady_now() + ending_time);
  for (;;) {
    auto count = co_await answer_->read_some({room_.data(), room_.size()});
    if (!count || *count == 0) co_return;
  }
}

void ProviderStream::close() {
  end_ = reader_.state().end;
  failure_ = find_failure();
  if (failure_ && failure_->kind != Kind::refused) end_.finish = Finish::truncated;
  answer_.reset();
}

// Once the provider said how its answer ended, a connection that breaks takes nothing from it.
std::optional<ProviderFailure> ProviderStream::find_failure() const {
  const AnswerState& state = reader_.state();
  if (state.error) {
    ProviderFailure failure = voice_.told(200, *state.error, stage());
    failure.retry_after = state.error->retry_delay;
    return failure;
  }
  if (lost_ && !state.has_finish) return failure_of(*lost_);
  auto fault = reader_.broken() ? reader_.broken() : find_fault(state);
  if (!fault) return std::nullopt;
  ProviderFailure failure =
      voice_.failure(fault->kind, stage(), fmt::format("of its answer: {}", fault->why));
  failure.status = answer_->status;
  return failure;
}

ProviderFailure ProviderStream::failure_of(const http::ClientFailure& lost) const {
  bool is_late = lost.kind == http::ClientFailure::Kind::too_slow;
  ProviderFailure failure = is_late ? voice_.failure(Kind::too_slow, stage(), limit_passed_)
                                    : voice_.broken(lost, stage());
  failure.status = answer_->status;
  return failure;
}

ProviderFailure::Stage ProviderStream::stage() const {
  const AnswerState& state = reader_.state();
  return state.content_bytes + state.thought_bytes == 0 ? Stage::first_token : Stage::stream;
}

}  // namespace antiphon::model
