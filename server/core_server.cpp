#include "server/core_server.h"

#include "engine/app/health.h"
#include "engine/http/openapi.h"
#include "engine/http/problem.h"
#include "server/loop_watch.h"

namespace antiphon::server {
namespace {

constexpr std::string_view sweep_kind = "store.sweep_blobs";
constexpr Duration schedule_time_max = std::chrono::seconds(10);
constexpr std::size_t cache_bytes_max = std::size_t{64} << 20;

// What somebody with an anonymous token may do: use the apps, change nothing of the tenant.
std::vector<std::string> anonymous_permissions(std::span<const app::AppInfo* const> apps) {
  std::vector<std::string> all{"identity:self:read"};
  for (const app::AppInfo* info : apps) {
    for (std::string_view permission : info->guest_permissions) all.emplace_back(permission);
  }
  return all;
}

// Of a key for which none are named: what OpenAI's clients do.
std::vector<std::string> front_permissions() {
  return {std::string(front::chat_permission), std::string(front::embedding_permission),
          std::string(front::model_permission), std::string(front::transcription_permission),
          std::string(front::speech_permission)};
}

std::string app_settings(const Process& process, std::string_view app) {
  if (app != "director") return "{}";
  director::DirectorSettings settings = process.settings.director;
  if (settings.uploads.empty()) settings.uploads = process.data.path() / "director-uploads";
  if (settings.work.empty()) settings.work = process.data.path() / "director-work";
  return schema::to_json(settings);
}

std::optional<store::LayeredCache> over(store::Cache& first, store::SqlCache* second) {
  if (second == nullptr) return std::nullopt;
  return std::optional<store::LayeredCache>(std::in_place, first, *second);
}

void log_failure(log::Logger& log, const std::exception_ptr& failure) {
  Error error = http::error_from(failure);
  log.error("A task failed.", {{"error", error.message()}, {"detail", error.detail()}});
}

}  // namespace

CoreServer::CoreServer(Process& process, std::span<const app::AppInfo* const> apps,
                       std::vector<std::string> tenants)
    : process_(process),
      tenants_(std::move(tenants)),
      infos_(apps.begin(), apps.end()),
      tasks_([&log = process.log](auto failure) { log_failure(log, failure); }),
      job_loop_([&log = process.log](auto failure) { log_failure(log, failure); }),
      watches_([&log = process.log](auto failure) { log_failure(log, failure); }),
      cache_(process.clock, cache_bytes_max, &process.metrics),
      shared_cache_(over(cache_, process.answers.get())),
      models_({.settings = process.settings,
               .shared = process.models,
               .network = process.network,
               .random = process.random,
               .cache = cache_,
               .second_cache = process.answers.get(),
               .metrics = process.metrics,
               .log = process.log,
               .homes = &process.gateways}),
      prompts_(process.data.path() / "prompts", process.files, process.log),
      skills_(answer_cache(), gateway(), &process.metrics, &prompts_),
      speech_(process),
      recordings_(process.recording_options(), process.files, process.clock, process.random),
      gate_(process.identity, process.idempotency, process.origins, process.clock, process.log),
      identity_routes_(process.identity, anonymous_permissions(apps)),
      key_routes_(process.identity, front_permissions(),
                  [&budgets = process.models.budgets](const std::string& tenant,
                                                      const std::string& key_id) {
                    return budgets.spent(tenant, key_id);
                  }),
      job_routes_(process.jobs),
      synthesis_routes_(speech_.synthesiser()),
      usage_routes_({.usage = process.models.usage,
                     .database = *process.database,
                     .currency = process.settings.gateway.currency}),
      front_(
          {.gateway = models_.gateway(), .started = process.started, .metrics = &process.metrics}),
      audio_routes_({.recogniser = speech_.recogniser(), .synthesiser = speech_.synthesiser()}),
      http_(router_, gate_, process.random,
            {.origins = process.origins,
             .tls = process.tls.get(),
             .is_secure = process.tls != nullptr,
             .files = &process.files,
             .uploads = &process.uploads,
             .metrics = &process.metrics,
             .tracer = process.tracer.get(),
             .log = process.log}) {
  if (Core::here().index() == 0) {
    job_runner_ = std::make_unique<store::JobRunner>(
        *process.database, process.jobs, process.random,
        store::JobRunner::Options{
            .metrics = &process.metrics, .tracer = process.tracer.get(), .log = process.log});
  }
  for (const app::AppInfo* info : infos_) {
    services_.push_back(std::make_unique<app::Services>(make_services(*info)));
    apps_.push_back(info->make(*services_.back()));
  }
}

CoreServer::~CoreServer() = default;

gateway::Gateway* CoreServer::gateway() {
  return process_.models.are_there() ? &models_.gateway() : nullptr;
}

store::Cache& CoreServer::answer_cache() {
  if (shared_cache_) return *shared_cache_;
  return cache_;
}

app::Services CoreServer::make_services(const app::AppInfo& info) {
  return {.clock = process_.clock,
          .random = process_.random,
          .log = process_.log,
          .metrics = process_.metrics,
          .tracer = process_.tracer.get(),
          .origins = process_.origins,
          .sessions = process_.live,
          .sockets = process_.sockets,
          .identity = process_.identity,
          .database = *process_.database,
          .blobs = process_.blobs,
          .blob_ledger = process_.blob_ledger,
          .jobs = process_.jobs,
          .files = process_.files,
          .changes = process_.changes,
          .waterfalls = process_.waterfalls,
          .network = process_.network,
          .router = router_,
          .live = process_.live.at(Core::here().index()),
          .recordings = recordings_,
          .cache = cache_,
          .gateway = gateway(),
          .skills = skills_,
          .recogniser = speech_.recogniser(),
          .tasks = tasks_,
          .job_runner = job_runner_.get(),
          .tenants = tenants_,
          .settings = app_settings(process_, info.name),
          .shipped_folder = shipped_folder};
}

void CoreServer::mount() {
  router_.reserve(std::string(reserved_path));
  for (std::size_t i = 0; i < apps_.size(); ++i) apps_[i]->mount(*services_[i]);
  identity_routes_.mount(router_);
  key_routes_.mount(router_);
  job_routes_.mount(router_);
  synthesis_routes_.mount(router_);
  usage_routes_.mount(router_);
  front_.mount(router_);
  audio_routes_.mount(router_);
  mount_engine();
}

void CoreServer::mount_engine() {
  app::mount_health(
      router_,
      {.version = std::string(version),
       .started = process_.started,
       .open_connections = [this] { return process_.connections.load(); },
       .checks = {[this](Call call) -> Task<app::Dependency> {
                    return app::check_database(*process_.database, std::move(call));
                  },
                  [this](Call) -> Task<app::Dependency> { co_return process_.recogniser_state(); },
                  [](Call) -> Task<app::Dependency> { co_return Process::media_state(); }},
       .metrics = process_.metrics});
  process_.sockets.mount(router_, "/socket.io/");
  http::add_docs(router_, {.version = std::string(version)});
  std::string pages = process_.settings.server.pages;
  if (pages.empty()) pages = shipped_folder("web");
  if (pages.empty()) return;
  pages_ = std::make_unique<http::StaticFolder>(
      pages, http::StaticFolder::Options{.fallback = "index.html"});
  pages_->mount(router_);
}

Task<> CoreServer::start_apps() {
  for (auto& app : apps_) co_await app->start();
  if (job_runner_) {
    co_await schedule_upkeep();
    job_loop_.spawn(job_runner_->run());
    if (process_.models.are_there()) models_.keep(watches_, *process_.database);
  }
  watches_.spawn(watch_loop(loop_lateness(process_.metrics)));
}

Task<> CoreServer::schedule_upkeep() {
  job_runner_->handle(std::string(sweep_kind), [this](store::JobContext job) -> Task<> {
    int removed = co_await process_.blob_ledger.sweep(job.call().deadline());
    job.result(std::to_string(removed));
  });
  Instant deadline = process_.clock.steady() + schedule_time_max;
  co_await process_.database->write(deadline, [&jobs = process_.jobs](store::Tx& tx) {
    jobs.schedule(tx, {.tenant = std::string(store::system_tenant),
                       .name = "sweep-blobs",
                       .kind = std::string(sweep_kind),
                       .payload = "{}",
                       .rule = "every 10m"});
  });
}

Task<> CoreServer::apps_ready(Instant deadline) {
  for (std::size_t i = 0; i < apps_.size(); ++i) {
    try {
      co_await within(deadline, apps_[i]->ready());
    } catch (const Error& error) {
      process_.log.warning("An app is not ready yet; serving all the same.",
                           {{"app", infos_[i]->name}, {"error", error.message()}});
    }
  }
}

void CoreServer::accept(std::unique_ptr<Listener> listener) { http_.start(std::move(listener)); }

Task<> CoreServer::drain_http(Instant deadline) {
  co_await http_.drain(deadline);
  co_await http_.stop();
}

Task<> CoreServer::stop_jobs() {
  if (job_runner_) job_runner_->stop();
  co_await job_loop_.join();
}

Task<> CoreServer::stop_tasks(Instant deadline) {
  co_await watches_.stop();
  try {
    co_await within(deadline, tasks_.join());
  } catch (const Error&) {
    process_.log.warning("Some work did not end in time and is cut off.");
  }
  co_await tasks_.stop();
  co_await models_.stop();
  co_await speech_.stop();
}

}  // namespace antiphon::server
