#include "engine/socketio/engine_server.h"

#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/live/handshake.h"

namespace antiphon::socketio {
namespace {

// The errors that clients know by number.
enum class Refusal {
  unknown_transport,
  unknown_session,
  bad_handshake_method,
  bad_request,
  forbidden,
  unsupported_version,
};

http::Response refuse(Refusal refusal) {
  static constexpr std::array<std::string_view, 6> messages{
      "Transport unknown", "Session ID unknown", "Bad handshake method",
      "Bad request",       "Forbidden",          "Unsupported protocol version"};
  auto number = static_cast<std::size_t>(refusal);
  auto response =
      http::json_text(fmt::format(R"({{"code":{},"message":"{}"}})", number, messages.at(number)),
                      refusal == Refusal::forbidden ? 403 : 400);
  response.headers.set("Cache-Control", "no-store");
  return response;
}

http::Response text_answer(std::string body) {
  auto response = http::text(std::move(body), "text/plain; charset=UTF-8");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

live::WebSocketOptions socket_options(const Limits& limits) {
  // Engine.IO has pings of its own.
  return {.message_bytes_max = limits.payload_bytes_max,
          .ping_interval = limits.ping_interval + limits.ping_timeout};
}

Task<> probe(std::shared_ptr<EngineConnection> session, live::WebSocket* socket) {
  if (session && session->offer_probe()) {
    co_await session->converse(socket, Wire::probe);
  } else {
    socket->close(live::CloseCode::policy_violation, "this session takes no other socket");
  }
}

}  // namespace

struct EngineServer::Query {
  std::string transport;
  std::string sid;
  std::string version;

  static Query of(const http::Request& request) {
    Query query;
    for (auto& [name, value] : http::parse_query(request.query)) {
      if (name == "transport") query.transport = std::move(value);
      if (name == "sid") query.sid = std::move(value);
      if (name == "EIO") query.version = std::move(value);
    }
    return query;
  }
};

struct EngineServer::Shelf {
  explicit Shelf(Core& home) : core(home), tasks([](const std::exception_ptr&) {}) {}

  Session find(const std::string& id) const {
    auto found = sessions.find(id);
    return found == sessions.end() ? nullptr : found->second;
  }

  Core& core;
  std::unordered_map<std::string, Session> sessions;
  // What a session's task ends with was told to its client; there is nobody else to tell.
  TaskGroup tasks;
  bool stopping = false;
};

EngineServer::EngineServer(Parts parts) : parts_(std::move(parts)) {
  for (unsigned i = 0; i < parts_.cores.size(); ++i) {
    shelves_.push_back(std::make_unique<Shelf>(parts_.cores.at(i)));
  }
}

EngineServer::~EngineServer() = default;

EngineServer::Shelf& EngineServer::here() const { return *shelves_.at(Core::here().index()); }

std::size_t EngineServer::sessions() const { return here().sessions.size(); }

void EngineServer::mount(http::Router& router, const std::string& path) {
  for (http::Method method : {http::Method::get, http::Method::post, http::Method::put}) {
    router.add({.method = method,
                .path = path,
                .permission = std::string(http::public_permission),
                .rate = http::RateClass::live,
                .summary = "Engine.IO 4: polling, or a WebSocket",
                .body_bytes_max = parts_.limits.payload_bytes_max},
               [this](Call call, http::Request request, http::Takeover takeover) {
                 return serve(std::move(call), std::move(request), takeover);
               });
  }
}

/// Runs `action(session)` on the core of the session named `id`; null when there is none.
template <class F>
auto EngineServer::at_home(const std::string& id, F action) -> std::invoke_result_t<F, Session> {
  Shelf& shelf = *shelves_.at(parts_.cores.home(id).index());
  return on_core(shelf.core, [&shelf, id, action = std::move(action)]() mutable {
    return action(shelf.find(id));
  });
}

Task<EngineServer::Answer> EngineServer::serve(Call call, http::Request request,
                                               http::Takeover takeover) {
  if (!http::origin_allowed(request, parts_.origins)) co_return refuse(Refusal::forbidden);
  Query query = Query::of(request);
  bool is_websocket = query.transport == "websocket";
  if (!is_websocket && query.transport != "polling") co_return refuse(Refusal::unknown_transport);
  if (query.sid.empty() && request.method != http::Method::get) {
    co_return refuse(Refusal::bad_handshake_method);
  }
  if (query.version != "4") co_return refuse(Refusal::unsupported_version);
  Visitor visitor;
  if (!call.tenant().empty()) {
    visitor.principal = std::make_shared<const Principal>(call.principal());
  }
  if (is_websocket) {
    co_return co_await serve_websocket(std::move(request), takeover, std::move(visitor),
                                       std::move(query));
  }
  if (!query.sid.empty()) co_return co_await serve_polling(std::move(request), std::move(query));
  Session session = open(Wire::polling, std::move(visitor));
  std::string payload;
  append_to_payload(payload, session->handshake());
  co_return text_answer(std::move(payload));
}

EngineServer::Session EngineServer::open(Wire wire, Visitor visitor) {
  Shelf& shelf = here();
  if (shelf.stopping || shelf.sessions.size() >= parts_.limits.clients_per_core_max) {
    throw Error(Code::unavailable, "The server takes no further clients right now.").retry_after(5);
  }
  std::string id;
  do {
    id = make_secret(parts_.random);
  } while (&parts_.cores.home(id) != &shelf.core);
  auto forget = [&shelf, id] { shelf.sessions.erase(id); };
  auto session = std::make_shared<EngineConnection>(
      EngineConnection::Parts{shelf.core, parts_.limits, shelf.tasks, forget}, id, wire);
  shelf.sessions.emplace(id, session);
  session->start(parts_.make, std::move(visitor));
  return session;
}

Task<http::Response> EngineServer::serve_polling(http::Request request, Query query) {
  switch (request.method) {
    case http::Method::get: co_return co_await poll(std::move(query));
    case http::Method::post: co_return co_await post(std::move(request), std::move(query));
    default: co_return refuse(Refusal::bad_request);
  }
}

Task<http::Response> EngineServer::poll(Query query) {
  using Payload = std::optional<std::string>;
  auto wait = [](Session session) -> Task<std::optional<Payload>> {
    if (!session) co_return std::nullopt;
    co_return co_await session->poll();
  };
  std::optional<Payload> payload = co_await at_home(query.sid, wait);
  if (!payload) co_return refuse(Refusal::unknown_session);
  co_return *payload ? text_answer(**std::move(payload)) : refuse(Refusal::bad_request);
}

Task<http::Response> EngineServer::post(http::Request request, Query query) {
  using Known = std::optional<bool>;
  auto begin = [](Session session) -> Task<Known> {
    co_return session ? Known(session->begin_post()) : std::nullopt;
  };
  Known wanted = co_await at_home(query.sid, begin);
  if (!wanted) co_return refuse(Refusal::unknown_session);
  if (!*wanted) co_return refuse(Refusal::bad_request);
  std::optional<std::string> body;
  std::exception_ptr failure;
  try {
    body = co_await request.read_all();
  } catch (...) {
    failure = std::current_exception();
  }
  auto end = [body = std::move(body)](Session session) -> Task<bool> {
    co_return session && session->end_post(body);
  };
  bool was_right = co_await at_home(query.sid, end);
  if (failure) std::rethrow_exception(failure);
  co_return was_right ? text_answer("ok") : refuse(Refusal::bad_request);
}

Task<EngineServer::Answer> EngineServer::serve_websocket(http::Request request,
                                                         http::Takeover takeover, Visitor visitor,
                                                         Query query) {
  std::string answer;
  try {
    answer = live::make_answer(live::read_handshake(request, {}));
  } catch (const Error&) {
    co_return refuse(Refusal::bad_request);
  }
  Session session;
  if (query.sid.empty()) {
    session = open(Wire::websocket, std::move(visitor));
  } else {
    auto is_known = [](Session found) -> Task<bool> { co_return found != nullptr; };
    if (!co_await at_home(query.sid, is_known)) co_return refuse(Refusal::unknown_session);
  }
  http::TakenSocket taken = takeover.take();
  co_await taken.stream->write_all(answer);
  if (!session) {
    co_await upgrade(std::move(taken), std::move(query.sid));
    co_return std::nullopt;
  }
  live::WebSocket socket(std::move(taken), socket_options(parts_.limits));
  co_await socket.run(session->converse(&socket, Wire::websocket));
  co_return std::nullopt;
}

// The socket goes to its session's core; there it is one of the core's tasks.
Task<> EngineServer::upgrade(http::TakenSocket taken, std::string id) {
  Shelf& shelf = *shelves_.at(parts_.cores.home(id).index());
  if (&shelf.core == &Core::here()) {
    live::WebSocket socket(std::move(taken), socket_options(parts_.limits));
    co_await socket.run(probe(shelf.find(id), &socket));
    co_return;
  }
  auto loose = taken.stream->release();
  ENSURE(loose, "what a server with several cores accepts can change cores");
  auto arrive = [this, &shelf, id, loose = std::move(loose),
                 received = std::move(taken.received)]() mutable -> Task<> {
    shelf.tasks.spawn(upgrade({loose->settle_here(), std::move(received)}, id));
    co_return;
  };
  co_await on_core(shelf.core, std::move(arrive));
}

Task<> EngineServer::stop(Instant deadline) {
  // All are told before any is waited for.
  co_await at_each_shelf([](Shelf& shelf) -> Task<> {
    shelf.stopping = true;
    auto sessions = shelf.sessions;
    for (auto& [id, session] : sessions) session->close(CloseReason::restart);
    co_return;
  });
  co_await at_each_shelf([deadline](Shelf& shelf) -> Task<> {
    try {
      co_await within(deadline, shelf.tasks.join());
    } catch (const Error&) {
      // What does not end by itself is cut off.
    }
    co_await shelf.tasks.stop();
  });
}

template <class F>
Task<> EngineServer::at_each_shelf(F action) {
  for (auto& shelf : shelves_) {
    co_await on_core(shelf->core, [&shelf = *shelf, action] { return action(shelf); });
  }
}

}  // namespace antiphon::socketio
