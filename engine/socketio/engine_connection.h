#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/live/websocket.h"
#include "engine/socketio/engine_handler.h"
#include "engine/socketio/engine_session.h"

namespace antiphon::socketio {

/// One client's Engine.IO session with its requests and sockets: carries out what EngineSession
/// says. Lives on its home core.
class EngineConnection final : public EngineSocket,
                               public std::enable_shared_from_this<EngineConnection> {
 public:
  struct Parts {
    Core& core;
    const Limits& limits;
    TaskGroup& tasks;
    std::function<void()> on_closed;
  };
  EngineConnection(Parts parts, std::string id, Wire wire);

  /// Before anything else.
  void start(const MakeEngineHandler& make, Visitor visitor);
  /// The first packet for the client.
  EnginePacket handshake() const;

  /// A GET: the payload that answers it; nothing when it is refused.
  Task<std::optional<std::string>> poll();
  bool begin_post() { return carry_out(session_.begin_post()); }
  /// @return whether the body was right
  bool end_post(const std::optional<std::string>& body) {
    return carry_out(session_.end_post(body, now()));
  }
  /// @return whether a WebSocket may probe; then converse() with it follows
  bool offer_probe() { return carry_out(session_.offer_probe(now())); }
  /// A WebSocket's conversation, from its handshake to its end.
  /// @param wire  websocket for one that opened the session, else probe
  Task<> converse(live::WebSocket* socket, Wire wire);

  Wire wire() const { return session_.wire(); }
  bool is_closed() const { return session_.is_closed(); }

  void send(EnginePacket message) override;
  std::size_t queued_bytes() const override;
  void close(CloseReason reason) override;
  void spawn(Task<> task) override { parts_.tasks.spawn(std::move(task)); }

 private:
  struct Poll {
    std::optional<std::string> answer;
    Waiter answered;
  };

  Instant now() const { return parts_.core.clock().steady(); }
  bool carry_out(bool result);
  void carry_out();
  void perform(Deliver action);
  void perform(AnswerPoll action);
  void perform(const SendFrame& action);
  void perform(Promote action);
  void perform(DropProbe action);
  void perform(Closed action);
  void watch();
  void flush_later();
  void take(live::WebSocket* socket, live::Incoming incoming);
  void attach(live::WebSocket* socket);
  void on_gone(live::WebSocket* socket);

  Parts parts_;
  std::string id_;
  EngineSession session_;
  std::shared_ptr<EngineHandler> handler_;
  std::shared_ptr<Poll> poll_;
  live::WebSocket* socket_ = nullptr;
  live::WebSocket* probe_ = nullptr;
  std::optional<CloseReason> closed_;
  Timers::Alarm alarm_;
  std::optional<Instant> alarm_at_;
  bool flushing_ = false;
};

}  // namespace antiphon::socketio
