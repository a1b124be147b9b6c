#include <stdlib.h>

#include <filesystem>

#include "engine/base/temporary_folder.h"
#include "server/commands/command_line.h"
#include "server/server.h"

namespace antiphon::server {
namespace {

using Action = std::function<Task<>(app::ReachedServer)>;

Endpoint endpoint_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) {
    throw Error(Code::invalid, "\"" + url + "\" is no server: write http://host:port.");
  }
  std::string_view rest = std::string_view(url).substr(scheme.size());
  return parse_endpoint(rest.substr(0, rest.find('/')));
}

void talk_to(const std::string& url, const std::string& token, const Action& action) {
  SystemClock clock;
  Core core(0, clock);
  SystemNetwork network;
  core.run_until_done(action({network, endpoint_of(url), token}));
}

void serve_here(const std::filesystem::path& data, const std::vector<const app::AppInfo*>& apps,
                const Action& action) {
  Settings settings = load_settings().values;
  settings.server.listen = "127.0.0.1:0";
  settings.server.data = data.string();
  settings.log.level = "error";
  SystemNetwork network;
  Server server(settings, apps);
  server.run([&](Started started) {
    return action({network, endpoint_of(started.address), started.token});
  });
}

}  // namespace

void with_server(const std::vector<const app::AppInfo*>& apps, const app::ServerChoice& choice,
                 const Action& action) {
  if (!choice.url.empty()) {
    const char* token = ::getenv("ANTIPHON_TOKEN");
    talk_to(choice.url, token ? token : "", action);
  } else if (choice.data.empty()) {
    TemporaryFolder folder;
    serve_here(folder.path(), apps, action);
  } else if (auto holder = holder_of(choice.data)) {
    talk_to(holder->address, holder->token, action);
  } else {
    serve_here(choice.data, apps, action);
  }
}

void add_apps(CommandLine line) {
  for (const app::AppInfo* info : line.apps) {
    if (!info->add_commands) continue;
    CLI::App* verbs = line.root.add_subcommand(std::string(info->name), std::string(info->summary));
    verbs->require_subcommand(1);
    info->add_commands(*verbs, {[apps = line.apps](auto choice, auto action) {
      with_server(apps, choice, action);
    }});
  }
}

}  // namespace antiphon::server
