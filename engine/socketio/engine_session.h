#pragma once

#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/clock.h"
#include "engine/socketio/close_reason.h"
#include "engine/socketio/engine_packet.h"

namespace antiphon::socketio {

/// What carries a client's packets. A probe is a WebSocket that polling may be upgraded to.
enum class Wire { polling, websocket, probe };

/// What a session wants done; in this order.
struct Deliver {
  EnginePacket message;
};
struct AnswerPoll {
  std::string payload;
};
struct SendFrame {
  Wire wire = Wire::websocket;
  EnginePacket packet;
};
struct Promote {};  ///< the probe is the transport from here on
struct DropProbe {};
struct Closed {
  CloseReason reason;
};
using Action = std::variant<Deliver, AnswerPoll, SendFrame, Promote, DropProbe, Closed>;

/// One client's Engine.IO session as a pure machine: told what arrives and what time it is, it says
/// what to do. Whoever drives it calls take_actions() after each call.
class EngineSession {
 public:
  /// @param wire  polling or websocket: what the client opened it with
  EngineSession(const Limits& limits, Wire wire, Instant now);

  /// A message for the client. By polling it waits for flush().
  void send(EnginePacket message);
  /// What waits goes out, if a poll is there to take it.
  void flush();
  void close(CloseReason reason);
  /// To be called at next_time(), or any time.
  void on_time(Instant now);
  Instant next_time() const;

  /// A GET came. @return whether it waits for an answer; otherwise it is refused
  bool poll(Instant now);
  /// A POST begins. @return whether its body is wanted
  bool begin_post();
  /// Its body; nothing: it was too large, or broke off. @return whether it was right
  bool end_post(const std::optional<std::string>& body, Instant now);

  /// A WebSocket came for this session. @return whether it may probe
  bool offer_probe(Instant now);
  /// @param wire  websocket or probe
  void on_packet(Wire wire, EnginePacket packet, Instant now);
  /// What cannot be a packet came.
  void on_garbage(Wire wire);
  void on_gone(Wire wire);

  Wire wire() const { return wire_; }
  bool is_closed() const { return closed_; }
  std::size_t queued_bytes() const { return queued_bytes_; }
  std::vector<Action> take_actions() { return std::exchange(actions_, {}); }

 private:
  void on_probe_packet(const EnginePacket& packet);
  void upgrade();
  void queue(EnginePacket packet);
  void answer_poll(std::string payload);
  void drop_probe();

  const Limits& limits_;
  Wire wire_;
  std::vector<Action> actions_;
  std::deque<EnginePacket> queue_;
  std::size_t queued_bytes_ = 0;
  bool poll_waits_ = false;
  bool is_posting_ = false;
  bool closed_ = false;
  std::optional<Instant> probe_ends_;  ///< while there is one
  bool is_probed_ = false;             ///< it has answered; its upgrade is awaited
  Instant ping_at_;
  bool awaits_pong_ = false;
};

}  // namespace antiphon::socketio
