#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>

#include "engine/async/network.h"
#include "engine/async/tls.h"
#include "engine/http/message.h"
#include "engine/http/takeover.h"
#include "engine/metrics/registry.h"
#include "engine/trace/span.h"

namespace antiphon::http {

/// What one exchange may take, each below the deadline of its call.
struct ClientLimits {
  Duration connect_time = std::chrono::seconds(2);      ///< look-up of the name included
  Duration handshake_time = std::chrono::seconds(3);    ///< of TLS
  Duration send_time = std::chrono::seconds(10);        ///< for the server to take the request
  Duration first_byte_time = std::chrono::seconds(30);  ///< from there to the answer's first byte
  Duration gap_time = std::chrono::seconds(15);         ///< between two reads of the answer
  std::size_t bytes_per_second_min = 16;                ///< of a body, on average; 0: any
  Duration rate_grace = std::chrono::seconds(10);       ///< before the rate counts
  std::size_t head_bytes_max = std::size_t{64} << 10;
  std::size_t body_bytes_max = std::size_t{64} << 20;
};

struct ClientRequest {
  Method method = Method::get;
  Endpoint endpoint;         ///< where to connect
  std::string target = "/";  ///< path and query, percent-encoded
  Headers headers = {};      ///< Host is added when missing
  std::string body = {};
  bool is_secure = false;                   ///< https
  std::optional<ClientLimits> limits = {};  ///< in place of the client's
  trace::Context trace = {};                ///< what asks; passed on as `traceparent`
};

/// A request to "https://api.example:8443/v1/chat?x=1"; without user, fragment, odd characters.
/// @throws Error{Code::invalid} saying what would be right
ClientRequest request_to(Method method, std::string_view url);

/// Why there is no whole answer.
struct ClientFailure {
  enum class Kind {
    exhausted,    ///< no connection of the pool became free in time
    forbidden,    ///< a private address, where only public ones may be reached
    unreachable,  ///< no such name, refused, or not who it should be
    too_slow,     ///< a limit of time or rate, or the deadline
    broken,       ///< ended early, or is no HTTP
    too_large     ///< beyond a limit of size
  };
  enum class Stage { acquire, connect, handshake, send, first_byte, head, body };

  Kind kind;
  Stage stage;
  std::string message;  ///< for the log and for operators; names the server
};

std::string_view to_text(ClientFailure::Kind kind);
std::string_view to_text(ClientFailure::Stage stage);
/// For callers who take no other way: unavailable, timeout, too_large, forbidden.
Error error_of(const ClientFailure& failure);

/// An answer, whatever its status, while its body arrives. Dropping it before the end closes the
/// connection. Belongs to the core that asked.
class ClientAnswer {
 public:
  virtual ~ClientAnswer() = default;

  int status = 0;
  Headers headers;
  /// Until when a wait for the body may take, below every other limit; may be set before each read
  /// by who expects something sooner. At first that of the whole exchange.
  Instant deadline = Instant::max();

  /// At least one byte, 0 at the end of the body. After a failure it is the same again.
  virtual Task<std::expected<std::size_t, ClientFailure>> read_some(std::span<char> into) = 0;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// Asks other servers. Follows neither redirects nor proxies. Being cancelled closes the
/// connection in the same turn of the loop.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  using Opened = std::expected<std::unique_ptr<ClientAnswer>, ClientFailure>;
  /// Sends and waits for the answer's head. A request that can be repeated (GET, HEAD, PUT, DELETE,
  /// OPTIONS) is sent again, once, when a kept connection turns out to be closed.
  /// @throws Error{Code::invalid} for a request that cannot be written
  virtual Task<Opened> open(ClientRequest request, Instant deadline) = 0;

  struct Upgraded {
    ClientResponse answer;  ///< 101, or why not, with its body
    TakenSocket socket;     ///< without a stream unless the answer is 101
  };
  /// Sends a request that asks to leave HTTP, a WebSocket's, on a connection of its own.
  /// @throws Error as error_of
  virtual Task<Upgraded> upgrade(ClientRequest request, Instant deadline) = 0;

  /// open() and the whole body. @throws Error as error_of
  Task<ClientResponse> send(ClientRequest request, Instant deadline);
};

/// The rest of the body. @throws Error as error_of
Task<std::string> read_all(ClientAnswer& answer);

/// Where a client may connect to.
enum class Reach {
  public_only,  ///< no address of this machine or of a private network, also not by a name
  everywhere    ///< what the owner of the server configured
};

struct PoolLimits {
  std::size_t connections_min = 5;  ///< idle ones that are kept however long they are not used
  std::size_t connections_max = 50;
  Duration acquire_time = std::chrono::seconds(1);  ///< wait for a free one
  Duration idle_time = std::chrono::seconds(30);    ///< then those above the minimum are closed
  std::size_t waiting_max = 1000;
};

struct ClientOptions {
  Reach reach = Reach::public_only;
  ClientLimits limits = {};
  PoolLimits pool = {};                  ///< of each origin, on one core
  TlsClient* tls = nullptr;              ///< null: https is refused
  metrics::Registry* metrics = nullptr;  ///< null: nothing is counted
  std::string name = "other";            ///< the label `client` of the metrics
};

class ConnectionPool;
struct PoolMetrics;

/// Over a Network, each exchange a span until its answer's head has come, with a pool of kept
/// connections for each origin (scheme, host, port). Lives on one core; network and TLS outlive it.
class NetworkHttpClient final : public HttpClient {
 public:
  explicit NetworkHttpClient(Network& network, ClientOptions options = {});
  ~NetworkHttpClient() override;

  Task<Opened> open(ClientRequest request, Instant deadline) override;
  Task<Upgraded> upgrade(ClientRequest request, Instant deadline) override;

  /// Closes what is idle and waits for it. A client that goes without it goes before its core.
  Task<> stop();

  static constexpr std::size_t origins_max = 256;

 private:
  Task<Opened> exchange(ClientRequest request, Instant deadline);
  std::shared_ptr<ConnectionPool> pool_of(const ClientRequest& request);

  Network& network_;
  ClientOptions options_;
  std::shared_ptr<PoolMetrics> metrics_;
  std::map<std::string, std::shared_ptr<ConnectionPool>> pools_;
};

}  // namespace antiphon::http
