#include "engine/app/app.h"

namespace antiphon::app {

std::vector<store::MigrationSet> migration_sets(std::span<const AppInfo* const> apps) {
  std::vector<store::MigrationSet> sets{{"engine", store::engine_migrations()}};
  for (const AppInfo* info : apps) sets.push_back({std::string(info->name), info->migrations});
  return sets;
}

}  // namespace antiphon::app
