#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/socketio/client.h"
#include "engine/socketio/engine_server.h"

namespace antiphon::socketio {

/// Socket.IO 4 for all cores: Engine.IO sessions and, on each core, the namespaces.
class SocketServer {
 public:
  struct Parts {
    Cores& cores;
    Random& random;
    const http::Origins& origins;
    Limits limits = {};
  };
  /// Before the cores run.
  explicit SocketServer(Parts parts);

  /// On each core, before it serves. @param name  "/director"
  void add(const std::string& name, std::shared_ptr<Space> space);
  /// Declares `path` ("/socket.io/") on a core's router.
  void mount(http::Router& router, const std::string& path) { engine_.mount(router, path); }
  /// Closes every connection, so that clients come again later; cuts at `deadline` those that do
  /// not end. On any core.
  Task<> stop(Instant deadline) { return engine_.stop(deadline); }

  /// Emits to all who are in `room`, on all cores but with no promise between them. From any core.
  /// @param except  id of a socket that gets nothing: the one who caused it
  void emit_to_room(const std::string& space, const std::string& room, const std::string& name,
                    const std::string& json, const std::string& except = "");

  const Limits& limits() const { return engine_.limits(); }
  std::size_t sessions() const { return engine_.sessions(); }

 private:
  Cores& cores_;
  std::vector<Spaces> spaces_;  ///< of each core
  EngineServer engine_;
};

}  // namespace antiphon::socketio
