#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "engine/async/local_socket.h"
#include "engine/log/logger.h"
#include "server/take_over_protocol.h"

namespace antiphon::server {

/// The server that takes over, from the moment in which it holds the sockets.
class Successor {
 public:
  Successor(LocalConnection connection, std::vector<Descriptor> sockets)
      : connection_(std::move(connection)), sockets_(std::move(sockets)) {}

  pid_t process() const { return connection_.peer().process; }

  /// Waits until it serves, when this server has given up the folder. Blocks: no core runs then.
  /// @return false when it ended before, or does not serve in time
  bool wait_until_serving(Duration time = TakeOverLimits{}.serving);
  /// The sockets, which were kept for the case that it does not serve.
  std::vector<Descriptor> take_sockets() { return std::move(sockets_); }

 private:
  LocalConnection connection_;
  std::vector<Descriptor> sockets_;
};

/// The running server's side of a take-over: listens in its data folder for one who wants to.
/// Belongs to one core.
class HandOver {
 public:
  struct Parts {
    std::filesystem::path folder;
    std::function<std::vector<Descriptor>()> copy_sockets;
    bool tls = false;
    std::chrono::milliseconds drain{0};
    const log::Logger& log;
    TakeOverLimits limits = {};
  };
  explicit HandOver(Parts parts);

  /// The first who holds the sockets. Those who ask and do not go on change nothing.
  Task<Successor> next();

 private:
  Task<std::vector<Descriptor>> agree(LocalConnection* asking);
  Task<TakeOverWord> hear(LocalConnection* asking, std::string_view word) const;

  Parts parts_;
  LocalListener listener_;
};

}  // namespace antiphon::server
