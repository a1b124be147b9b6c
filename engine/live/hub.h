#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "engine/base/random.h"
#include "engine/live/admission.h"
#include "engine/live/counters.h"
#include "engine/live/journal.h"
#include "engine/live/log_recovery.h"
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

/// What a client reads beside CloseCode::restart.
inline constexpr std::string_view restart_reason = "the server restarts; resume";

/// A reader that the hub closes when the server stops.
class Connection : public Reader {
 public:
  /// Closes; the client is told why.
  virtual void close(CloseCode code, std::string_view reason) = 0;
  /// Ends at once, when the client does not answer the close.
  virtual void cut() {}
  /// Always the same; nothing: not attached yet, and not counted.
  virtual std::optional<ConnectionKind> kind() const = 0;

 private:
  friend class Hub;
  std::size_t place_ = 0;  ///< in the hub's list
  Instant entered_;
};

/// The sessions whose home is one core, and their connections. Everything is called on that core.
class Hub {
 public:
  struct Parts {
    Core& core;
    std::function<bool(std::string_view session_id)> is_home;  ///< whether it is the id's core
    std::unique_ptr<Counters> counters;
    std::unique_ptr<Journal> journal;
    Admission& admission;  ///< shared by all cores
    Random& random;
    Limits limits;
    std::optional<log::Logger> log = {};  ///< is told of faults; none: nobody is
  };
  explicit Hub(Parts parts);
  ~Hub();

  /// Before start().
  void add(LiveApp app);
  const std::map<std::string, LiveApp>& apps() const { return apps_; }

  /// Opens a session with a new id, whose home is this core.
  /// @throws Error{Code::unavailable} with retry_after at a limit, while stopping, or when the log
  ///         cannot be written
  std::shared_ptr<Session> open(const std::string& app, const std::string& tenant,
                                const std::string& principal);
  /// Null when this core has no such session that is still going on.
  std::shared_ptr<Session> find(const std::string& id) const;
  std::size_t sessions() const { return sessions_.size(); }

  /// A place among the connections of all cores; null, and counted, when there is none.
  std::unique_ptr<Admission::Seat> admit(const Principal& principal);
  /// From enter() to leave() the connection is closed when the server stops, and waited for.
  void enter(Connection& connection) { enter(connection, nullptr); }
  /// The same for one that the hub keeps until leave(), and destroys in a later turn.
  void enter(std::shared_ptr<Connection> connection);
  void leave(Connection& connection);
  /// Runs a task of a connection.
  void spawn(Task<> connection) { tasks_.spawn(std::move(connection)); }
  std::size_t connections() const { return connections_.size(); }

  Counters& counters() { return *parts_.counters; }
  const Limits& limits() const { return parts_.limits; }
  Random& random() const { return parts_.random; }
  Core& core() const { return parts_.core; }
  bool is_stopping() const { return stopping_; }

  /// Goes on with the sessions that the logs hold; those of apps that are not there any more end.
  /// When it returns, all of them stand in new segments, on the disk.
  Task<> start(std::map<std::string, RecoveredSession> recovered);
  /// Closes every connection with 1012, so that clients resume later, and those that come from now
  /// on. The sessions go on.
  void close_connections();
  /// Returns when all of them have left; at `deadline` those whose clients do not answer are cut.
  Task<> all_left(Instant deadline);
  /// Cancels child tasks; brings the log to the disk. Sessions do not end by it.
  /// @return whether everything is on the disk
  Task<bool> stop();

 private:
  struct Entry {
    std::shared_ptr<Session> session;
    std::unique_ptr<Admission::Seat> seat;
  };
  struct Open {
    Connection* connection;
    std::shared_ptr<Connection> kept;
  };

  std::shared_ptr<Session> make_session(SessionOwner owner, Position start,
                                        std::unique_ptr<Admission::Seat> seat);
  void restore(const std::string& id, RecoveredSession recovered);
  void check_room();
  void on_ended(Session& session);
  Task<> look_after();
  void enter(Connection& connection, std::shared_ptr<Connection> kept);
  Task<> wait_until_left();
  void end_idle_sessions();
  void park_sessions();
  Task<> trim_log();

  Parts parts_;
  std::map<std::string, LiveApp> apps_;
  std::unordered_map<std::string_view, Entry> sessions_;  ///< by the session's own id
  std::vector<Open> connections_;
  Waiter all_left_;
  TaskGroup tasks_;
  bool stopping_ = false;
};

}  // namespace antiphon::live
