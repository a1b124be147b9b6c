#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/async/network.h"
#include "engine/base/random.h"

namespace antiphon::simulate {

/// How one connection behaves; as it stands, well.
struct LinkFaults {
  Duration latency = std::chrono::milliseconds(1);  ///< each way
  Duration jitter_max{};                            ///< on top, for each piece; order is kept
  bool splits = false;                              ///< pieces arrive in parts
  /// After so many bytes of both ways together it breaks, in the middle of whatever is under way.
  std::optional<std::size_t> cut_after_bytes = {};
  /// From then on nothing arrives any more, and nobody is told.
  std::optional<Duration> silent_after = {};
  /// From then on nothing arrives for a while.
  std::optional<Duration> stall_after = {};
  Duration stall{};
};

struct Link;
struct Port;

/// Connections in memory between the cores of one thread, with time on the way and with faults. One
/// server listens at a time.
class SimulatedNetwork final : public Network {
 public:
  /// @param choose  the behaviour of each new connection
  SimulatedNetwork(Random& random, std::function<LinkFaults()> choose)
      : random_(random), choose_(std::move(choose)) {}

  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;

  /// The server is gone: nobody listens, and its ends of all connections are dead.
  /// @param silently  its clients are not told
  void lose_server(bool silently);

 private:
  Random& random_;
  std::function<LinkFaults()> choose_;
  std::shared_ptr<Port> port_;
  std::vector<std::weak_ptr<Link>> links_;
};

}  // namespace antiphon::simulate
