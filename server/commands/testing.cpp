// `antiphon testing …`: plain servers for conformance suites and load clients from outside.

#include <fmt/core.h>
#include <signal.h>

#include "engine/async/signals.h"
#include "engine/http/server.h"
#include "engine/live/testing_servers.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

using Mount = std::function<void(http::Router&)>;

http::RouteInfo socket_route(std::string path) {
  return {.path = std::move(path),
          .permission = std::string(http::public_permission),
          .rate = http::RateClass::live};
}

void mount_echo(http::Router& router) {
  router.add(socket_route("/echo"), [](Call, http::Request request, http::Takeover takeover) {
    return live::serve_echo(std::move(request), takeover);
  });
}

void mount_chat(http::Router& router) {
  router.add(socket_route("/ws/{session}/{client}"),
             [](Call, http::Request request, http::Takeover takeover) {
               return live::serve_chat(std::move(request), takeover);
             });
}

// One core, one listener, nothing kept.
Task<> serve_until_signal(std::string listen, Mount mount) {
  SystemNetwork network;
  SystemRandom random;
  http::OpenGate gate(std::chrono::hours(24 * 365));
  http::Router router;
  mount(router);
  http::Server server(router, gate, random);
  auto listener = network.listen(parse_endpoint(listen));
  Signals signals({SIGTERM, SIGINT});
  fmt::print("listening on http://{}\n", listener->local().text());
  std::fflush(stdout);
  server.start(std::move(listener));
  co_await signals.next();
  co_await server.stop();
}

void add_server(CLI::App& testing, const std::string& name, const std::string& what, Mount mount) {
  CLI::App* command = testing.add_subcommand(name, what);
  command->footer("Example: antiphon testing " + name + " --listen 127.0.0.1:9001");
  auto listen = std::make_shared<std::string>("127.0.0.1:0");
  command->add_option("--listen", *listen, "Address and port; port 0 takes a free one");
  command->callback([listen, mount] {
    SystemClock clock;
    Core core(0, clock);
    core.run_until_done(serve_until_signal(*listen, mount));
  });
}

}  // namespace

void add_testing(CommandLine line) {
  CLI::App* testing = line.root.add_subcommand("testing", "Servers for outside test suites");
  testing->require_subcommand(1);
  testing->footer("Example: antiphon testing echo --listen 127.0.0.1:9001");
  add_server(*testing, "echo", "A WebSocket at /echo that returns what it gets", mount_echo);
  add_server(*testing, "chat", "Ten frames for each message, at /ws/{session}/{client}",
             mount_chat);
}

}  // namespace antiphon::server
