#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/core_server.h"
#include "server/hand_over.h"
#include "server/process.h"
#include "server/trace_export.h"

namespace antiphon::server {

/// Where and how a server that has started can be reached.
struct Started {
  std::string address;       ///< "http://127.0.0.1:8080"
  std::string sign_in_link;  ///< signs the owner in once; empty unless it serves this machine only
  std::string token;         ///< the owner's, for our own command line
  std::optional<identity::NewOwner> new_owner;  ///< at the very first start
};

/// What a server begins with besides its settings.
struct Inheritance {
  std::vector<Descriptor> sockets = {};   ///< that listen already; none: it binds its own
  KeepWaiting keep_waiting = {};          ///< for the data folder
  std::function<void()> on_serving = {};  ///< called on the first core once it accepts
};

/// A whole server in this process, from opening the data folder to closing it.
class Server {
 public:
  Server(Settings settings, std::vector<const app::AppInfo*> apps, Inheritance inheritance = {});
  ~Server();

  /// Starts, runs `serve(started)` on the first core, and shuts down when that ends.
  /// @throws what kept it from starting, and what `serve` threw
  void run(std::function<Task<>(Started)> serve);

  /// For who takes over, while `serve` runs, on the first core; null when the folder's file system
  /// has no sockets.
  std::unique_ptr<HandOver> make_hand_over();

  /// While `serve` runs, on the first core: what connects from now on is left to who takes over.
  /// Shutting down does the same.
  Task<> stop_accepting();
  Task<> write_usage();

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
  std::vector<Descriptor> copy_sockets() const;
  Task<> shut_down();
  template <class F>
  Task<> on_each_core(F action);
  template <class F>
  Task<> on_all_cores(F action);

  std::vector<const app::AppInfo*> apps_;
  Process process_;
  std::vector<std::unique_ptr<CoreServer>> cores_;
  Inheritance inheritance_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::exception_ptr failure_;                 ///< why serving ended, unless it was asked to
  std::unique_ptr<TraceExport> trace_export_;  ///< on the first core; null: off
  bool live_started_ = false;
  TaskGroup chores_;  ///< on the first core
};

}  // namespace antiphon::server
