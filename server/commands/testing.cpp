// `antiphon testing …`: plain servers for conformance suites and load clients from outside.

#include <fmt/core.h>
#include <signal.h>

#include <fstream>
#include <sstream>

#include "engine/async/signals.h"
#include "engine/http/server.h"
#include "engine/live/testing_servers.h"
#include "engine/socketio/testing_servers.h"
#include "engine/standin/model_server.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

// What a test server stands on. The server has no connections yet.
struct TestingPlace {
  Cores& cores;
  Random& random;
  http::Router& router;
  http::Server& server;
  std::function<void(std::chrono::milliseconds)> refuse_for;  // takes no connections for so long
};
using Stop = std::function<Task<>()>;
// Declares the routes; gives what ends the connections, if that takes more than ending the server.
using Mount = std::function<Stop(const TestingPlace&)>;

http::RouteInfo socket_route(std::string path) {
  return {.path = std::move(path),
          .permission = std::string(http::public_permission),
          .rate = http::RateClass::live};
}

Stop mount_echo(const TestingPlace& place, const socketio::Limits& limits) {
  auto echo = [](Call, http::Request request, http::Takeover takeover) {
    return live::serve_echo(std::move(request), takeover);
  };
  place.router.add(socket_route("/echo"), echo);
  auto servers = std::make_shared<socketio::TestingServers>(
      socketio::TestingServers::Parts{place.cores, place.random, limits});
  servers->mount(place.router);
  return [servers] { return servers->stop(); };
}

Stop mount_chat(const TestingPlace& place) {
  auto chat = [](Call, http::Request request, http::Takeover takeover) {
    return live::serve_chat(std::move(request), takeover);
  };
  place.router.add(socket_route("/ws/{session}/{client}"), chat);
  return {};
}

// One core, one listener, nothing kept.
Task<> serve_until_signal(Cores* cores, std::string listen, Mount mount) {
  SystemNetwork network;
  SystemRandom random;
  http::OpenGate gate(std::chrono::hours(24 * 365));
  http::Router router;
  http::Server server(router, gate, random);
  auto listener = network.listen(parse_endpoint(listen));
  Endpoint local = listener->local();
  Timers::Alarm listens_again;
  auto refuse_for = [&](std::chrono::milliseconds time) {
    server.stop_accepting();
    Instant end = Core::here().clock().steady() + time;
    listens_again = Core::here().timers().at(end, [&] { server.start(network.listen(local)); });
  };
  Stop stop = mount({*cores, random, router, server, refuse_for});
  Signals signals({SIGTERM, SIGINT});
  fmt::print("listening on http://{}\n", local.text());
  std::fflush(stdout);
  server.start(std::move(listener));
  co_await signals.next();
  if (stop) co_await stop();
  co_await server.stop();
}

CLI::App* add_server(CLI::App& testing, const std::string& name, const std::string& what,
                     Mount mount) {
  CLI::App* command = testing.add_subcommand(name, what);
  command->footer("Example: antiphon testing " + name + " --listen 127.0.0.1:9001");
  auto listen = std::make_shared<std::string>("127.0.0.1:0");
  command->add_option("--listen", *listen, "Address and port; port 0 takes a free one");
  command->callback([listen, mount] {
    SystemClock clock;
    Cores cores(1, clock);
    cores.at(0).run_until_done(serve_until_signal(&cores, *listen, mount));
  });
  return command;
}

void add_milliseconds(CLI::App& command, const std::string& name, std::chrono::milliseconds& value,
                      const std::string& what) {
  auto set = [&value](const std::int64_t& count) { value = std::chrono::milliseconds(count); };
  command.add_option_function<std::int64_t>(name, set, what)
      ->check(CLI::Range(1, 3'600'000))
      ->default_str(std::to_string(value.count()));
}

void add_echo(CLI::App& testing) {
  auto limits = std::make_shared<socketio::Limits>();
  CLI::App* command =
      add_server(testing, "echo",
                 "What comes goes back: a WebSocket at /echo, /engine.io/ and "
                 "/socket.io/",
                 [limits](const TestingPlace& place) { return mount_echo(place, *limits); });
  add_milliseconds(*command, "--ping-interval", limits->ping_interval, "Of Engine.IO, in ms");
  add_milliseconds(*command, "--ping-timeout", limits->ping_timeout,
                   "For the answer to such a ping, in ms");
}

standin::Script load_script(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) throw Error(Code::not_found, fmt::format("{} cannot be read.", file));
  return schema::parse<standin::Script>(text.str());
}

Stop mount_models(const TestingPlace& place, const std::string& script_file) {
  auto models = std::make_shared<standin::ModelServer>(standin::ModelServer::Parts{
      .connections = [server = &place.server] { return server->connections(); },
      .refuse_for = place.refuse_for});
  if (!script_file.empty()) models->replace(load_script(script_file));
  models->mount(place.router);
  return [models]() -> Task<> { co_return; };
}

void add_model_server(CLI::App& testing) {
  auto script = std::make_shared<std::string>();
  CLI::App* command = add_server(
      testing, "model-server",
      "Models and speech in place of OpenAI, Ollama, Gemini, Anthropic and others, which do as a "
      "script says",
      [script](const TestingPlace& place) { return mount_models(place, *script); });
  command->add_option("--script", *script, "JSON; PUT /script changes it, GET /ledger counts");
}

}  // namespace

void add_testing(CommandLine line) {
  CLI::App* testing = line.root.add_subcommand("testing", "Servers for outside test suites");
  testing->require_subcommand(1);
  testing->footer("Example: antiphon testing echo --listen 127.0.0.1:9001");
  add_echo(*testing);
  add_server(*testing, "chat", "Ten frames for each message, at /ws/{session}/{client}",
             mount_chat);
  add_model_server(*testing);
  add_simulate(*testing, line.apps);
}

}  // namespace antiphon::server
