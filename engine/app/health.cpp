#include "engine/app/health.h"

#include <algorithm>

#include "engine/app/limits.h"
#include "engine/schema/describe.h"

namespace antiphon::app {
namespace {

struct Health {
  std::string status;
  std::string version;
  double uptime_seconds = 0;
  std::int64_t open_connections = 0;
  std::vector<Dependency> dependencies;
};

auto describe(schema::Tag<Health>) {
  return schema::object<Health>("Health", "Whether the server lives and how its parts stand")
      .field("status", &Health::status, "ok, degraded or down: the worst of the dependencies")
      .field("version", &Health::version, "Of the server")
      .field("uptimeSeconds", &Health::uptime_seconds, "Since it started", schema::unit("s"))
      .field("openConnections", &Health::open_connections, "Right now")
      .field("dependencies", &Health::dependencies, "One by one");
}

struct Version {
  std::string name = "antiphon";
  std::string version;
};

auto describe(schema::Tag<Version>) {
  return schema::object<Version>("Version", "What runs here")
      .field("name", &Version::name, "antiphon")
      .field("version", &Version::version, "Its version");
}

// How long a finding stands: whoever asks often must not load what is examined.
constexpr Duration finding_time = std::chrono::seconds(1);

// Looks at the dependencies, on one core.
class Examiner {
 public:
  explicit Examiner(HealthParts parts) : parts_(std::move(parts)) {}

  const HealthParts& parts() const { return parts_; }

  Task<Health> health(Call call) {
    if (findings_.empty() || Core::here().clock().steady() >= good_until_) co_await look(call);
    Health health{
        .status = "ok",
        .version = parts_.version,
        .uptime_seconds = std::chrono::duration<double>(call.now() - parts_.started).count(),
        .open_connections = static_cast<std::int64_t>(parts_.open_connections()),
        .dependencies = findings_};
    for (const Dependency& found : findings_) {
      if (found.state == "down") health.status = "down";
      if (found.state == "degraded" && health.status == "ok") health.status = "degraded";
    }
    co_return health;
  }

 private:
  Task<> look(Call call) {
    good_until_ = Core::here().clock().steady() + finding_time;  // others need not look meanwhile
    std::vector<Dependency> findings;
    for (const DependencyCheck& check : parts_.checks) findings.push_back(co_await check(call));
    findings_ = std::move(findings);
  }

  HealthParts parts_;
  std::vector<Dependency> findings_;
  Instant good_until_;
};

constexpr store::Statement ask_nothing{"health.ask", "SELECT 1"};

http::RouteInfo open_route(std::string path, std::string summary) {
  return {.path = std::move(path),
          .permission = std::string(http::public_permission),
          .rate = http::RateClass::none,
          .summary = std::move(summary)};
}

}  // namespace

Task<Dependency> check_database(store::Database& database, Call call) {
  Dependency dependency{.name = "database"};
  try {
    Instant soon = std::min(call.deadline(), Core::here().clock().steady() + check_time_max);
    co_await database.read(soon, [](store::Tx& tx) { tx.query(ask_nothing); });
  } catch (const Error& error) {
    dependency.state = "down";
    dependency.message = error.message();
  }
  co_return dependency;
}

void mount_health(http::Router& router, HealthParts parts) {
  auto shared = std::make_shared<Examiner>(std::move(parts));
  router.add(open_route("/health", "Whether the server lives; 200 however its parts stand"),
             [shared](Call call) -> Task<Health> { return shared->health(std::move(call)); });
  http::RouteInfo ready =
      open_route("/ready", "Whether requests can be answered; 503 when a part is down");
  ready.reply = &schema::of<Health>();
  router.add(ready, [shared](Call call) -> Task<http::Response> {
    Health health = co_await shared->health(std::move(call));
    co_return http::json(health, health.status == "down" ? 503 : 200);
  });
  router.add(open_route("/version", "What runs here"), [shared](Call) -> Task<Version> {
    co_return Version{.version = shared->parts().version};
  });
  http::RouteInfo metrics = open_route("/metrics", "Prometheus metrics");
  metrics.media_type = "text/plain";
  router.add(metrics, [shared](Call, http::Request) -> Task<http::Response> {
    co_return http::text(shared->parts().metrics.to_text(),
                         "text/plain; version=0.0.4; charset=utf-8");
  });
}

}  // namespace antiphon::app
