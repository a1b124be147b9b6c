// `antiphon load`: users as a scenario says.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "engine/load/run.h"
#include "engine/schema/json.h"
#include "server/commands/command_line.h"

namespace antiphon::server {
namespace {

struct LoadOptions {
  std::string file;
  app::ServerChoice choice;
  bool json = false;
  std::int64_t users = 0;
  std::int64_t seconds = 0;
};

load::Scenario scenario_of(const LoadOptions& options) {
  load::Scenario scenario = load::load_scenario(options.file);
  if (options.users > 0) scenario.users = options.users;
  if (options.seconds > 0) scenario.duration = std::chrono::seconds(options.seconds);
  return scenario;
}

Task<> play(load::Scenario scenario, app::ReachedServer server, bool as_json) {
  SystemRandom random;
  load::Report report = co_await load::run_scenario(
      std::move(scenario), server.network, random,
      {.endpoint = std::move(server.endpoint), .token = std::move(server.token)});
  fmt::print("{}", as_json ? schema::to_json(report) + "\n" : load::to_table(report));
  std::fflush(stdout);
  if (!report.broken.empty()) {
    throw Error(Code::unprocessable,
                fmt::format("Not every threshold holds: {}.", fmt::join(report.broken, "; ")));
  }
}

}  // namespace

void add_load(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("load", "Visit a server as a scenario says");
  command->footer(
      "Example: antiphon load apps/director/load/baseline.toml --data ./data\n"
      "Times count from when a step was meant to begin. Past a threshold the exit code is 1, with "
      "a\n"
      "wrong scenario 2. Without --server and --data the server runs in this process.\n"
      "engine/load/README.md says what a scenario holds.");
  auto options = std::make_shared<LoadOptions>();
  command->add_option("SCENARIO", options->file, "A TOML file")->required();
  command->add_option("--users", options->users, "In place of the scenario's")
      ->check(CLI::Range(std::int64_t{1}, load::users_max));
  command->add_option("--seconds", options->seconds, "In place of the scenario's duration")
      ->check(CLI::Range(1, 86'400));
  command->add_flag("--json", options->json, "Print the report as JSON");
  auto* data =
      command->add_option("--data", options->choice.data, "Folder of a server on this machine");
  command
      ->add_option("--server", options->choice.url,
                   "A server's URL; its token comes from ANTIPHON_TOKEN")
      ->excludes(data);
  command->callback([options, apps = line.apps] {
    load::Scenario scenario = scenario_of(*options);
    with_server(apps, options->choice, [&](app::ReachedServer server) {
      return play(scenario, std::move(server), options->json);
    });
  });
}

}  // namespace antiphon::server
