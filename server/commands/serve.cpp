#include <fmt/core.h>
#include <signal.h>

#include "engine/async/signals.h"
#include "server/commands/command_line.h"
#include "server/hard_stop.h"
#include "server/inherited_sockets.h"
#include "server/server.h"
#include "server/take_over.h"

namespace antiphon::server {
namespace {

// What a person who starts a server wants to know, on standard output: address first, one line
// each.
void greet(const Started& started) {
  fmt::print("listening on {}\n", started.address);
  if (started.new_owner) {
    fmt::print("owner account \"{}\" made; its secret is shown only now: {}\n",
               started.new_owner->account, started.new_owner->secret);
  }
  if (!started.sign_in_link.empty()) {
    fmt::print("open this to sign in (once, within 15 minutes): {}\n", started.sign_in_link);
  }
  fmt::print(
      "embedded: SQLite or the database you named, in-process search, English speech "
      "recognition, rule-based skills; other languages need a speech server\n");
  std::fflush(stdout);
}

// Holds the signals that end a server back (SIG_BLOCK), or lets them come (SIG_UNBLOCK). Threads
// that are started in between never get them.
void ending_signals(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(how, &signals, nullptr);
}

// Until the server is told to end, by a signal or by one who takes over.
class Asked {
 public:
  explicit Asked(std::unique_ptr<HandOver> hand_over)
      : signals_({SIGTERM, SIGINT}), hand_over_(std::move(hand_over)), tasks_([](const auto&) {}) {}

  Task<std::optional<Successor>> wait() {
    tasks_.spawn(watch_signals());
    if (hand_over_) tasks_.spawn(watch_hand_over());
    co_await news_.wait();
    co_await tasks_.stop();
    co_return std::move(successor_);
  }

 private:
  Task<> watch_signals() {
    co_await signals_.next();
    news_.wake();
  }
  Task<> watch_hand_over() {
    successor_ = co_await hand_over_->next();
    news_.wake();
  }

  Signals signals_;
  std::unique_ptr<HandOver> hand_over_;
  std::optional<Successor> successor_;
  Waiter news_;
  TaskGroup tasks_;
};

// Serves until it is told to end, and ends in time; then somebody else may have the folder.
std::optional<Successor> serve_once(const Settings& settings,
                                    const std::vector<const app::AppInfo*>& apps,
                                    Inheritance inheritance) {
  std::optional<Successor> successor;
  HardStop hard_stop;
  Server server(settings, apps, std::move(inheritance));
  server.run([&](Started started) -> Task<> {
    Asked asked(server.make_hand_over());
    ending_signals(SIG_UNBLOCK);
    greet(started);
    successor = co_await asked.wait();
    if (successor) {
      co_await server.stop_accepting();
      fmt::print("process {} takes over; draining\n", successor->process());
      std::fflush(stdout);
    }
    hard_stop.arm(settings.server.shutdown_ms);
  });
  return successor;
}

// The address that was asked for, unless it is the default: then any will do.
std::vector<Endpoint> chosen_address(const schema::Config<Settings>& config) {
  auto is_listen = [](const schema::Setting& setting) { return setting.key == "server.listen"; };
  auto found = std::ranges::find_if(config.settings, is_listen);
  if (found == config.settings.end() || found->source == "default") return {};
  return {resolve_listening(parse_endpoint(config.values.server.listen))};
}

std::vector<Descriptor> take_inherited(const schema::Config<Settings>& config) {
  auto sockets = inherited_sockets();
  auto chosen = chosen_address(config);
  if (sockets.empty() || chosen.empty() || are_same(chosen, endpoints_of(sockets))) return sockets;
  throw Error(Code::invalid,
              fmt::format("It was started with a socket that listens on {} (LISTEN_FDS), and "
                          "server.listen is {}: make them the same, or leave server.listen out.",
                          endpoints_of(sockets).front().text(), config.values.server.listen));
}

std::unique_ptr<TakeOver> ask_to_take_over(const schema::Config<Settings>& config,
                                           std::vector<Descriptor>& sockets) {
  TakeOver::Wanted wanted{
      .listen = sockets.empty() ? chosen_address(config) : endpoints_of(sockets),
      .tls = !config.values.tls.certificate_file.empty()};
  auto folder = std::filesystem::absolute(config.values.server.data);
  auto take_over = TakeOver::ask(folder, wanted);
  if (!take_over) {
    fmt::print(stderr, "antiphon: nobody serves {}; there is nothing to take over.\n",
               folder.string());
    return nullptr;
  }
  fmt::print(stderr, "antiphon: taking over from process {}\n", take_over->from());
  sockets = take_over->take_sockets();
  return take_over;
}

void serve(const schema::Config<Settings>& config, const std::vector<const app::AppInfo*>& apps,
           bool takes_over) {
  ending_signals(SIG_BLOCK);  // a start that was begun ends in order, too
  auto sockets = take_inherited(config);
  std::unique_ptr<TakeOver> take_over;
  if (takes_over) take_over = ask_to_take_over(config, sockets);
  Inheritance inheritance{.sockets = std::move(sockets)};
  if (take_over) {
    inheritance.keep_waiting = [&] { return take_over->wait_for_folder(); };
    inheritance.on_serving = [&] { take_over->serving(); };
  }
  for (;;) {
    auto successor = serve_once(config.values, apps, std::move(inheritance));
    if (!successor || successor->wait_until_serving()) return;
    fmt::print(stderr, "antiphon: process {} does not serve; this one serves again.\n",
               successor->process());
    ending_signals(SIG_BLOCK);
    inheritance = {.sockets = successor->take_sockets(),
                   .keep_waiting = at_most(TakeOverLimits{}.margin)};
  }
}

}  // namespace

void add_serve(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("serve", "Serve the apps");
  command->footer(
      "Example: antiphon serve --listen 127.0.0.1:8080 --data ./data\n"
      "         antiphon serve --listen 127.0.0.1:8080 --data ./data --take-over\n"
      "With --take-over it starts beside the server that has the data folder, gets its listening\n"
      "socket, has it drain, and serves on: no attempt to connect is refused or reset, no event "
      "of\n"
      "a live session is lost. When nobody has the folder it serves as usual. Sockets that\n"
      "systemd listens on (LISTEN_FDS) are taken in place of --listen.");
  auto flags = std::make_shared<SettingsFlags>(*command);
  auto takes_over = std::make_shared<bool>(false);
  command->add_flag("--take-over", *takes_over,
                    "Take over from the running server of the data folder");
  command->callback(
      [flags, takes_over, apps = line.apps] { serve(flags->load(), apps, *takes_over); });
}

}  // namespace antiphon::server
