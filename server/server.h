#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/core_server.h"
#include "server/process.h"

namespace antiphon::server {

/// Where and how a server that has started can be reached.
struct Started {
  std::string address;       ///< "http://127.0.0.1:8080"
  std::string sign_in_link;  ///< signs the owner in once; empty unless it serves this machine only
  std::string token;         ///< the owner's, for our own command line
  std::optional<identity::NewOwner> new_owner;  ///< at the very first start
};

/// A whole server in this process, from opening the data folder to closing it.
class Server {
 public:
  Server(Settings settings, std::vector<const app::AppInfo*> apps);
  ~Server();

  /// Starts, runs `serve(started)` on the first core, and shuts down when that ends.
  /// @throws what kept it from starting, and what `serve` threw
  void run(std::function<Task<>(Started)> serve);

 private:
  Task<> live_once(std::function<Task<>(Started)> serve);
  Task<Started> start();
  Task<> migrate_all();
  Task<> make_cores();
  Task<> listen();
  Task<> check_recogniser();
  Task<> count_connections();
  Task<> watch_certificate();
  Task<> forget_keys();
  Task<> measure_database();
  Task<> shut_down();
  template <class F>
  Task<> on_each_core(F action);

  std::vector<const app::AppInfo*> apps_;
  Process process_;
  std::vector<std::unique_ptr<CoreServer>> cores_;
  std::unique_ptr<Listener> listener_;
  bool live_started_ = false;
  TaskGroup chores_;  ///< on the first core
};

}  // namespace antiphon::server
