#include <fmt/core.h>
#include <signal.h>

#include "engine/async/signals.h"
#include "server/commands/command_line.h"
#include "server/server.h"

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

void serve(const Settings& settings, const std::vector<const app::AppInfo*>& apps) {
  ending_signals(SIG_BLOCK);  // a start that was begun ends in order, too
  Server server(settings, apps);
  server.run([](Started started) -> Task<> {
    Signals signals({SIGTERM, SIGINT});
    ending_signals(SIG_UNBLOCK);
    greet(started);
    co_await signals.next();
  });
}

}  // namespace

void add_serve(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("serve", "Serve the apps");
  command->footer("Example: antiphon serve --listen 127.0.0.1:8080 --data ./data");
  auto flags = std::make_shared<SettingsFlags>(*command);
  command->callback([flags, apps = line.apps] { serve(flags->load().values, apps); });
}

}  // namespace antiphon::server
