#include "engine/http/server.h"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include "engine/http/connection.h"
#include "engine/http/problem.h"

namespace antiphon::http {

struct Server::State {
  ConnectionContext context;
  TaskGroup tasks;
  std::vector<std::shared_ptr<Listener>> listeners = {};
  std::size_t accepting = 0;  ///< listeners that may still give a connection
  std::size_t connections = 0;
  std::size_t handshakes = 0;

  bool is_quiet() const { return accepting == 0 && connections == 0; }
  void tell_if_quiet() {
    if (is_quiet() && quiet.is_waiting()) quiet.wake();
  }
  void count(int change) {
    // Not before the first connection: until then routes may still be added.
    if (context.options.metrics && !context.metrics) {
      context.metrics.emplace(*context.options.metrics, context.router);
      context.metrics->count_bytes(context.bytes_received, context.outgoing.bytes);
    }
    connections += static_cast<std::size_t>(change);
    if (context.metrics) context.metrics->connections_changed(change);
    tell_if_quiet();
  }

  Waiter quiet = {};
};

/// A connection counts from before its task begins until that is gone, however it ends.
class Server::Counted {
 public:
  explicit Counted(State& state) : state_(&state), since_(Core::here().clock().steady()) {
    state.count(1);
  }
  Counted(Counted&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)), since_(other.since_) {}
  Counted& operator=(Counted&&) = delete;
  ~Counted() {
    if (!state_) return;
    const auto& metrics = state_->context.metrics;
    if (metrics) metrics->connection_ended(Core::here().clock().steady() - since_);
    state_->count(-1);
  }

 private:
  State* state_;
  Instant since_;
};

namespace {

constexpr auto accept_pause = std::chrono::milliseconds(100);

Task<> refuse_connection(std::unique_ptr<Stream> stream, const ServerOptions* options) {
  Error error = Error(Code::unavailable, "There are too many connections.").retry_after(5);
  Request nobody;
  Outgoing nobodys;
  ResponseWriter writer(*stream, *options, nobodys);
  try {
    co_await writer.write(problem(error, "", ""), &nobody, {.keeps_alive = false});
  } catch (const boost::system::system_error&) {
    stream->close();  // it left by itself
  }
}

}  // namespace

Server::Server(const Router& router, Gate& gate, Random& random, ServerOptions options)
    : state_(new State{
          .context = {router, gate, random, std::move(options)},
          .tasks = TaskGroup([this](const std::exception_ptr& failure) { report(failure); })}) {}

// What ended a connection other than its client: a streamed answer or a taken socket that failed.
void Server::report(const std::exception_ptr& failure) const {
  const auto& log = state_->context.options.log;
  if (!log) return;
  Error error = error_from(failure);
  log->error("A connection was cut.", {{"reason", error.message()}, {"detail", error.detail()}});
}

Server::~Server() = default;

void Server::start(std::unique_ptr<Listener> listener) {
  state_->listeners.push_back(std::move(listener));
  ++state_->accepting;
  state_->tasks.spawn(accept_from(state_->listeners.back()));
}

Task<> Server::accept_from(std::shared_ptr<Listener> listener) {
  struct Accepting {
    explicit Accepting(State& owner) : state(owner) {}
    ~Accepting() {
      --state.accepting;
      state.tell_if_quiet();
    }
    State& state;
  } accepting(*state_);
  for (;;) {
    std::unique_ptr<Stream> stream;
    bool is_short = false;
    try {
      stream = co_await listener->accept();
    } catch (const boost::system::system_error& failure) {
      if (is_cancellation(std::current_exception())) throw;
      // Out of descriptors, or the client left while it waited: others may have better luck.
      is_short = failure.code() != boost::asio::error::connection_aborted;
    }
    if (is_short) co_await sleep_for(accept_pause);
    if (stream) admit(std::move(stream));
  }
}

void Server::admit(std::unique_ptr<Stream> stream) {
  const ServerOptions& options = state_->context.options;
  if (state_->connections < options.limits.connections_max) {
    state_->tasks.spawn(serve_counted(std::move(stream), Counted(*state_)));
  } else {
    if (state_->context.metrics) state_->context.metrics->answered(nullptr, 503, {});
    if (options.tls) return;  // no handshake just to say no
    state_->tasks.spawn(refuse_connection(std::move(stream), &options));
  }
}

Task<> Server::serve(std::unique_ptr<Stream> stream) {
  return serve_counted(std::move(stream), Counted(*state_));
}

Task<> Server::serve_counted(std::unique_ptr<Stream> stream, Counted) {
  ConnectionContext& context = state_->context;
  if (context.options.tls) stream = co_await secure(std::move(stream));
  if (!stream) co_return;
  Connection connection(context, std::move(stream));
  co_await connection.run();
}

// The stream with TLS; null when there was no handshake.
Task<std::unique_ptr<Stream>> Server::secure(std::unique_ptr<Stream> stream) {
  ConnectionContext& context = state_->context;
  const Limits& limits = context.options.limits;
  if (state_->handshakes >= limits.handshakes_max) {
    if (context.metrics) context.metrics->handshake_ended("too_many");
    co_return nullptr;
  }
  struct UnderWay {
    explicit UnderWay(State& owner) : state(owner) { ++state.handshakes; }
    ~UnderWay() { --state.handshakes; }
    State& state;
  } under_way(*state_);
  Instant deadline = Core::here().clock().steady() + limits.handshake_time;
  auto accepted = co_await context.options.tls->accept(std::move(stream), deadline);
  if (context.metrics) {
    context.metrics->handshake_ended(accepted ? "done" : to_text(accepted.error().kind));
  }
  if (accepted) co_return std::move(*accepted);
  if (context.options.log) {
    context.options.log->debug("A TLS handshake failed.", {{"reason", accepted.error().reason}});
  }
  co_return nullptr;
}

Task<> Server::wait_until_quiet() {
  while (!state_->is_quiet()) co_await state_->quiet.wait();
}

void Server::stop_accepting() {
  for (auto& listener : state_->listeners) listener->close();
}

Task<> Server::drain(Instant deadline) {
  stop_accepting();
  state_->context.is_draining = true;
  for (Connection* connection : state_->context.open) connection->close_when_idle();
  try {
    co_await within(deadline, wait_until_quiet());
  } catch (const Error&) {
    // What is not done by now is cut by stop().
    const auto& log = state_->context.options.log;
    if (log) log->warning("Connections were cut.", {{"connections", state_->connections}});
  }
}

Task<> Server::stop() {
  stop_accepting();
  co_await state_->tasks.stop();
}

std::size_t Server::connections() const { return state_->connections; }

}  // namespace antiphon::http
