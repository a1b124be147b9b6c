// `antiphon testing …`: plain servers for conformance suites and load clients from outside.

#include <fmt/core.h>
#include <signal.h>

#include "engine/async/signals.h"
#include "engine/http/server.h"
#include "engine/live/testing_servers.h"
#include "engine/socketio/testing_servers.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

// What a test server stands on.
struct Place {
  Cores& cores;
  Random& random;
  http::Router& router;
};
using Stop = std::function<Task<>()>;
// Declares the routes; gives what ends the connections, if that takes more than ending the server.
using Mount = std::function<Stop(const Place&)>;

http::RouteInfo socket_route(std::string path) {
  return {.path = std::move(path),
          .permission = std::string(http::public_permission),
          .rate = http::RateClass::live};
}

Stop mount_echo(const Place& place, const socketio::Limits& limits) {
  auto echo = [](Call, http::Request request, http::Takeover takeover) {
    return live::serve_echo(std::move(request), takeover);
  };
  place.router.add(socket_route("/echo"), echo);
  auto servers = std::make_shared<socketio::TestingServers>(
      socketio::TestingServers::Parts{place.cores, place.random, limits});
  servers->mount(place.router);
  return [servers] { return servers->stop(); };
}

Stop mount_chat(const Place& place) {
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
  Stop stop = mount({*cores, random, router});
  http::Server server(router, gate, random);
  auto listener = network.listen(parse_endpoint(listen));
  Signals signals({SIGTERM, SIGINT});
  fmt::print("listening on http://{}\n", listener->local().text());
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
                 [limits](const Place& place) { return mount_echo(place, *limits); });
  add_milliseconds(*command, "--ping-interval", limits->ping_interval, "Of Engine.IO, in ms");
  add_milliseconds(*command, "--ping-timeout", limits->ping_timeout,
                   "For the answer to such a ping, in ms");
}

}  // namespace

void add_testing(CommandLine line) {
  CLI::App* testing = line.root.add_subcommand("testing", "Servers for outside test suites");
  testing->require_subcommand(1);
  testing->footer("Example: antiphon testing echo --listen 127.0.0.1:9001");
  add_echo(*testing);
  add_server(*testing, "chat", "Ten frames for each message, at /ws/{session}/{client}",
             mount_chat);
  add_simulate(*testing, line.apps);
}

}  // namespace antiphon::server
