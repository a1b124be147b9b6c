#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/async/network.h"
#include "engine/async/pool.h"
#include "engine/async/task_group.h"
#include "engine/async/tls.h"
#include "engine/base/random.h"
#include "engine/http/gate.h"
#include "engine/http/limits.h"
#include "engine/http/origin.h"
#include "engine/http/router.h"
#include "engine/log/logger.h"
#include "engine/metrics/registry.h"
#include "engine/trace/tracer.h"

namespace antiphon::http {

struct ServerOptions {
  Limits limits = {};
  Origins origins = {};
  TlsServer* tls = nullptr;        ///< shakes hands on every connection; null: they are plain
  bool is_secure = false;          ///< clients reach us over TLS, here or at a proxy: HSTS is sent
  Pool* files = nullptr;           ///< reads files; null: the core does it itself
  UploadSpace* uploads = nullptr;  ///< where the files of forms go; null: none are taken
  metrics::Registry* metrics = nullptr;  ///< null: nothing is counted
  trace::Tracer* tracer = nullptr;       ///< records requests as spans; null: nobody does
  std::optional<log::Logger> log = {};
};

/// What one core serves. Connections are tasks of this object; everything happens on the core that
/// made it. Router, gate and random outlive it.
class Server {
 public:
  Server(const Router& router, Gate& gate, Random& random, ServerOptions options = {});
  ~Server();

  /// Accepts connections until stop_accepting(). Once for each listener.
  void start(std::unique_ptr<Listener> listener);
  /// Serves one connection that came another way (in memory); ends with it.
  Task<> serve(std::unique_ptr<Stream> stream);

  /// Lets go of its listeners: whoever else holds their sockets gets what comes from now on. What
  /// was accepted before is served.
  void stop_accepting();
  /// Stops accepting, closes connections that wait for a further request, lets requests under way
  /// and handlers that took their socket finish until `deadline`. A connection whose first request
  /// does not come is given Limits::silent_time_at_stop.
  Task<> drain(Instant deadline);
  /// Cuts what is left and waits for every task to end. Needed before the object goes.
  Task<> stop();

  /// Open connections, taken sockets included while their handler runs here.
  std::size_t connections() const;

 private:
  Task<> accept_from(std::shared_ptr<Listener> listener);
  void admit(std::unique_ptr<Stream> stream);
  class Counted;
  Task<> serve_counted(std::unique_ptr<Stream> stream, Counted counted);
  Task<std::unique_ptr<Stream>> secure(std::unique_ptr<Stream> stream);
  Task<> wait_until_quiet();
  void report(const std::exception_ptr& failure) const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace antiphon::http
