#include "engine/socketio/testing_servers.h"

#include "engine/schema/json.h"

namespace antiphon::socketio {
namespace {

// The suites lose the second of two messages that one read brings, and expect `auth` to come some
// time after the client was told that it is connected.
constexpr std::chrono::milliseconds greeting_pause{10};
constexpr std::chrono::seconds stop_time_max{5};

class EngineEcho final : public EngineHandler {
 public:
  explicit EngineEcho(EngineSocket& socket) : socket_(socket) {}
  void on_message(EnginePacket message) override { socket_.send(std::move(message)); }

 private:
  EngineSocket& socket_;
};

// The first argument, when it is text, taken from the others.
std::string take_text(Arguments& arguments) {
  auto& values = arguments.values;
  if (values.empty() || !values.front().is_text()) return {};
  std::string text = values.front().text();
  values.erase(values.begin());
  return text;
}

class Echo final : public SocketHandler {
 public:
  Echo(SocketServer& server, std::string space, Socket& socket, schema::Value auth)
      : server_(server), space_(std::move(space)), socket_(socket), auth_(std::move(auth)) {}

  void on_connected() override {
    Core& core = Core::here();
    greeting_ = core.timers().at(core.clock().steady() + greeting_pause, [this] {
      socket_.emit("auth", schema::to_json(schema::Value::Array{auth_}));
    });
  }

  void on_event(Event event) override {
    auto& [values, attachments] = event.arguments;
    if (event.name == "message") {
      socket_.emit("message-back", event.arguments.to_json(), attachments);
    } else if (event.name == "message-with-ack" && event.ack_id) {
      socket_.acknowledge(*event.ack_id, event.arguments.to_json(), attachments);
    } else if (event.name == "ask") {
      ask(event);
    } else if (event.name == "tell") {
      std::string room = take_text(event.arguments);
      server_.emit_to_room(space_, room, "told", event.arguments.to_json(), socket_.id());
    } else if (event.name == "join" || event.name == "leave") {
      move(event);
    }
  }

 private:
  void ask(const Event& event) {
    socket_.emit_with_ack("question", event.arguments.to_json(), [this](const Arguments& answer) {
      socket_.emit("answer", answer.to_json(), answer.attachments);
    });
  }

  void move(Event& event) {
    std::string room = take_text(event.arguments);
    bool done = event.name == "leave" || socket_.join(room);
    if (event.name == "leave") socket_.leave(room);
    if (event.ack_id) socket_.acknowledge(*event.ack_id, done ? "[true]" : "[false]");
  }

  SocketServer& server_;
  std::string space_;
  Socket& socket_;
  schema::Value auth_;
  Timers::Alarm greeting_;
};

class EchoSpace final : public Space {
 public:
  EchoSpace(SocketServer& server, std::string name) : server_(server), name_(std::move(name)) {}
  Task<Accepted> connect(std::shared_ptr<Socket> socket, ConnectRequest request) override {
    co_return Accepted{std::make_shared<Echo>(server_, name_, *socket, std::move(request.auth))};
  }

 private:
  SocketServer& server_;
  std::string name_;
};

}  // namespace

TestingServers::TestingServers(Parts parts)
    : engine_({.cores = parts.cores,
               .random = parts.random,
               .origins = origins_,
               .limits = parts.limits,
               .make = [](EngineSocket& socket,
                          const Visitor&) { return std::make_shared<EngineEcho>(socket); }}),
      sockets_({.cores = parts.cores,
                .random = parts.random,
                .origins = origins_,
                .limits = parts.limits}) {}

TestingServers::~TestingServers() = default;

void TestingServers::mount(http::Router& router) {
  for (std::string name : {"/", "/custom"}) {
    sockets_.add(name, std::make_shared<EchoSpace>(sockets_, name));
  }
  engine_.mount(router, "/engine.io/");
  sockets_.mount(router, "/socket.io/");
}

Task<> TestingServers::stop() {
  Instant deadline = Core::here().clock().steady() + stop_time_max;
  co_await engine_.stop(deadline);
  co_await sockets_.stop(deadline);
}

}  // namespace antiphon::socketio
