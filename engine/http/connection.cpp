#include "engine/http/connection.h"

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/problem.h"
#include "engine/http/request_span.h"

namespace antiphon::http {

namespace {

Code code_of(const Refusal& refusal) {
  switch (refusal.status) {
    case 408: return Code::timeout;
    case 413: return Code::too_large;
    default: return Code::invalid;
  }
}

constexpr int status_switching = 101;

}  // namespace

Connection::Connection(ConnectionContext& context, std::unique_ptr<Stream> stream)
    : context_(context),
      limits_(context.options.limits),
      stream_(std::move(stream)),
      writer_(*stream_, context.options, context.outgoing) {
  context_.open.insert(this);
}

Connection::~Connection() { leave(); }

void Connection::leave() { context_.open.erase(this); }

Instant Connection::now() const { return Core::here().clock().steady(); }

Task<> Connection::run() { return task_.run(serve_all()); }

// Bytes of the next request are waited for. That may take long, and a drain need not wait for it.
struct Connection::Silence {
  explicit Silence(Connection& owner)
      : connection(owner), limit(owner.idle_limit_.until(owner.now() + owner.idle_time())) {
    owner.is_idle_ = true;
  }
  ~Silence() { connection.is_idle_ = false; }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

  Connection& connection;
  TimeLimit::Scope limit;
};

// Tells everybody how a request ended, when it does.
struct Connection::Ending {
  explicit Ending(Connection& owner) : connection(owner) {}
  ~Ending() { connection.finish(status); }
  Ending(const Ending&) = delete;
  Ending& operator=(const Ending&) = delete;

  Connection& connection;
  int status = status_of(Code::cancelled);
};

Task<> Connection::serve_all() {
  std::exception_ptr failure;
  try {
    co_await serve_requests();
  } catch (const boost::system::system_error&) {
    // The client left, or did not take its answer in time.
    if (stream_) stream_->close();
  } catch (...) {
    failure = std::current_exception();
  }
  if (watch_) {
    co_await Interruptible::Step::recover();
    co_await stop_watching();
  }
  if (failure) std::rethrow_exception(failure);
}

// All requests are served by this one task: the next one's head is mostly there after one read, and
// its answer goes out at once.
Task<> Connection::serve_requests() {
  for (bool goes_on = true; goes_on; ++requests_) {
    if (received_.is_empty()) {
      if (context_.is_draining && requests_ > 0) break;
      co_await await_request();
    }
    if (received_.is_empty()) break;  // the client has ended
    HeadScanner scanner(limits_.head_bytes_max);
    std::optional<Head> head = scan_head(scanner);
    if (!head) head = co_await receive_head(scanner);
    if (!head) break;
    goes_on = head->has_value();
    if (!goes_on) {
      co_await refuse(std::move(head->error()));
    } else {
      begin_request(std::move(**head));
      goes_on = co_await serve_request();
    }
  }
  if (watch_) co_await stop_watching();
  if (stream_) co_await linger();
}

// Until the first bytes of a request are here, or the client has ended.
Task<> Connection::await_request() {
  Silence silence(*this);
  if (watch_) {
    co_await watch_->tasks.join();
    watch_.reset();
  } else {
    received_.shrink(idle_bytes);
    co_await receive(idle_bytes);
  }
}

void Connection::close_when_idle() {
  if (!is_idle_) return;
  if (requests_ > 0) return stream_->close();
  // Who connects ahead of a request that may never come must not hold the stop up.
  idle_limit_.shorten(now() + limits_.silent_time_at_stop);
}

// How long the first byte of a request may take.
Duration Connection::idle_time() const {
  if (requests_ > 0) return limits_.idle_time;
  return context_.is_draining ? limits_.silent_time_at_stop : limits_.head_time;
}

// The head of the next request, if all of it is here.
std::optional<Connection::Head> Connection::scan_head(HeadScanner& scanner) {
  received_.take(scanner.skip_blank_line(received_.view()));
  auto length = scanner.scan(received_.view());
  if (!length) return std::unexpected(length.error());
  if (*length == 0) return std::nullopt;
  Head head = parse_request_head(received_.view().substr(0, *length), limits_);
  received_.take(*length);
  return head;
}

// The same for one that comes in pieces; nothing when the client ends within.
Task<std::optional<Connection::Head>> Connection::receive_head(HeadScanner& scanner) {
  Instant deadline = now() + limits_.head_time;
  std::optional<Head> head;
  while (!head) {
    try {
      if (co_await task_.within(deadline, receive(busy_bytes)) == 0) co_return std::nullopt;
    } catch (const Error& late) {
      co_return std::unexpected(Refusal{408, "The head of the request came too slowly."});
    }
    head = scan_head(scanner);
  }
  co_return head;
}

Task<std::size_t> Connection::receive(std::size_t count_max) {
  std::size_t count = co_await stream_->read_some(received_.room(count_max));
  commit(count);
  co_return count;
}

void Connection::commit(std::size_t count) {
  received_.commit(count);
  context_.bytes_received.add(static_cast<std::int64_t>(count));
}

// Answers what could not be read as a request; what follows it cannot be read either.
Task<> Connection::refuse(Refusal refusal) {
  Request nobody;
  Error error(code_of(refusal), refusal.reason);
  trace::TraceId trace_id = trace::make_trace_id(context_.random);
  if (context_.metrics) context_.metrics->answered(nullptr, refusal.status, {});
  Response response = problem(refusal.status, error, "", trace_id);
  co_await writer_.write(std::move(response), &nobody, {.keeps_alive = false});
}

void Connection::begin_request(RequestHead head) {
  head_ = std::move(head);
  Request& request = head_.request;
  request.peer = stream_->peer();
  request.is_secure = context_.options.is_secure;
  request.body = this;
  request.uploads = context_.options.uploads;
  decoder_ = request.is_chunked ? BodyDecoder::chunked()
                                : BodyDecoder::sized(request.content_length.value_or(0));
  body_bytes_ = 0;
  body_bytes_max_ = limits_.body_bytes_max;
  began_ = now();
  is_body_late_ = is_body_broken_ = is_body_skipped_ = false;
  span_ = begin_request_span(request, context_.options.tracer, context_.random, began_);
  stages_ = begin_stages(request, began_);
}

// Gives whether another request may follow.
Task<bool> Connection::serve_request() {
  Ending ending(*this);
  std::optional<Response> response;
  std::exception_ptr failure;
  std::optional<Interruptible::Step> step;
  try {
    std::optional<StageTiming> stage(std::in_place, stages_.get(), "admit");
    response = match_route();
    if (!response && !call_) {
      response = take_admission(co_await context_.gate.admit(route_->info, head_.request));
    }
    stage.reset();
    if (!response && route_->info.is_takeover) {
      response = co_await take_over();
      if (!response) {
        ending.status = status_switching;
        co_return false;  // the socket is somebody else's
      }
    } else if (!response) {
      if (decoder_.is_done()) watch_client();
      step.emplace(task_, call_->deadline());
      stage.emplace(stages_.get(), "handle");
      response = co_await context_.gate.serve(route_->info, *call_, head_.request, route_->handle);
    }
  } catch (...) {
    failure = std::current_exception();
  }
  if (step && step->is_late()) {
    co_await Interruptible::Step::recover();
    failure = step->failure();
  }
  step.reset();
  if (failure) {
    if (!stream_ || is_cancellation(failure)) std::rethrow_exception(failure);
    response = problem_of(failure);
  }
  ResponseWriter::Framing framing{
      .is_http_1_0 = head_.is_http_1_0, .keeps_alive = goes_on(), .stages = stages_.get()};
  if (!writer_.write_now(*response, head_.request, framing)) {
    co_await writer_.write_rest(*std::move(response), &head_.request);
  }
  if (watch_) {
    watch_->is_over = true;
    if (!received_.is_empty()) co_await stop_watching();
  }
  bool goes_on = writer_.keeps_alive() && (decoder_.is_done() || co_await skip_body());
  ending.status = writer_.status();
  co_return goes_on;
}

// An answer already, where the path leads nowhere or the gate says no.
std::optional<Response> Connection::match_route() {
  Request& request = head_.request;
  Router::Match match = context_.router.find(request.method, request.path);
  if (!match.route) return answer_missing(match.allowed);
  route_ = match.route;
  request.parameters = std::move(match.parameters);
  name_request_span(span_, route_->info);
  if (route_->info.body_bytes_max > 0) body_bytes_max_ = route_->info.body_bytes_max;
  auto admission = context_.gate.admit_now(route_->info, request);
  return admission ? take_admission(*std::move(admission)) : std::nullopt;
}

std::optional<Response> Connection::take_admission(Admission admission) {
  if (!admission) return tell(admission.error(), status_of(admission.error().code()));
  call_.emplace(*std::move(admission));
  return std::nullopt;
}

// Nothing when the handler took the socket.
Task<std::optional<Response>> Connection::take_over() {
  auto response = co_await route_->take_over(*call_, head_.request, Takeover(*this));
  ENSURE(response.has_value() == (stream_ != nullptr),
         "a takeover handler takes the socket, answers or throws");
  co_return response;
}

Response Connection::answer_missing(const std::vector<Method>& allowed) const {
  const Request& request = head_.request;
  if (request.method == Method::options && (!allowed.empty() || request.path == "*")) {
    return answer_options(request, context_.options.origins, allowed);
  }
  if (allowed.empty()) {
    return problem(Error(Code::not_found, "There is nothing at this path."), request.path,
                   request.trace.trace_id);
  }
  std::string allow = allowed_text(allowed);
  Error error(Code::unsupported, fmt::format("This path takes {}.", allow));
  Response response = problem(405, error, request.path, request.trace.trace_id);
  response.headers.set("Allow", allow);
  return response;
}

Response Connection::problem_of(const std::exception_ptr& exception) const {
  Error error = error_from(exception);
  if (error.code() == Code::internal && context_.options.log) {
    context_.options.log->with_trace(head_.request.trace.trace_id)
        .error("A handler failed.", {{"method", to_text(head_.request.method)},
                                     {"route", route_name()},
                                     {"detail", error.detail()}});
  }
  return tell(error, is_body_late_ ? 408 : status_of(error.code()));
}

// As its route tells errors.
Response Connection::tell(const Error& error, int status) const {
  const trace::TraceId& trace_id = head_.request.trace.trace_id;
  if (route_ && route_->info.refuse) return route_->info.refuse(error, trace_id);
  return problem(status, error, head_.request.path, trace_id);
}

// What stood in a path may tell of somebody; the log has its template.
std::string_view Connection::route_name() const {
  return route_ ? std::string_view(route_->info.path) : "none";
}

// Tells everybody who wants to know how a request ended.
void Connection::finish(int status) {
  const Request& request = head_.request;
  Duration took = now() - began_;
  end_request_span(span_, status);
  if (context_.metrics) {
    std::optional<Duration> served;
    if (call_) served = took;
    context_.metrics->answered(route_ ? &route_->info : nullptr, status, served);
  }
  const auto& log = context_.options.log;
  if (log && log->writes(log::Level::debug)) {
    log->with_trace(request.trace.trace_id)
        .debug("A request was answered.",
               {{"method", to_text(request.method)},
                {"route", route_name()},
                {"status", status},
                {"ms", std::chrono::duration<double, std::milli>(took).count()}});
  }
  if (call_) context_.gate.done(route_->info, *std::exchange(call_, std::nullopt), status);
  route_ = nullptr;
}

TakenSocket Connection::take() {
  ENSURE(stream_, "a socket is taken once");
  end_request_span(span_, status_switching);
  leave();
  std::string early(received_.view());
  received_.take(early.size());
  return {std::move(stream_), std::move(early)};
}

bool Connection::goes_on() const {
  return head_.keeps_alive && !context_.is_draining &&
         requests_ + 1 < limits_.requests_per_connection_max && can_skip_body();
}

}  // namespace antiphon::http
