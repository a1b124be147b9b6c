#include "engine/otlp/exporter.h"

#include <algorithm>
#include <limits>

#include "engine/base/error.h"
#include "engine/http/retry_after.h"
#include "engine/otlp/otlp_metrics.h"

namespace antiphon::otlp {
namespace {

http::ClientRequest request_for(const Exporter::Options& options) {
  std::string url = options.endpoint;
  while (url.ends_with('/')) url.pop_back();
  http::ClientRequest request = http::request_to(http::Method::post, url + "/v1/traces");
  for (const auto& [name, value] : options.headers) request.headers.set(name, value);
  request.headers.set("Content-Type", "application/json");
  // A long answer is no failure, which would send the spans again: its end is left unread.
  request.limits = http::ClientLimits{.first_byte_time = options.timeout,
                                      .body_bytes_max = std::numeric_limits<std::size_t>::max()};
  return request;
}

// The others will not get better by being repeated. Source: OTLP/HTTP Response.
bool is_retryable(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

void Exporter::check(const Options& options) { request_for(options); }

Exporter::Exporter(trace::Tracer& tracer, http::HttpClient& client, Random& random, log::Logger log,
                   Options options)
    : tracer_(tracer),
      client_(client),
      random_(random),
      log_(std::move(log)),
      options_(std::move(options)),
      request_(request_for(options_)),
      wanted_(std::make_shared<Waiter>()),
      exported_(
          (options_.metrics ? *options_.metrics : unread_).counter(spans_metric, {"exported"})),
      refused_((options_.metrics ? *options_.metrics : unread_).counter(spans_metric, {"refused"})),
      failed_((options_.metrics ? *options_.metrics : unread_).counter(spans_metric, {"failed"})),
      taken_requests_(
          (options_.metrics ? *options_.metrics : unread_).counter(requests_metric, {"taken"})),
      refused_requests_(
          (options_.metrics ? *options_.metrics : unread_).counter(requests_metric, {"refused"})),
      retried_requests_(
          (options_.metrics ? *options_.metrics : unread_).counter(requests_metric, {"retried"})) {
  tracer_.on_waiting(options_.batch_spans_max, [wanted = wanted_, &core = Core::here()] {
    core.post([wanted] { wanted->wake(); });
  });
  if (options_.metrics == nullptr) return;
  sources_.push_back(options_.metrics->source(
      waiting_metric, {}, [&tracer] { return static_cast<double>(tracer.waiting()); }));
  sources_.push_back(options_.metrics->source(
      spans_metric, {"dropped"}, [&tracer] { return static_cast<double>(tracer.dropped()); }));
}

Exporter::~Exporter() { tracer_.on_waiting(0, nullptr); }

Task<> Exporter::run() {
  Core& core = Core::here();
  for (;;) {
    auto alarm = core.timers().at(core.clock().steady() + options_.interval,
                                  [wanted = wanted_] { wanted->wake(); });
    co_await wanted_->wait();
    while (load_batch()) co_await deliver();
  }
}

Task<> Exporter::flush(Instant deadline) {
  const Clock& clock = Core::here().clock();
  while (load_batch()) {
    if (clock.steady() >= deadline) {
      std::size_t left = tracer_.waiting();
      failed_.add(static_cast<double>(left));
      give_up(fmt::format("There was no time for {} more spans at the stop.", left));
      tracer_.take(left);
      co_return;
    }
    Attempt last = co_await attempt(deadline);
    if (last.outcome == Outcome::again) {
      give_up(last.why);
    } else {
      settle(last);
    }
  }
}

// A batch that was cut off by a stop is sent again.
bool Exporter::load_batch() {
  if (batch_spans_ > 0) return true;
  std::vector<trace::SpanRecord> spans = tracer_.take(options_.batch_spans_max);
  batch_spans_ = spans.size();
  if (batch_spans_ > 0) batch_ = encode_traces(spans, options_.resource);
  return batch_spans_ > 0;
}

Task<> Exporter::deliver() {
  const Clock& clock = Core::here().clock();
  Instant give_up_at = clock.steady() + options_.give_up_after;
  for (int attempts = 1;; ++attempts) {
    Attempt last = co_await attempt(give_up_at);
    if (last.outcome != Outcome::again) co_return settle(last);
    retried_requests_.add();
    Instant next = clock.steady() + back_off(attempts, last);
    if (next >= give_up_at) co_return give_up(last.why);
    if (!std::exchange(is_failing_, true)) report(last.why, 0);
    co_await sleep_until(next);
  }
}

Task<Exporter::Attempt> Exporter::attempt(Instant deadline) {
  http::ClientRequest request = request_;
  request.body = batch_;
  deadline = std::min(deadline, Core::here().clock().steady() + options_.timeout);
  auto answer = co_await client_.open(std::move(request), deadline);
  if (!answer) co_return Attempt{.why = answer.error().message};
  std::string body;
  std::array<char, 4096> piece{};
  while (body.size() < answer_bytes_max) {
    auto count = co_await (*answer)->read_some(piece);
    // The head has said what became of the spans; sent again they would be there twice.
    if (!count || *count == 0) break;
    body.append(piece.data(), *count);
  }
  co_return judge(**answer, body);
}

Exporter::Attempt Exporter::judge(const http::ClientAnswer& answer, std::string_view body) const {
  std::string server = request_.endpoint.text();
  if (answer.status >= 200 && answer.status < 300) {
    Taken taken = parse_taken(body);
    return {.outcome = Outcome::taken,
            .why = std::move(taken.message),
            .rejected_spans = taken.rejected_spans};
  }
  std::string why = fmt::format("{} answered {}.", server, answer.status);
  if (!is_retryable(answer.status)) return {.outcome = Outcome::refused, .why = std::move(why)};
  return {.outcome = Outcome::again,
          .why = std::move(why),
          .wait = http::parse_retry_after(answer.headers.get("Retry-After"),
                                          Core::here().clock().now())};
}

void Exporter::settle(const Attempt& attempt) {
  auto spans = static_cast<std::int64_t>(std::exchange(batch_spans_, 0));
  batch_.clear();
  if (attempt.outcome == Outcome::refused) {
    refused_requests_.add();
    refused_.add(static_cast<double>(spans));
    if (!std::exchange(is_failing_, true)) report(attempt.why, static_cast<std::size_t>(spans));
    return;
  }
  std::int64_t rejected = std::min(attempt.rejected_spans, spans);
  taken_requests_.add();
  exported_.add(static_cast<double>(spans - rejected));
  refused_.add(static_cast<double>(rejected));
  if (rejected > 0 || !attempt.why.empty()) {
    log_.warning("The trace collector took a part of the spans.",
                 {{"rejectedSpans", rejected}, {"message", attempt.why}});
  }
  if (std::exchange(is_failing_, false)) log_.info("The trace collector takes spans again.");
}

void Exporter::give_up(std::string_view why) {
  std::size_t spans = std::exchange(batch_spans_, 0);
  batch_.clear();
  failed_.add(static_cast<double>(spans));
  is_failing_ = true;
  report(why, spans);
}

void Exporter::report(std::string_view why, std::size_t lost_spans) {
  log_.warning("Traces are not exported right now.", {{"reason", why}, {"lostSpans", lost_spans}});
}

// Between half and all of the doubled wait, so that many servers spread out; never less than what
// the collector asked for.
Duration Exporter::back_off(int attempts, const Attempt& last) {
  Duration wait = options_.back_off;
  for (int i = 1; i < attempts && wait < options_.back_off_max; ++i) wait *= 2;
  wait = std::min(wait, options_.back_off_max);
  auto half = static_cast<std::uint64_t>(wait.count() / 2);
  wait = Duration(static_cast<Duration::rep>(half + random_.below(half + 1)));
  return last.wait ? std::max(*last.wait, wait) : wait;
}

}  // namespace antiphon::otlp
