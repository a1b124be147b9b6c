#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "engine/async/interruptible.h"
#include "engine/http/body_decoder.h"
#include "engine/http/head.h"
#include "engine/http/receive_buffer.h"
#include "engine/http/response_writer.h"
#include "engine/http/server.h"
#include "engine/http/server_metrics.h"
#include "engine/trace/span.h"

namespace antiphon::http {

class Connection;

/// What the connections of a server share.
struct ConnectionContext {
  const Router& router;
  Gate& gate;
  Random& random;
  ServerOptions options;
  Outgoing outgoing = {};
  metrics::Tally bytes_received = {};
  std::optional<ServerMetrics> metrics = {};
  std::set<Connection*> open = {};  ///< those that still speak HTTP
  bool is_draining = false;
};

/// One connection: reads requests, one after the other, and answers each before the next is looked
/// at, so that pipelined ones are answered in order.
class Connection final : public BodyReader, public Takeover::Source {
 public:
  /// The context outlives the connection.
  Connection(ConnectionContext& context, std::unique_ptr<Stream> stream);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  /// Serves until either side ends. Failures of the socket end it quietly.
  Task<> run();
  /// Ends a connection that waits for a further request; a busy one ends after its answer, one that
  /// is new is given its first, for a short time.
  void close_when_idle();

  Task<std::size_t> read_some(std::span<char> into) override;
  TakenSocket take() override;

 private:
  using Head = std::expected<RequestHead, Refusal>;

  struct Silence;
  struct Ending;
  /// Reads from the socket while a request is served, and afterwards until something comes: that
  /// is the beginning of the next one.
  struct Watch {
    TaskGroup tasks{[](const std::exception_ptr&) {}};
    bool is_over = false;  ///< whoever leaves now, leaves between two requests
  };
  /// Enough for a body that comes, and little for the many that wait.
  static constexpr std::size_t busy_bytes = std::size_t{16} << 10;
  static constexpr std::size_t idle_bytes = std::size_t{2} << 10;

  void leave();
  Task<> serve_all();
  Task<> serve_requests();
  Duration idle_time() const;
  std::optional<Head> scan_head(HeadScanner& scanner);
  Task<std::optional<Head>> receive_head(HeadScanner& scanner);
  Task<> await_request();
  Task<std::size_t> receive(std::size_t count_max);
  void commit(std::size_t count);
  Task<> refuse(Refusal refusal);

  void begin_request(RequestHead head);
  Task<bool> serve_request();
  std::optional<Response> match_route();
  std::optional<Response> take_admission(Admission admission);
  Task<std::optional<Response>> take_over();
  Response answer_missing(const std::vector<Method>& allowed) const;
  Response problem_of(const std::exception_ptr& exception) const;
  Response tell(const Error& error, int status) const;
  std::string_view route_name() const;
  void finish(int status);

  void watch_client();
  Task<> watch();
  Task<> stop_watching();

  bool goes_on() const;
  bool can_skip_body() const;
  Task<bool> skip_body();
  Task<> linger();
  Instant now() const;

  ConnectionContext& context_;
  const Limits& limits_;
  std::unique_ptr<Stream> stream_;
  ResponseWriter writer_;
  ReceiveBuffer received_;
  std::size_t requests_ = 0;
  bool is_idle_ = false;
  Interruptible task_;                                  // in which the requests are served
  TimeLimit idle_limit_{[this] { stream_->close(); }};  // of waiting for a request's first byte

  // Of the request under way.
  RequestHead head_;
  BodyDecoder decoder_ = BodyDecoder::none();
  std::uint64_t body_bytes_ = 0;
  std::size_t body_bytes_max_ = 0;
  Instant began_;
  trace::Span span_;
  std::unique_ptr<RequestStages> stages_;  // null: nobody asked
  bool is_body_late_ = false;
  bool is_body_broken_ = false;
  bool is_body_skipped_ = false;  // its request is answered
  const Route* route_ = nullptr;
  std::optional<Call> call_;      // of the request that was let in
  std::unique_ptr<Watch> watch_;  // null: nobody looks whether the client leaves
};

}  // namespace antiphon::http
