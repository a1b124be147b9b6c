#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/live/hub.h"

namespace antiphon::live {

/// The hubs of all cores and the logs below them. Made before the cores run; apps are added to each
/// core's hub, then start().
class Live {
 public:
  struct Parts {
    Cores& cores;
    LogFiles& log_files;
    std::string folder;  ///< DIR/live
    Pool* files_pool;    ///< where fsync blocks; null: the core does it itself
    Random& random;
    Limits limits = {};
    metrics::Registry* metrics = nullptr;  ///< outlives it; null: nothing is shown
    std::optional<log::Logger> log = {};   ///< is told of faults; none: nobody is
  };

  /// Reads the logs. @throws Error{Code::unavailable} when the folder cannot be read or written
  explicit Live(Parts parts);
  ~Live();

  Hub& at(unsigned core) { return *hubs_.at(core); }
  /// The hub of the current core.
  Hub& here();
  /// The hub of a session's home core; to be used on that core only (on_core).
  Hub& home(std::string_view session_id);

  /// Runs `make(session)`, which gives a Task, on the session's home core. For routes that name a
  /// session. @throws Error{Code::not_found} when there is none, or it is another tenant's
  template <class F>
  auto with_session(std::string id, std::string tenant, F make)
      -> std::invoke_result_t<F, Session&> {
    Hub& hub = home(id);
    co_return co_await on_core(hub.core(),
                               [&hub, id, tenant, make]() -> std::invoke_result_t<F, Session&> {
                                 auto session = hub.find(id);
                                 if (!session || session->owner().tenant != tenant) {
                                   throw Error(Code::not_found, "No such session.");
                                 }
                                 co_return co_await make(*session);
                               });
  }

  /// On any core, once all of them run: every core goes on with its sessions.
  Task<> start();
  /// On any core: closes every connection with 1012 and waits for them until `deadline`, then cuts
  /// them. Who comes later is closed so, too. The sessions go on.
  Task<> close_connections(Instant deadline);
  /// On any core, before they stop: what is left of connections, then the sessions' tasks, the log.
  Task<> stop();

  /// What the start found: bytes cut from damaged logs, and whether events may be missing.
  std::size_t cut_bytes() const { return recovered_.cut_bytes; }
  bool lost_events() const { return recovered_.lost; }

 private:
  template <class F>
  Task<> at_each_hub(F action);

  Parts parts_;
  RecoveredLogs recovered_;
  Admission admission_;
  std::vector<std::unique_ptr<Hub>> hubs_;
};

}  // namespace antiphon::live
