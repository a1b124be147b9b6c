#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/http/client.h"
#include "engine/live/websocket.h"
#include "engine/live/wire.h"

namespace antiphon::live {

/// Where a WebSocket is, and what is said in its handshake.
struct WebSocketTarget {
  Endpoint endpoint;
  std::string path = "/";  ///< and query
  std::string protocol;    ///< offered; "" for none
  http::Headers headers = {};
  std::size_t message_bytes_max = std::size_t{16} << 20;
};

/// Opens a WebSocket as a client. @param random  outlives it
/// @throws Error{Code::unavailable} when the answer is no right handshake, with its status;
///         Error{Code::timeout}
Task<std::unique_ptr<WebSocket>> connect_websocket(http::HttpClient& http, Random& random,
                                                   WebSocketTarget target, Instant deadline);

/// A frame of the server.
struct ServerFrame {
  std::string type;
  std::uint64_t seq = 0;
  bool is_logged = false;  ///< it advanced seq; otherwise droppable, or for this client alone
  schema::Value value;     ///< the whole object
  std::string json;
};

/// A client of the native protocol: for the command line, flow tests and load. It checks that the
/// log reaches it without a hole and resumes where it stopped. Everything happens inside run().
class Client {
 public:
  struct Options {
    WebSocketTarget target;
    std::string token;
    std::string session_id;               ///< "" when the path names it, or a new one is opened
    std::optional<Position> resume_from;  ///< of an earlier client; nothing begins with a snapshot
    std::chrono::seconds connect_timeout{10};
    int attempts_max = 8;  ///< of one resume()
    /// After a restart it comes back within this time, at random: not with all others at once.
    std::chrono::milliseconds restart_wait_max{2'000};
  };
  /// @param http, random  outlive it
  Client(http::HttpClient& http, Random& random, Options options);
  ~Client();

  /// Runs `conversation`, then closes the connection, however it ended.
  Task<> run(Task<> conversation);

  /// Connects and says hello. @throws Error with what the server closed with
  Task<> connect();
  /// Connects again, with growing waits, from the last seq. The old connection is cut. After a
  /// close with CloseCode::restart the first attempt waits, too.
  /// @throws Error of the last attempt, or at once when the server says that it cannot be resumed
  Task<> resume();

  /// The next frame; nothing when the connection is closed.
  /// @throws Error{Code::internal} when an event is missing or comes twice
  Task<std::optional<ServerFrame>> receive();
  /// @param json  a message: {"action":…}
  void send(std::string_view json);
  void send_audio(std::span<const std::int16_t> samples);
  void acknowledge();  ///< everything up to position()
  /// Returns when at most `bytes` wait to be sent.
  Task<> drained(std::size_t bytes) { return socket_->drained(bytes); }

  const Welcome& welcome() const { return welcome_; }
  Position position() const { return position_; }
  /// How the connection ended.
  CloseCode close_code() const;
  /// Cuts the connection without a word, as a broken network does.
  void cut() { socket_->cut(); }

 private:
  Task<> read_welcome(Instant deadline);
  Error refusal() const;
  Duration wait_before(int attempt) const;

  http::HttpClient& http_;
  Random& random_;
  Options options_;
  std::unique_ptr<WebSocket> socket_;
  Welcome welcome_;
  Position position_;
  bool known_ = false;  ///< a welcome was received before
};

}  // namespace antiphon::live
