#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/async/core.h"
#include "engine/base/random.h"
#include "engine/http/origin.h"
#include "engine/http/router.h"
#include "engine/socketio/engine_connection.h"

namespace antiphon::socketio {

/// Engine.IO sessions of all cores: polling, WebSocket, and the way from one to the other. A
/// session's home is the core of its id; requests and sockets that name it go there.
class EngineServer {
 public:
  struct Parts {
    Cores& cores;
    Random& random;
    const http::Origins& origins;  ///< whose pages may come here
    Limits limits = {};
    MakeEngineHandler make;
  };
  /// Before the cores run.
  explicit EngineServer(Parts parts);
  ~EngineServer();

  /// Declares `path` ("/engine.io/") on a core's router.
  void mount(http::Router& router, const std::string& path);
  /// Closes every session and waits for its tasks, which are cut at `deadline`; new ones are
  /// refused. On any core.
  Task<> stop(Instant deadline);

  const Limits& limits() const { return parts_.limits; }
  /// Sessions of the current core.
  std::size_t sessions() const;

 private:
  struct Query;
  struct Shelf;
  using Answer = std::optional<http::Response>;
  using Session = std::shared_ptr<EngineConnection>;

  Task<Answer> serve(Call call, http::Request request, http::Takeover takeover);
  Task<http::Response> serve_polling(http::Request request, Query query);
  Task<http::Response> poll(Query query);
  Task<http::Response> post(http::Request request, Query query);
  Task<Answer> serve_websocket(http::Request request, http::Takeover takeover, Visitor visitor,
                               Query query);
  Task<> upgrade(http::TakenSocket taken, std::string id);

  Session open(Wire wire, Visitor visitor);
  template <class F>
  auto at_home(const std::string& id, F action) -> std::invoke_result_t<F, Session>;
  template <class F>
  Task<> at_each_shelf(F action);
  Shelf& here() const;

  Parts parts_;
  std::vector<std::unique_ptr<Shelf>> shelves_;
};

}  // namespace antiphon::socketio
