#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "engine/base/random.h"
#include "engine/live/admission.h"
#include "engine/live/journal.h"
#include "engine/live/session.h"

namespace antiphon::live {

/// What an app brings: its event types and the handler of a session.
struct LiveApp {
  std::string name;                      ///< "director"
  std::vector<const EventType*> events;  ///< everything that it emits
  std::function<std::unique_ptr<Handler>(Session&)> make;
  /// How long a session lives without a reader and without a child task.
  std::chrono::seconds retention{600};
};

/// A session's connection that is closed with it and when the server stops.
class Connection : public Reader {
 public:
  /// Closes; the client is told why.
  virtual void close(CloseCode code, std::string_view reason) = 0;
};

/// The sessions whose home is one core, and their connections. Everything is called on that core.
class Hub {
 public:
  /// @param journal    of this core
  /// @param admission  shared by all cores; outlives the hub
  Hub(Cores& cores, Core& core, std::unique_ptr<Journal> journal, Admission& admission,
      Random& random, const Limits& limits);
  ~Hub();

  /// Before start().
  void add(LiveApp app);
  const std::map<std::string, LiveApp>& apps() const { return apps_; }

  /// Opens a session with a new id whose home is this core.
  /// @throws Error{Code::unavailable} with retry_after at a limit or when the log cannot be written
  std::shared_ptr<Session> open(const std::string& app, const std::string& tenant,
                                const std::string& principal);
  /// Null when this core has no such session that is still going on.
  std::shared_ptr<Session> find(const std::string& id) const;
  std::size_t sessions() const { return sessions_.size(); }

  /// Runs a connection's task until it ends; it is closed by stop().
  void run(std::shared_ptr<Connection> connection, Task<> task);
  std::size_t connections() const { return connections_.size(); }
  /// Null when the tenant or principal has too many.
  std::unique_ptr<Admission::Seat> admit_connection(const Principal& principal);

  const Limits& limits() const { return limits_; }
  Core& core() const { return core_; }
  bool is_stopping() const { return stopping_; }

  /// Goes on with the sessions that the logs hold; those of apps that are not there any more end.
  Task<> start(std::map<std::string, RecoveredSession> recovered);
  /// Closes every connection with 1012, so that clients resume elsewhere or later; cancels child
  /// tasks; brings the log to the disk. Sessions do not end by it.
  Task<> stop();

 private:
  std::shared_ptr<Session> make_session(SessionOwner owner, Position start);
  void record(Session& session, std::string_view snapshot);
  Task<> keep_log();
  Task<> end_idle_sessions();

  Cores& cores_;
  Core& core_;
  std::unique_ptr<Journal> journal_;
  Admission& admission_;
  Random& random_;
  Limits limits_;
  std::map<std::string, LiveApp> apps_;
  std::unordered_map<std::string, std::shared_ptr<Session>> sessions_;
  std::vector<std::shared_ptr<Connection>> connections_;
  TaskGroup tasks_;
  bool stopping_ = false;
};

}  // namespace antiphon::live
