#pragma once

#include <string>

#include "engine/async/network.h"
#include "engine/http/message.h"
#include "engine/http/takeover.h"

namespace antiphon::http {

struct ClientRequest {
  Method method = Method::get;
  Endpoint endpoint;         ///< where to connect
  std::string target = "/";  ///< path and query, percent-encoded
  Headers headers = {};      ///< Host is added when missing
  std::string body = {};
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

struct ClientLimits {
  std::size_t head_bytes_max = std::size_t{64} << 10;
  std::size_t body_bytes_max = std::size_t{64} << 20;
};

/// Asks other servers.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// Sends and reads the whole answer, whatever its status.
  /// @throws Error{Code::unavailable} when there is no connection or a broken answer,
  ///         Error{Code::timeout} at the deadline, Error{Code::too_large} beyond the limits
  virtual Task<ClientResponse> send(ClientRequest request, Instant deadline) = 0;

  struct Upgraded {
    ClientResponse answer;  ///< 101, or why not, with its body
    TakenSocket socket;     ///< without a stream unless the answer is 101
  };
  /// Sends a request that asks to leave HTTP, a WebSocket's. @throws as send
  virtual Task<Upgraded> upgrade(ClientRequest request, Instant deadline) = 0;
};

/// Over a Network, with a connection for each request.
class NetworkHttpClient final : public HttpClient {
 public:
  explicit NetworkHttpClient(Network& network, ClientLimits limits = {})
      : network_(network), limits_(limits) {}

  Task<ClientResponse> send(ClientRequest request, Instant deadline) override;
  Task<Upgraded> upgrade(ClientRequest request, Instant deadline) override;

 private:
  Network& network_;
  ClientLimits limits_;
};

}  // namespace antiphon::http
