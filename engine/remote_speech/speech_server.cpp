#include "engine/remote_speech/speech_server.h"

#include "engine/base/error.h"
#include "engine/remote_speech/remote_speech_metrics.h"

namespace antiphon::remote_speech {
namespace {

// In the order of SpeechServer::Outcome; those of failures in the order of their kinds.
constexpr std::string_view outcome_names[] = {"done",   "silent",      "left",  "out",
                                              "full",   "unreachable", "busy",  "too_slow",
                                              "broken", "malformed",   "empty", "refused"};

Instant steady() { return Core::here().clock().steady(); }

}  // namespace

SpeechServer::SpeechServer(std::string name, std::size_t at_once, Telling telling,
                           Breaker::Limits breaker)
    : name_(std::move(name)),
      turns_(std::make_shared<Turns>(at_once)),
      breaker_(std::make_shared<ServerBreaker>(breaker)),
      log_(telling.log) {
  if (!telling.metrics) return;
  metrics::Registry& metrics = *telling.metrics;
  for (std::string_view outcome : outcome_names) {
    counters_.push_back(metrics.counter(requests_metric, {name_, outcome}));
  }
  time_ = metrics.histogram(request_time_metric, {name_});
  sources_.push_back(metrics.source(
      waiting_metric, {name_}, [turns = turns_] { return static_cast<double>(turns->waiting()); }));
  sources_.push_back(metrics.source(under_way_metric, {name_}, [turns = turns_] {
    return static_cast<double>(turns->under_way());
  }));
  sources_.push_back(metrics.source(out_metric, {name_}, [breaker = breaker_] {
    return breaker->is_out(SystemClock().steady()) ? 1.0 : 0.0;
  }));
}

Task<std::expected<SpeechServer::Request, HearingFailure>> SpeechServer::admit(
    std::shared_ptr<SpeechServer> self, std::shared_ptr<Turns::Seat> seat, Urgency urgency,
    Instant deadline) {
  auto refuse = [&](HearingFailure failure) {
    self->count(outcome_of(failure.kind));
    return std::unexpected(std::move(failure));
  };
  auto out = [&] { return HearingFailure{HearingFailure::Kind::out, "It is left alone for now."}; };
  if (self->breaker_->is_out(steady())) co_return refuse(out());
  std::optional<Turns::Turn> turn;
  try {
    turn.emplace(co_await self->turns_->take(std::move(seat), urgency, deadline));
  } catch (const Error& full) {
    if (full.code() == Code::cancelled) throw;
    co_return refuse({HearingFailure::Kind::full, full.message()});
  }
  // Who waited may have waited for one that failed.
  auto attempt = self->breaker_->admit(steady());
  if (!attempt) co_return refuse(out());
  co_return Request(self, *std::move(attempt), *std::move(turn));
}

SpeechServer::Request::Request(std::shared_ptr<SpeechServer> server, ServerBreaker::Attempt attempt,
                               Turns::Turn turn)
    : server_(std::move(server)),
      attempt_(std::move(attempt)),
      turn_(std::move(turn)),
      begun_(steady()) {}

SpeechServer::Request::~Request() {
  if (server_) server_->count(Outcome::left);
}

void SpeechServer::Request::done(bool is_silent) {
  // Silence may be true or a fault: it says nothing of the server.
  if (!is_silent) attempt_.succeeded(steady());
  auto server = std::exchange(server_, nullptr);
  server->count(is_silent ? Outcome::silent : Outcome::done);
  if (server->time_) server->time_->observe(steady() - begun_);
}

void SpeechServer::Request::failed(const HearingFailure& failure) {
  bool has_opened = attempt_.failed(steady(), failure.retry_after);
  auto server = std::exchange(server_, nullptr);
  server->count(outcome_of(failure.kind));
  server->tell_of_failure(failure, has_opened);
}

void SpeechServer::note_missed_words() {
  auto attempt = breaker_->admit(steady());
  HearingFailure failure{HearingFailure::Kind::empty,
                         "It heard nothing where another server found words."};
  if (attempt) tell_of_failure(failure, attempt->failed(steady(), std::nullopt));
}

SpeechServer::Outcome SpeechServer::outcome_of(HearingFailure::Kind kind) {
  return static_cast<Outcome>(static_cast<int>(Outcome::out) + static_cast<int>(kind));
}

void SpeechServer::count(Outcome outcome) const {
  if (!counters_.empty()) counters_[static_cast<std::size_t>(outcome)].add();
}

void SpeechServer::tell_of_failure(const HearingFailure& failure, bool has_opened) const {
  if (!log_) return;
  log_->warning("A speech server failed.", {{"server", name_},
                                            {"kind", to_text(failure.kind)},
                                            {"why", failure.message},
                                            {"left_alone", has_opened}});
}

}  // namespace antiphon::remote_speech
