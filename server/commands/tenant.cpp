#include <fmt/core.h>

#include "engine/store/migration.h"
#include "server/commands/command_line.h"
#include "server/process.h"

namespace antiphon::server {
namespace {

constexpr Duration command_time_max = std::chrono::seconds(60);

// Runs `action` on a core of this process, with the data folder held and migrated.
template <class F>
void with_process(const Settings& settings, const std::vector<const app::AppInfo*>& apps,
                  F action) {
  Settings quiet = settings;
  quiet.server.cores = 1;
  Process process(quiet);
  process.cores.at(0).run_until_done([&]() -> Task<> {
    Instant deadline = process.clock.steady() + command_time_max;
    auto ran = co_await store::migrate(*process.database, app::migration_sets(apps), deadline);
    co_await action(process, ran, deadline);
  }());
}

}  // namespace

void add_migrate(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("migrate", "Bring the database up to date");
  command->footer("Example: antiphon migrate --data ./data");
  auto flags = std::make_shared<SettingsFlags>(*command);
  command->callback([flags, apps = line.apps] {
    with_process(flags->load().values, apps,
                 [](Process&, std::vector<std::string> ran, Instant) -> Task<> {
                   for (const std::string& file : ran) fmt::print("ran {}\n", file);
                   if (ran.empty()) fmt::print("nothing to do\n");
                   co_return;
                 });
  });
}

void add_tenant(CommandLine line) {
  CLI::App* command = line.root.add_subcommand("tenant", "Organisations that own data");
  command->require_subcommand(1);
  command->footer("Example: antiphon tenant create riverside --data ./data");
  CLI::App* create = command->add_subcommand("create", "Make a tenant and its owner's account");
  create->footer("Example: antiphon tenant create riverside --data ./data");
  auto name = std::make_shared<std::string>();
  create->add_option("name", *name, "Its name, also its owner's account")->required();
  auto flags = std::make_shared<SettingsFlags>(*create);
  create->callback([flags, name, apps = line.apps] {
    with_process(flags->load().values, apps,
                 [name](Process& process, std::vector<std::string>, Instant deadline) -> Task<> {
                   auto owner = co_await process.identity.create_tenant(*name, deadline);
                   fmt::print(
                       "tenant {} made; owner account \"{}\", its secret is shown only "
                       "now: {}\n",
                       owner.tenant, owner.account, owner.secret);
                 });
  });
}

}  // namespace antiphon::server
