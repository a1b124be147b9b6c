#pragma once

#include <functional>
#include <vector>

#include "engine/app/app.h"
#include "engine/http/router.h"
#include "engine/store/migration.h"

namespace antiphon::apps_test {

/// Every app of the program, as server/main.cpp names them.
std::vector<const app::AppInfo*> all_apps();

/// The engine's migrations and those of every app, in the order of the server.
std::vector<store::MigrationSet> all_migrations();
/// All SQL that runs on tables: of the engine's rooms and of every app.
std::vector<store::Statement> all_statements();

/// Gives `use` the router of a server of these apps; it does not serve, and keeps its data in a
/// folder of its own.
void with_router(const std::vector<const app::AppInfo*>& apps,
                 const std::function<void(const http::Router&)>& use);

}  // namespace antiphon::apps_test
