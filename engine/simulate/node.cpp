#include "engine/simulate/node.h"

#include "engine/store/migration.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t cache_bytes_max = std::size_t{4} << 20;
// Beyond a call's deadline: its answer may still be on its way to a client that reads slowly.
constexpr Duration call_grace = http::Limits{}.write_time + 5s;
// What one process may still do after its end; then it hangs.
constexpr int steps_to_end_max = 1'000'000;
constexpr Duration time_to_end_max = 5min;
constexpr Duration stop_time_max = 10s;

store::JobRunner::Options job_options() {
  store::JobRunner::Options options;
  options.poll = 5s;
  options.back_off_max = 4s;
  return options;
}

std::vector<std::string> guest_permissions(const Apps& apps) {
  std::vector<std::string> all{"identity:self:read"};
  for (const app::AppInfo* info : apps) {
    for (std::string_view permission : info->guest_permissions) all.emplace_back(permission);
  }
  return all;
}

}  // namespace

log::Logger& silent_log() {
  static SystemClock clock;
  static log::Logger log(clock, {.level = log::Level::error, .sink = [](std::string_view) {}});
  return log;
}

Task<std::expected<Call, Error>> WatchedGate::admit(const http::RouteInfo& route,
                                                    const http::Request& request) {
  auto call = co_await inner_.admit(route, request);
  if (call) calls_.emplace(call->trace_id(), call->deadline());
  co_return call;
}

void WatchedGate::done(const http::RouteInfo& route, const Call& call, int status) {
  calls_.erase(std::string(call.trace_id()));
  inner_.done(route, call, status);
}

std::optional<Instant> WatchedGate::earliest() const {
  std::optional<Instant> earliest;
  for (const auto& [trace, deadline] : calls_) {
    if (!earliest || deadline < *earliest) earliest = deadline;
  }
  return earliest;
}

// What CoreServer is to a real process.
struct Node::Served {
  explicit Served(Node& node, std::vector<std::string> known)
      : tasks([](const std::exception_ptr&) {}),
        job_loop([](const std::exception_ptr&) {}),
        memory(node.clock_, cache_bytes_max),
        cache(memory, node.world_.faults),
        models(make_models(node)),
        skills(cache, gateway()),
        recogniser(node.world_.faults),
        recordings({}, node.pool_, node.clock_, node.random_),
        job_runner(node.database_, node.jobs_, node.random_, job_options()),
        gate(node.identity_, node.idempotency_, node.origins_, node.clock_, silent_log()),
        watched(gate),
        identity_routes(node.identity_, guest_permissions(node.world_.apps)),
        tenants(std::move(known)),
        services(make_services(node)),
        errands(services, node.world_.faults),
        http(router, watched, node.random_, {.files = &node.pool_}) {
    for (const app::AppInfo* info : node.world_.apps) apps.push_back(info->make(services));
    for (auto& app : apps) app->mount(services);
    identity_routes.mount(router);
    errands.mount();
  }

  std::unique_ptr<NodeModels> make_models(Node& node) {
    const World& world = node.world_;
    if (world.providers == nullptr) return nullptr;
    return std::make_unique<NodeModels>(NodeModels::Parts{.providers = *world.providers,
                                                          .checker = world.model_checker,
                                                          .clock = node.clock_,
                                                          .random = node.random_,
                                                          .cache = cache,
                                                          .is_poor = world.is_poor});
  }
  gateway::Gateway* gateway() { return models ? &models->gateway() : nullptr; }

  app::Services make_services(Node& node) {
    return {.clock = node.clock_,
            .random = node.random_,
            .log = silent_log(),
            .metrics = node.metrics_,
            .origins = node.origins_,
            .sessions = node.live_,
            .sockets = node.sockets_,
            .identity = node.identity_,
            .database = node.database_,
            .blobs = node.blobs_,
            .blob_ledger = node.blob_ledger_,
            .jobs = node.jobs_,
            .files = node.pool_,
            .changes = node.changes_,
            .waterfalls = node.waterfalls_,
            .network = node.world_.network,
            .router = router,
            .live = node.live_.at(0),
            .recordings = recordings,
            .cache = cache,
            .gateway = gateway(),
            .skills = skills,
            .recogniser = recogniser,
            .tasks = tasks,
            .job_runner = &job_runner,
            .tenants = tenants,
            .settings = "{}",
            .shipped_folder = [](std::string_view) { return std::string(); }};
  }

  TaskGroup tasks;
  TaskGroup job_loop;
  http::Router router;
  store::MemoryCache memory;
  FaultyCache cache;
  std::unique_ptr<NodeModels> models;  // null: rules answer
  skill::Skills skills;
  FaultyRecogniser recogniser;
  record::Recordings recordings;
  store::JobRunner job_runner;
  app::IdentityGate gate;
  WatchedGate watched;
  identity::IdentityRoutes identity_routes;
  std::vector<std::string> tenants;
  app::Services services;
  Errands errands;
  std::vector<std::unique_ptr<app::App>> apps;
  http::Server http;
};

Node::Node(World world, std::shared_ptr<SimulatedDisk> disk, std::uint64_t seed)
    : world_(world),
      clock_(world.clock),
      random_(seed),
      disk_(std::move(disk)),
      database_(disk_, clock_, [&faults = world.faults] { return faults.storage_pace(); }),
      jobs_(database_, random_),
      codes_(clock_, random_),
      identity_({.database = database_,
                 .hashing = pool_,
                 .clock = clock_,
                 .random = random_,
                 .codes = codes_}),
      idempotency_(database_, silent_log()),
      live_({.cores = cores_,
             .log_files = *disk_,
             .folder = "live",
             .files_pool = nullptr,
             .random = random_}),
      life_([](const std::exception_ptr&) {}) {}

Node::~Node() = default;

void Node::start() {
  core().post([this] { life_.spawn(begin()); });
}

Task<> Node::begin() {
  try {
    co_await serve();
    ready_ = true;
  } catch (const Error&) {
    failed_ = true;
  }
}

Task<> Node::serve() {
  Instant deadline = clock_.steady() + 60s;
  auto tenants = co_await identity_.tenants(deadline);
  owner_ = co_await identity_.first_owner_account(deadline);
  served_ = std::make_unique<Served>(*this, std::move(tenants));
  if (served_->models) co_await served_->models->start(database_, deadline);
  co_await live_.start();
  live_started_ = true;
  for (auto& app : served_->apps) co_await app->start();
  served_->job_loop.spawn(served_->job_runner.run());
  served_->http.start(world_.network.listen({"simulated", 80}));
}

void Node::stop() {
  ready_ = false;
  core().post([this] { life_.spawn(end()); });
}

// The order of server::Server::shut_down.
Task<> Node::end() {
  if (served_) {
    Instant deadline = clock_.steady() + stop_time_max;
    served_->http.stop_accepting();
    if (live_started_) co_await live_.close_connections(deadline);
    if (live_started_) co_await sockets_.stop(deadline);
    co_await served_->http.drain(clock_.steady() + stop_time_max / 2);
    co_await served_->http.stop();
    if (live_started_) co_await live_.stop();
    served_->job_runner.stop();
    co_await served_->job_loop.join();
    try {
      co_await within(deadline, served_->tasks.join());
    } catch (const Error&) {
      // Cut off below.
    }
    co_await served_->tasks.stop();
    if (served_->models) co_await served_->models->stop(database_, deadline + stop_time_max);
    served_.reset();
  }
  over_ = true;
}

bool Node::die() {
  clock_.die();
  if (served_ && served_->models) served_->models->die();
  ready_ = false;
  Instant limit = clock_.steady() + time_to_end_max;
  bool asked = over_;
  for (int step = 0; step < steps_to_end_max; ++step) {
    if (core().poll_one()) continue;
    if (!asked && life_.size() == 0) {
      asked = true;
      stop();
      continue;
    }
    if (life_.size() == 0) return true;
    auto next = core().timers().next();
    if (!next || *next > limit) return false;
    clock_.move_to(*next + 1us);
    core().post([this] { core().timers().fire(clock_.steady()); });
  }
  return false;
}

std::string Node::sign_in_code() { return codes_.make(owner_); }

void Node::inspect(Checker& checker, const std::vector<std::string>& sessions) {
  if (!ready_) return;
  const live::Limits& limits = live_.at(0).limits();
  for (const std::string& id : sessions) {
    auto session = live_.at(0).find(id);
    if (!session) continue;
    checker.on_count("bytes in a session's tail", session->tail().bytes(), limits.tail.bytes_max);
    checker.on_count("messages that wait", session->waiting_messages(), limits.inputs.messages_max);
  }
  if (served_->models) served_->models->inspect(checker, served_->tenants.front());
  auto earliest = served_->watched.earliest();
  if (earliest && *earliest + call_grace < clock_.steady()) {
    checker.fail("a call goes on long after its deadline");
  }
}

void Node::expect_idle(Checker& checker) {
  checker.on_count("sessions in the end", live_.at(0).sessions(), 0);
  checker.on_count("live connections in the end", live_.at(0).connections(), 0);
  checker.on_count("HTTP connections in the end", served_->http.connections(), 0);
  checker.on_count("calls in the end", served_->watched.calls(), 0);
  checker.on_count("tasks in the end", served_->tasks.size(), 0);
  if (!served_->models) return;
  checker.on_count("answers of models in the end", served_->models->running(), 0);
}

namespace {

// The pointers stay good: the caller runs it to its end.
Task<> prepare(const Apps* apps, store::Database* database, identity::Identity* identity,
               const Furnish* furnish) {
  Instant deadline = Core::here().clock().steady() + 1h;
  std::vector<store::MigrationSet> sets = app::migration_sets(*apps);
  sets.push_back({"errands", Errands::migrations()});
  co_await store::migrate(*database, std::move(sets), deadline);
  auto owner = co_await identity->ensure_first_owner(deadline);
  ENSURE(owner, "a fresh disk has no owner yet");
  co_await database->write(
      deadline, [furnish, tenant = owner->tenant](store::Tx& tx) { (*furnish)(tx, tenant); });
}

}  // namespace

std::shared_ptr<SimulatedDisk> fresh_disk(const Apps& apps, const Furnish& furnish) {
  auto disk = std::make_shared<SimulatedDisk>();
  testing::VirtualTime time;
  SeededRandom random(0);
  Pool pool({.name = "simulated", .threads = 0});
  SimulatedDatabase database(disk, time.clock(), [] { return Duration(1us); });
  identity::SignInCodes codes(time.clock(), random);
  identity::Identity identity({.database = database,
                               .hashing = pool,
                               .clock = time.clock(),
                               .random = random,
                               .codes = codes});
  time.run(prepare(&apps, &database, &identity, &furnish));
  return disk;
}

}  // namespace antiphon::simulate
