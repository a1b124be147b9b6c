#pragma once

#include "engine/async/time_limit.h"
#include "engine/http/body_decoder.h"
#include "engine/http/client_pool.h"
#include "engine/http/head.h"
#include "engine/http/receive_buffer.h"

namespace antiphon::http {

inline constexpr std::size_t addresses_max = 4;  ///< of one name, tried in turn
inline constexpr int interim_answers_max = 8;    ///< "103 Early Hints" and their like

/// One request and its answer on a leased connection. Each wait has a limit of its own below the
/// deadline; when one passes, the connection is closed, which ends what waits on it.
class ClientExchange final : public ClientAnswer {
 public:
  /// @param lease  with a connected stream
  ClientExchange(ClientRequest request, ClientLimits limits, Instant until,
                 ConnectionPool::Lease lease);

  /// Sends the request and reads the answer's head. @throws ClientFailed
  Task<> begin();
  /// Whether not one byte of an answer has come.
  bool is_unanswered() const { return bytes_received_ == 0; }
  /// Gives the connection's place on, after a failure.
  ConnectionPool::Lease take_lease() { return std::move(lease_); }
  /// The socket of an answer 101.
  TakenSocket take_socket();

  Task<std::expected<std::size_t, ClientFailure>> read_some(std::span<char> into) override;

 private:
  using Kind = ClientFailure::Kind;
  using Stage = ClientFailure::Stage;

  using Pieces = std::array<std::string_view, 2>;
  Pieces send_now(Pieces pieces);
  Task<> send_rest(Pieces pieces);
  Task<ResponseHead> read_head(Stage first);
  Task<std::size_t> read_body(std::span<char> into);
  Task<std::size_t> receive(Stage stage, Duration limit);
  std::size_t commit(std::size_t count);
  template <class T>
  Task<T> bounded(Stage stage, Duration limit, Task<T> task);
  BodyDecoder decoder_of_answer() const;
  Duration wait_for_body() const;
  void finish();
  Instant now() const { return Core::here().clock().steady(); }
  ClientFailed failed(Kind kind, Stage stage, std::string_view why) const;

  ClientRequest request_;
  ClientLimits limits_;
  ConnectionPool::Lease lease_;
  BodyDecoder decoder_ = BodyDecoder::none();
  ReceiveBuffer received_;  // not yet taken as head or body
  std::uint64_t bytes_received_ = 0;
  std::uint64_t body_bytes_ = 0;
  Instant body_began_;
  bool is_late_ = false;
  TimeLimit limit_{[this] {
    is_late_ = true;
    lease_.stream->close();
  }};
  bool keeps_alive_ = false;
  bool has_ended_ = false;
  std::optional<ClientFailure> failure_;
};

}  // namespace antiphon::http
