#pragma once

#include "engine/socketio/socket_server.h"

namespace antiphon::socketio {

/// Plain servers for outside suites and clients of Engine.IO and Socket.IO: no live sessions.
///
/// `/engine.io/`: every message comes back.
/// `/socket.io/`, namespaces `/` and `/custom`, for each socket:
///   `auth` with what the client sent, when it has connected
///   `message` ...            -> `message-back` ...
///   `message-with-ack` ...   -> an ack with ...
///   `ask` ...                -> `question` ... with an ack; when it comes, `answer` with its
///                               arguments
///   `join` room, `leave` room -> an ack with whether it did
///   `tell` room ...          -> `told` ... to all in the room but the sender
class TestingServers {
 public:
  struct Parts {
    Cores& cores;
    Random& random;
    Limits limits;
  };
  explicit TestingServers(Parts parts);
  ~TestingServers();

  /// On each core.
  void mount(http::Router& router);
  Task<> stop();

 private:
  http::Origins origins_;
  EngineServer engine_;
  SocketServer sockets_;
};

}  // namespace antiphon::socketio
