#pragma once

#include <memory>
#include <string>

#include "engine/async/task.h"
#include "engine/base/principal.h"
#include "engine/http/message.h"
#include "engine/socketio/close_reason.h"
#include "engine/socketio/engine_packet.h"

namespace antiphon::socketio {

/// A client as the upper layer sees it, whatever carries its packets. Lives on one core.
class EngineSocket {
 public:
  virtual ~EngineSocket() = default;
  /// A message; dropped without a word once closing began.
  virtual void send(EnginePacket message) = 0;
  /// Bytes that the client has yet to take.
  virtual std::size_t queued_bytes() const = 0;
  virtual void close(CloseReason reason) = 0;
  /// Starts a task on this core; it may outlive the socket, and is cancelled when the server stops.
  virtual void spawn(Task<> task) = 0;
};

/// What is done with a client's messages. Called on the socket's core, one call at a time, except
/// that sending too much closes, and tells so, within the call.
class EngineHandler {
 public:
  virtual ~EngineHandler() = default;
  virtual void on_message(EnginePacket message) = 0;
  /// The client took something: there is room again.
  virtual void on_room() {}
  /// Last call.
  virtual void on_closed(CloseReason) {}
};

/// Who opened an Engine.IO session.
struct Visitor {
  std::shared_ptr<const Principal> principal;  ///< of the request's credential; null for nobody
};

/// Makes the handler of a new client. The socket outlives it.
using MakeEngineHandler =
    std::function<std::shared_ptr<EngineHandler>(EngineSocket& socket, Visitor visitor)>;

}  // namespace antiphon::socketio
