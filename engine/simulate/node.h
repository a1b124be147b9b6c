#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/app/app.h"
#include "engine/app/gate.h"
#include "engine/app/idempotency.h"
#include "engine/http/server.h"
#include "engine/identity/identity_routes.h"
#include "engine/simulate/checker.h"
#include "engine/simulate/database.h"
#include "engine/simulate/errands.h"
#include "engine/simulate/node_models.h"
#include "engine/simulate/providers.h"
#include "engine/socketio/socket_server.h"

namespace antiphon::simulate {

using Apps = std::vector<const app::AppInfo*>;

/// Time of one process: the world's, until it dies.
class ProcessClock final : public Clock {
 public:
  explicit ProcessClock(const Clock& world) : world_(world) {}
  Timestamp now() const override {
    return world_.now() +
           std::chrono::duration_cast<std::chrono::microseconds>(steady() - world_.steady());
  }
  Instant steady() const override { return died_at_.value_or(world_.steady()); }
  bool moves_by_itself() const override { return false; }

  /// From here on it stands still until it is moved.
  void die() { died_at_ = world_.steady(); }
  void move_to(Instant when) { died_at_ = std::max(steady(), when); }

 private:
  const Clock& world_;
  std::optional<Instant> died_at_;
};

/// Knows how old every call is that was let in.
class WatchedGate final : public http::Gate {
 public:
  explicit WatchedGate(http::Gate& inner) : inner_(inner) {}
  Task<std::expected<Call, Error>> admit(const http::RouteInfo& route,
                                         const http::Request& request) override;
  Task<http::Response> serve(const http::RouteInfo& route, Call call, const http::Request& request,
                             const http::Handle& handle) override {
    return inner_.serve(route, std::move(call), request, handle);
  }
  void done(const http::RouteInfo& route, const Call& call, int status) override;
  /// The earliest deadline of the calls that go on.
  std::optional<Instant> earliest() const;
  std::size_t calls() const { return calls_.size(); }

 private:
  http::Gate& inner_;
  std::map<std::string, Instant> calls_;  // deadlines by trace
};

/// One server process with a core: the server's own parts, put together as the server does, over
/// a network, a disk, a clock and providers of the world.
class Node {
 public:
  struct World {
    const Apps& apps;
    const Clock& clock;
    SimulatedNetwork& network;
    Faults& faults;
    Providers* providers = nullptr;  ///< null: there are no models
    ModelChecker& model_checker;
    bool is_poor = false;
  };
  Node(World world, std::shared_ptr<SimulatedDisk> disk, std::uint64_t seed);
  ~Node();

  Core& core() { return cores_.at(0); }
  /// Starts; it listens when it is ready. Does nothing when storage is not there: see failed().
  void start();
  bool is_ready() const { return ready_; }
  bool failed() const { return failed_; }
  /// Ends in order, as on SIGTERM; call is_over() in time.
  void stop();
  bool is_over() const { return over_; }
  /// Ends all that goes on inside, which the world does not see any more: what it leaves behind
  /// was taken before. @return false when it does not end
  bool die();

  /// A code that signs the owner in, once.
  std::string sign_in_code();
  void inspect(Checker& checker, const std::vector<std::string>& sessions);
  /// What must be back at nothing once nobody is there.
  void expect_idle(Checker& checker);

 private:
  struct Served;
  Task<> begin();
  Task<> serve();
  Task<> end();

  World world_;
  ProcessClock clock_;
  SeededRandom random_;
  metrics::Registry metrics_;
  http::Origins origins_;
  Cores cores_{1, clock_};
  Pool pool_{{.name = "simulated", .threads = 0}};
  std::shared_ptr<SimulatedDisk> disk_;
  SimulatedDatabase database_;
  NoBlobs blobs_;
  store::BlobLedger blob_ledger_{database_, blobs_, random_};
  store::Jobs jobs_;
  app::Changes changes_;
  app::Waterfalls waterfalls_;
  identity::SignInCodes codes_;
  identity::Identity identity_;
  app::Idempotency idempotency_;
  live::Live live_;
  socketio::SocketServer sockets_{{cores_, random_, origins_}};
  std::string owner_;
  std::unique_ptr<Served> served_;
  TaskGroup life_;
  bool live_started_ = false;
  bool ready_ = false;
  bool failed_ = false;
  bool over_ = false;
};

/// Puts in what apps need of the owner's tenant.
using Furnish = std::function<void(store::Tx&, const std::string& tenant)>;

/// The disk of a server that was never visited: migrated, with an owner, and furnished.
std::shared_ptr<SimulatedDisk> fresh_disk(const Apps& apps, const Furnish& furnish);

/// The log of simulated servers, which nobody reads.
log::Logger& silent_log();

}  // namespace antiphon::simulate
