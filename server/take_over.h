#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "engine/async/local_socket.h"
#include "engine/async/network.h"
#include "engine/base/error.h"
#include "server/data_folder.h"
#include "server/take_over_protocol.h"

namespace antiphon::server {

/// The new server's side of a take-over. It runs before there are cores, and blocks.
class TakeOver {
 public:
  /// What the new server would do by its own settings.
  struct Wanted {
    std::vector<Endpoint> listen;  ///< empty: wherever the old one listens
    bool tls = false;
  };

  /// Asks the server that holds `folder` for its sockets, and looks at them. Nothing has changed
  /// when it returns or throws.
  /// @return null when nobody holds the folder
  /// @throws Error{Code::conflict} when the holder cannot hand over or serves otherwise;
  ///         Error{Code::timeout} when it does not answer
  static std::unique_ptr<TakeOver> ask(const std::filesystem::path& folder, const Wanted& wanted,
                                       TakeOverLimits limits = {});

  /// The listening sockets, once.
  std::vector<Descriptor> take_sockets() { return std::move(sockets_); }
  pid_t from() const { return connection_.peer().process; }

  /// For DataFolder: has the old server drain, and waits for it.
  /// @throws Error{Code::timeout} when it does not give up the folder; Error{Code::cancelled} when
  ///         this process is told to end meanwhile
  bool wait_for_folder();
  /// Tells the old server that it is not needed any more.
  void serving();

 private:
  TakeOver(LocalConnection connection, TakeOverLimits limits)
      : connection_(std::move(connection)), limits_(limits) {}
  void receive_offer(Duration time, const Wanted& wanted);
  void check(const TakeOverWord& offer, const Wanted& wanted) const;
  void ask_to_drain();
  void look_after();
  Error not_given_up() const;

  LocalConnection connection_;
  TakeOverLimits limits_;
  std::vector<Descriptor> sockets_;
  std::chrono::milliseconds drain_{0};
  std::optional<std::chrono::steady_clock::time_point> until_;  ///< once it was asked to drain
  bool is_alone_ = false;                                       ///< the old server has ended
};

}  // namespace antiphon::server
