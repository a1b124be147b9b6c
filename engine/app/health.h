#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/http/router.h"
#include "engine/metrics/registry.h"
#include "engine/schema/describe.h"
#include "engine/store/database.h"

namespace antiphon::app {

/// What the server depends on and how it stands.
struct Dependency {
  std::string name;
  std::string state = "ok";  ///< ok, degraded or down
  std::string message;       ///< what is wrong and how to mend it
};

inline auto describe(schema::Tag<Dependency>) {
  return schema::object<Dependency>("Dependency", "Something the server depends on")
      .field("name", &Dependency::name, "database, recogniser, …")
      .field("state", &Dependency::state, "ok, degraded or down")
      .field("message", &Dependency::message, "What is wrong and how to mend it; empty when ok");
}

/// Gives the state of one dependency, within the call's deadline.
using DependencyCheck = std::function<Task<Dependency>(Call call)>;

Task<Dependency> check_database(store::Database& database, Call call);

/// `/health`, `/ready`, `/metrics`, `/version` (E-15).
struct HealthParts {
  std::string version;
  Timestamp started;
  std::function<std::size_t()> open_connections;  ///< of all cores
  std::vector<DependencyCheck> checks;
  metrics::Registry& metrics;
};

void mount_health(http::Router& router, HealthParts parts);

}  // namespace antiphon::app
