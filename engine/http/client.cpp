#include "engine/http/client.h"

#include <boost/system/system_error.hpp>

#include "engine/base/error.h"
#include "engine/http/client_exchange.h"
#include "engine/http/private_address.h"
#include "engine/http/problem.h"

namespace antiphon::http {
namespace {

using Kind = ClientFailure::Kind;
using Stage = ClientFailure::Stage;

bool can_be_repeated(Method method) { return method != Method::post && method != Method::patch; }

bool is_plain(std::string_view text, std::string_view refused) {
  return std::ranges::none_of(text, [&](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f || refused.contains(c);
  });
}

// Nothing that would end a line of the request, or be taken for another part of it.
void check(const ClientRequest& request) {
  bool is_good = request.target.starts_with('/') && is_plain(request.target, " #");
  for (const auto& [name, value] : request.headers) {
    is_good = is_good && !name.empty() && is_plain(name, " :\t") && is_plain(value, "");
  }
  if (is_good) return;
  throw Error(Code::invalid, fmt::format("The request to {} cannot be written: its target is a "
                                         "path, and no header has control characters.",
                                         request.endpoint.text()));
}

std::string origin_of(const ClientRequest& request) {
  return (request.is_secure ? "https://" : "http://") + request.endpoint.text();
}

// Makes one connection, within the limits of its stages.
class Connecting {
 public:
  Connecting(Network* network, const ClientOptions& options, const ClientRequest& request,
             const ClientLimits& limits, Instant deadline)
      : network_(network),
        tls_(options.tls),
        reach_(options.reach),
        endpoint_(request.endpoint),
        is_secure_(request.is_secure),
        limits_(limits),
        deadline_(deadline) {}

  Task<std::unique_ptr<Stream>> run() {
    Stage stage = Stage::connect;
    try {
      auto stream = co_await connect(until(limits_.connect_time));
      if (!is_secure_) co_return stream;
      stage = Stage::handshake;
      if (!tls_) throw Error(Code::unavailable, "This client knows no TLS.");
      co_return co_await tls_->connect(std::move(stream), endpoint_.host,
                                       until(limits_.handshake_time));
    } catch (const Error& error) {
      Kind kind = error.code() == Code::timeout     ? Kind::too_slow
                  : error.code() == Code::forbidden ? Kind::forbidden
                                                    : Kind::unreachable;
      throw ClientFailed{{kind, stage, fmt::format("{}: {}", endpoint_.text(), error.message())}};
    } catch (const boost::system::system_error& lost) {
      if (is_cancellation(std::current_exception())) throw;
      throw ClientFailed{{Kind::unreachable, stage,
                          fmt::format("{}: {}", endpoint_.text(), lost.code().message())}};
    }
  }

 private:
  Instant until(Duration limit) const {
    return std::min(deadline_, Core::here().clock().steady() + limit);
  }

  // A name that may lead inside is looked up first, and what was found is connected to: a second
  // look-up could give something else.
  Task<std::unique_ptr<Stream>> connect(Instant deadline) {
    if (reach_ == Reach::everywhere) co_return co_await network_->connect(endpoint_, deadline);
    auto addresses = co_await network_->resolve(endpoint_.host, deadline);
    for (const std::string& address : addresses) {
      if (is_private_address(address)) {
        throw Error(Code::forbidden, "This is no public address; only those may be reached here.");
      }
    }
    std::optional<Error> last;
    for (const std::string& address :
         std::span(addresses).first(std::min(addresses.size(), addresses_max))) {
      try {
        co_return co_await network_->connect({address, endpoint_.port}, deadline);
      } catch (const Error& error) {
        last = error;
      }
    }
    throw last.value_or(Error(Code::unavailable, "There is no such host."));
  }

  Network* network_;
  TlsClient* tls_;
  Reach reach_;
  Endpoint endpoint_;
  bool is_secure_;
  ClientLimits limits_;
  Instant deadline_;
};

Task<ClientResponse> whole(HttpClient* client, ClientRequest request, Instant deadline) {
  auto answer = co_await client->open(std::move(request), deadline);
  if (!answer) throw error_of(answer.error());
  ClientResponse response{.status = (*answer)->status, .headers = (*answer)->headers};
  response.body = co_await read_all(**answer);
  co_return response;
}

// The server asked is told of the span, or of what stands above it where nobody records.
trace::Span begin_span(ClientRequest& request) {
  trace::Span span(request.trace, to_text(request.method), trace::Kind::client);
  span.set("http.request.method", to_text(request.method));
  span.set("server.address", request.endpoint.host);
  span.set("server.port", request.endpoint.port);
  const trace::Context& told = span.context();
  if (told.trace_id.is_none() || told.span_id.is_none()) return span;
  request.headers.set_default("traceparent", trace::to_traceparent(told));
  if (told.state) request.headers.set_default("tracestate", *told.state);
  return span;
}

void end_span(trace::Span& span, int status) {
  span.set("http.response.status_code", status);
  if (status >= status_of(Code::invalid)) span.fail(std::to_string(status));
  span.end();
}

}  // namespace

NetworkHttpClient::NetworkHttpClient(Network& network, ClientOptions options)
    : network_(network), options_(std::move(options)) {
  if (options_.metrics) {
    metrics_ = std::make_shared<PoolMetrics>(*options_.metrics, options_.name);
  }
}

NetworkHttpClient::~NetworkHttpClient() = default;

std::shared_ptr<ConnectionPool> NetworkHttpClient::pool_of(const ClientRequest& request) {
  std::string origin = origin_of(request);
  if (auto found = pools_.find(origin); found != pools_.end()) return found->second;
  if (pools_.size() >= origins_max) {
    std::erase_if(pools_, [](const auto& entry) { return entry.second->is_unused(); });
  }
  if (pools_.size() >= origins_max) {
    throw ClientFailed{{Kind::exhausted, Stage::acquire,
                        fmt::format("Connections to {} servers are open.", origins_max)}};
  }
  auto pool = std::make_shared<ConnectionPool>(origin, options_.pool, metrics_);
  pools_.emplace(std::move(origin), pool);
  return pool;
}

Task<HttpClient::Opened> NetworkHttpClient::open(ClientRequest request, Instant deadline) {
  check(request);
  trace::Span span = begin_span(request);
  Opened opened = co_await exchange(std::move(request), deadline);
  if (opened) {
    end_span(span, (*opened)->status);
  } else {
    span.fail(to_text(opened.error().kind));
  }
  co_return opened;
}

Task<HttpClient::Opened> NetworkHttpClient::exchange(ClientRequest request, Instant deadline) {
  ClientLimits limits = request.limits.value_or(options_.limits);
  const bool repeats = can_be_repeated(request.method);
  std::optional<ClientFailure> failure;
  try {
    ConnectionPool::Lease lease = co_await pool_of(request)->acquire(deadline);
    for (;;) {
      bool was_kept = lease.stream != nullptr;
      if (!was_kept) {
        lease.stream = co_await Connecting(&network_, options_, request, limits, deadline).run();
        lease.count_opened();
      }
      auto exchange =
          std::make_unique<ClientExchange>(repeats ? ClientRequest(request) : std::move(request),
                                           limits, deadline, std::move(lease));
      try {
        co_await exchange->begin();
        co_return std::move(exchange);
      } catch (const ClientFailed& lost) {
        bool is_stale = was_kept && exchange->is_unanswered() && lost.failure.kind == Kind::broken;
        if (!is_stale || !repeats) throw;
      }
      lease = exchange->take_lease();
      lease.stream = nullptr;
    }
  } catch (const ClientFailed& lost) {
    failure = lost.failure;
  }
  co_return std::unexpected(*failure);
}

Task<HttpClient::Upgraded> NetworkHttpClient::upgrade(ClientRequest request, Instant deadline) {
  check(request);
  trace::Span span = begin_span(request);
  ClientLimits limits = request.limits.value_or(options_.limits);
  std::optional<ClientFailure> failure;
  try {
    ConnectionPool::Lease lease;
    lease.stream = co_await Connecting(&network_, options_, request, limits, deadline).run();
    ClientExchange exchange(std::move(request), limits, deadline, std::move(lease));
    co_await exchange.begin();
    end_span(span, exchange.status);
    Upgraded result{.answer = {.status = exchange.status, .headers = exchange.headers}};
    if (exchange.status == 101) {
      result.socket = exchange.take_socket();
    } else {
      result.answer.body = co_await read_all(exchange);
    }
    co_return result;
  } catch (const ClientFailed& lost) {
    failure = lost.failure;
    span.fail(to_text(failure->kind));
  }
  throw error_of(*failure);
}

Task<> NetworkHttpClient::stop() {
  auto pools = std::exchange(pools_, {});
  for (auto& [origin, pool] : pools) co_await pool->stop();
}

Task<ClientResponse> HttpClient::send(ClientRequest request, Instant deadline) {
  return whole(this, std::move(request), deadline);
}

// The answer is its caller's, who waits.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<std::string> read_all(ClientAnswer& answer) {
  constexpr std::size_t piece_bytes = std::size_t{16} << 10;
  std::string body;
  for (;;) {
    std::size_t before = body.size();
    body.resize(before + piece_bytes);
    auto count = co_await answer.read_some(std::span(body).subspan(before));
    if (!count) throw error_of(count.error());
    body.resize(before + *count);
    if (*count == 0) co_return body;
  }
}

std::string_view to_text(ClientFailure::Kind kind) {
  switch (kind) {
    case Kind::exhausted: return "exhausted";
    case Kind::forbidden: return "forbidden";
    case Kind::unreachable: return "unreachable";
    case Kind::too_slow: return "too_slow";
    case Kind::broken: return "broken";
    case Kind::too_large: return "too_large";
  }
  return "broken";
}

std::string_view to_text(ClientFailure::Stage stage) {
  switch (stage) {
    case Stage::acquire: return "acquire";
    case Stage::connect: return "connect";
    case Stage::handshake: return "handshake";
    case Stage::send: return "send";
    case Stage::first_byte: return "first_byte";
    case Stage::head: return "head";
    case Stage::body: return "body";
  }
  return "body";
}

Error error_of(const ClientFailure& failure) {
  switch (failure.kind) {
    case Kind::forbidden: return Error(Code::forbidden, failure.message);
    case Kind::too_slow: return Error(Code::timeout, failure.message);
    case Kind::too_large: return Error(Code::too_large, failure.message);
    default: return Error(Code::unavailable, failure.message);
  }
}

}  // namespace antiphon::http
