#pragma once

#include "engine/live/connection.h"
#include "engine/socketio/space.h"

namespace antiphon::socketio {

/// A namespace through which clients attach to an app's live sessions: the same log, lanes and
/// resuming as over the native protocol (docs/socket-io.md).
class LiveSpace final : public Space {
 public:
  LiveSpace(live::Live& live, live::LiveRoute route) : live_(live), route_(std::move(route)) {}
  Task<Accepted> connect(std::shared_ptr<Socket> socket, ConnectRequest request) override;

 private:
  live::Live& live_;
  live::LiveRoute route_;
};

}  // namespace antiphon::socketio
