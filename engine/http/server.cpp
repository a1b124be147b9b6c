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
  std::size_t connections = 0;
  std::size_t handshakes = 0;

  bool is_quiet() const { return context.open.empty() && handshakes == 0; }
};

namespace {

constexpr auto accept_pause = std::chrono::milliseconds(100);

Task<> refuse_connection(std::unique_ptr<Stream> stream, const ServerOptions* options) {
  Error error = Error(Code::unavailable, "There are too many connections.").retry_after(5);
  Request nobody;
  ResponseWriter writer(*stream, *options);
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
          .tasks = TaskGroup([this](const std::exception_ptr& failure) { report(failure); })}) {
  if (metrics::Registry* registry = state_->context.options.metrics) {
    state_->context.metrics.emplace(*registry, router);
  }
}

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
  state_->tasks.spawn(accept_from(state_->listeners.back()));
}

Task<> Server::accept_from(std::shared_ptr<Listener> listener) {
  for (;;) {
    std::unique_ptr<Stream> stream;
    bool is_short = false;
    try {
      stream = co_await listener->accept();
    } catch (const boost::system::system_error& failure) {
      if (state_->context.is_draining || is_cancellation(std::current_exception())) throw;
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
    state_->tasks.spawn(serve(std::move(stream)));
  } else {
    if (state_->context.metrics) state_->context.metrics->count(503);
    if (options.tls) return;  // no handshake just to say no
    state_->tasks.spawn(refuse_connection(std::move(stream), &options));
  }
}

Task<> Server::serve(std::unique_ptr<Stream> stream) {
  ConnectionContext& context = state_->context;
  // Not before the first connection: until then routes may still be added.
  if (context.options.metrics && !context.metrics) {
    context.metrics.emplace(*context.options.metrics, context.router);
  }
  count(1);
  try {
    if (context.options.tls) stream = co_await secure(std::move(stream));
    if (stream) {
      Connection connection(context, std::move(stream));
      co_await connection.run();
    }
  } catch (...) {
    count(-1);
    throw;
  }
  count(-1);
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
    ~UnderWay() {
      --state.handshakes;
      if (state.is_quiet() && state.context.emptied.is_waiting()) state.context.emptied.wake();
    }
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
  while (!state_->is_quiet()) co_await state_->context.emptied.wait();
}

void Server::count(int change) {
  state_->connections += change;
  if (state_->context.metrics) state_->context.metrics->connections_changed(change);
}

Task<> Server::drain(Instant deadline) {
  state_->context.is_draining = true;
  for (auto& listener : state_->listeners) listener->close();
  for (Connection* connection : state_->context.open) connection->close_when_idle();
  try {
    co_await within(deadline, wait_until_quiet());
  } catch (const Error&) {
    // What is not done by now is cut by stop().
    const auto& log = state_->context.options.log;
    if (log) log->warning("Requests were cut.", {{"connections", state_->context.open.size()}});
  }
}

Task<> Server::stop() {
  for (auto& listener : state_->listeners) listener->close();
  co_await state_->tasks.stop();
}

std::size_t Server::connections() const { return state_->connections; }

}  // namespace antiphon::http
