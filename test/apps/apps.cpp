#include "test/apps/apps.h"

#include "apps/director/director.h"
#include "engine/gateway/usage.h"
#include "engine/identity/identity.h"
#include "engine/store/blob_ledger.h"
#include "engine/store/fresh_database.h"
#include "engine/store/jobs.h"
#include "engine/store/once.h"
#include "engine/store/sql_cache.h"
#include "server/core_server.h"

namespace antiphon::apps_test {

std::vector<const app::AppInfo*> all_apps() { return {&director::info()}; }

std::vector<store::MigrationSet> all_migrations() {
  std::vector<store::MigrationSet> sets{{"engine", store::engine_migrations()}};
  for (const app::AppInfo* info : all_apps()) {
    sets.push_back({std::string(info->name), info->migrations});
  }
  return sets;
}

std::vector<store::Statement> all_statements() {
  std::vector<store::Statement> all;
  auto add = [&](std::span<const store::Statement> some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  add(store::job_statements());
  add(store::blob_statements());
  add(store::once_statements());
  add(store::SqlCache::statements());
  add(identity::Identity::statements());
  add(gateway::UsageLedger::statements());
  add(identity::Identity::key_statements());
  for (const app::AppInfo* info : all_apps()) {
    for (std::span<const store::Statement> some : info->statements) add(some);
  }
  return all;
}

void with_router(const std::vector<const app::AppInfo*>& apps,
                 const std::function<void(const http::Router&)>& use) {
  TemporaryFolder folder;
  server::Settings settings;
  settings.server.data = folder.path().string();
  settings.server.cores = 1;
  server::Process process(settings);
  // Everything of a core is made and destroyed on it.
  auto mount_and_use = [&]() -> Task<> {
    server::CoreServer core(process, apps, {});
    core.mount();
    use(core.router());
    co_return;
  };
  process.cores.at(0).run_until_done(mount_and_use());
}

}  // namespace antiphon::apps_test
