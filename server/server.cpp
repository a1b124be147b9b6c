#include "server/server.h"

#include <fmt/format.h>

#include "engine/http/problem.h"
#include "engine/store/migration.h"
#include "server/server_metrics.h"

namespace antiphon::server {
namespace {

constexpr Duration start_time_max = std::chrono::seconds(60);
constexpr Duration ready_time_max = std::chrono::seconds(8);
// For clients that were told to come again to close their side.
constexpr Duration clients_away_max = std::chrono::seconds(2);
constexpr Duration count_interval = std::chrono::seconds(1);
constexpr Duration certificate_check_interval = std::chrono::seconds(1);
constexpr Duration forget_interval = std::chrono::minutes(10);
constexpr Duration measure_interval = std::chrono::seconds(60);
constexpr Duration measure_time_max = std::chrono::seconds(5);

std::vector<const app::AppInfo*> chosen(std::vector<const app::AppInfo*> apps,
                                        const std::string& only) {
  if (only.empty()) return apps;
  std::erase_if(apps, [&](const app::AppInfo* info) { return info->name != only; });
  if (apps.empty()) throw Error(Code::invalid, fmt::format("There is no app \"{}\".", only));
  return apps;
}

bool is_loopback(const Endpoint& endpoint) {
  return endpoint.host.starts_with("127.") || endpoint.host == "::1";
}

}  // namespace

Server::Server(Settings settings, std::vector<const app::AppInfo*> apps, Inheritance inheritance)
    : apps_(chosen(std::move(apps), settings.server.app)),
      process_(std::move(settings), inheritance.keep_waiting),
      inheritance_(std::move(inheritance)),
      chores_([this](const std::exception_ptr& failure) {
        process_.log.error("A task failed.", {{"error", http::error_from(failure).message()}});
      }) {}

Server::~Server() = default;

void Server::run(std::function<Task<>(Started)> serve) {
  TaskGroup main([this](const std::exception_ptr& error) { failure_ = error; });
  process_.cores.at(0).post([&] { main.spawn(live_once(std::move(serve))); });
  process_.cores.run();
  if (failure_) std::rethrow_exception(failure_);
}

Task<> Server::live_once(std::function<Task<>(Started)> serve) {
  try {
    co_await serve(co_await start());
  } catch (...) {
    failure_ = std::current_exception();  // thrown on when the cores have stopped: they run no more
  }
  co_await shut_down();
  process_.cores.stop();
}

Task<Started> Server::start() {
  Instant deadline = process_.clock.steady() + start_time_max;
  if (process_.tracer) trace_export_ = std::make_unique<TraceExport>(process_);
  co_await migrate_all();
  Started started;
  started.new_owner = co_await process_.identity.ensure_first_owner(deadline);
  process_.models.budgets.load(
      co_await process_.models.usage.load_spent(*process_.database, deadline));
  co_await make_cores();
  co_await process_.live.start();
  live_started_ = true;
  co_await on_each_core([](CoreServer& core) { return core.start_apps(); });
  chores_.spawn(check_recogniser());
  Instant ready_by = process_.clock.steady() + ready_time_max;
  co_await on_each_core([ready_by](CoreServer& core) { return core.apps_ready(ready_by); });
  co_await listen();
  Endpoint local = listeners_.front()->local();
  started.address = (process_.tls ? "https://" : "http://") + local.text();
  std::string owner = co_await process_.identity.first_owner_account(deadline);
  started.token = (co_await process_.identity.issue(owner, deadline)).token;
  if (is_loopback(local)) {
    started.sign_in_link =
        fmt::format("{}/#sign-in={}", started.address, process_.codes.make(owner));
  }
  process_.data.announce(started.address, started.token);
  chores_.spawn(count_connections());
  if (process_.tls) chores_.spawn(watch_certificate());
  chores_.spawn(forget_keys());
  chores_.spawn(measure_database());
  if (trace_export_) chores_.spawn(trace_export_->run());
  if (inheritance_.on_serving) inheritance_.on_serving();
  co_return started;
}

Task<> Server::migrate_all() {
  co_await store::migrate(*process_.database, app::migration_sets(apps_),
                          process_.clock.steady() + start_time_max);
}

Task<> Server::make_cores() {
  auto tenants = co_await process_.identity.tenants(process_.clock.steady() + start_time_max);
  cores_.resize(process_.cores.size());
  for (unsigned i = 0; i < process_.cores.size(); ++i) {
    co_await on_core(process_.cores.at(i), [this, i, tenants]() -> Task<> {
      cores_[i] = std::make_unique<CoreServer>(process_, apps_, tenants);
      cores_[i]->mount();
      co_return;
    });
  }
}

Task<> Server::listen() {
  for (Descriptor& socket : inheritance_.sockets) {
    listeners_.push_back(process_.network.adopt(std::move(socket)));
  }
  if (listeners_.empty()) {
    listeners_.push_back(process_.network.listen(parse_endpoint(process_.settings.server.listen)));
  }
  co_await on_each_core([this](CoreServer& core) -> Task<> {
    for (auto& listener : listeners_) core.accept(listener->share());
    co_return;
  });
}

std::vector<Descriptor> Server::copy_sockets() const {
  std::vector<Descriptor> copies;
  for (const auto& listener : listeners_) copies.push_back(listener->copy_socket());
  return copies;
}

std::unique_ptr<HandOver> Server::make_hand_over() {
  HandOver::Parts parts{.folder = process_.data.path(),
                        .copy_sockets = [this] { return copy_sockets(); },
                        .tls = process_.tls != nullptr,
                        .drain = process_.settings.server.shutdown_ms,
                        .log = process_.log};
  try {
    return std::make_unique<HandOver>(std::move(parts));
  } catch (const Error& error) {
    process_.log.warning("Nobody can take over from this server (serve --take-over).",
                         {{"reason", error.message()}, {"detail", error.detail()}});
    return nullptr;
  }
}

// English speech may be missing; then the page says so, and typed text works.
Task<> Server::check_recogniser() {
  CoreSpeech& speech = cores_.front()->speech();
  for (const std::string& problem : co_await speech.check_servers()) process_.log.warning(problem);
  auto problem = co_await speech.embedded_recogniser().check();
  process_.set_recogniser_problem(problem.value_or(""));
  if (problem) process_.log.warning(*problem);
  app::Dependency media = Process::media_state();
  if (!media.message.empty()) process_.log.warning(media.message);
}

Task<> Server::count_connections() {
  for (;;) {
    std::int64_t open = 0;
    for (unsigned i = 0; i < process_.cores.size(); ++i) {
      open += static_cast<std::int64_t>(co_await on_core(
          process_.cores.at(i),
          [this, i]() -> Task<std::size_t> { co_return cores_[i]->connections(); }));
    }
    process_.connections = open;
    process_.own_metrics.sample();
    co_await sleep_for(count_interval);
  }
}

// A renewed certificate is served from now on; a broken one changes nothing but the log.
Task<> Server::watch_certificate() {
  auto valid_until = process_.metrics.gauge(certificate_metric);
  for (;;) {
    auto until = process_.tls->valid_until().time_since_epoch();
    valid_until.set(std::chrono::duration<double>(until).count());
    co_await sleep_for(certificate_check_interval);
    if (!process_.tls->has_changed()) continue;
    try {
      process_.tls->reload(process_.clock.now());
      process_.log.info("The TLS certificate was read again.");
    } catch (const Error& error) {
      process_.log.error("The changed TLS files are not taken; those from before are served.",
                         {{"error", error.message()}});
    }
  }
}

// Idempotency keys are kept for a day.
Task<> Server::forget_keys() {
  for (;;) {
    Instant deadline = process_.clock.steady() + forget_interval;
    try {
      co_await process_.idempotency.forget(co_await process_.identity.tenants(deadline),
                                           process_.clock.now(), deadline);
    } catch (const Error& error) {
      process_.log.warning("Old idempotency keys were not taken away.",
                           {{"error", error.message()}});
    }
    co_await sleep_for(forget_interval);
  }
}

Task<> Server::measure_database() {
  for (;;) {
    try {
      co_await process_.database->measure(process_.clock.steady() + measure_time_max);
    } catch (const Error&) {
      // That the database is away is told by /ready; the metric keeps its last value.
    }
    co_await sleep_for(measure_interval);
  }
}

// Of models, by what ended now: what was used, and answers to be kept. What cannot be written is
// lost.
Task<> Server::write_usage() {
  Instant deadline = process_.clock.steady() + process_.settings.server.shutdown_ms / 8;
  try {
    co_await process_.models.usage.flush(*process_.database, deadline);
  } catch (const Error& error) {
    process_.log.error("What models were used was not written.", {{"error", error.message()}});
  }
  if (process_.answers) co_await process_.answers->flush(deadline);
}

Task<> Server::stop_accepting() {
  co_await on_each_core([](CoreServer& core) -> Task<> {
    core.stop_accepting();
    co_return;
  });
  listeners_.clear();
}

// The order of stopping: no new work, then the work there is, then what the work stands on. Live
// sessions go on until no request can reach them any more.
Task<> Server::shut_down() {
  Duration time = process_.settings.server.shutdown_ms;
  Instant away = process_.clock.steady() + std::min<Duration>(clients_away_max, time / 4);
  Instant half = process_.clock.steady() + time / 2;
  Instant most = process_.clock.steady() + time * 3 / 4;
  co_await stop_accepting();
  co_await chores_.stop();
  if (live_started_) co_await process_.live.close_connections(away);
  if (live_started_) co_await process_.sockets.stop(away);
  co_await on_all_cores([half](CoreServer& core) { return core.drain_http(half); });
  co_await on_each_core([](CoreServer& core) { return core.stop_recordings(); });
  if (live_started_) co_await process_.live.stop();
  co_await on_each_core([](CoreServer& core) { return core.stop_jobs(); });
  co_await on_all_cores([most](CoreServer& core) { return core.stop_tasks(most); });
  co_await write_usage();
  // Whoever was cut has left a transaction behind, which may refer to what goes now.
  co_await process_.database->settle();
  for (unsigned i = 0; i < cores_.size(); ++i) {
    co_await on_core(process_.cores.at(i), [this, i]() -> Task<> {
      cores_[i].reset();
      co_return;
    });
  }
  if (trace_export_) co_await trace_export_->stop(process_.clock.steady() + time / 8);
  trace_export_.reset();
}

template <class F>
Task<> Server::on_each_core(F action) {
  for (unsigned i = 0; i < cores_.size(); ++i) {
    if (!cores_[i]) continue;
    co_await on_core(process_.cores.at(i), [this, i, action] { return action(*cores_[i]); });
  }
}

// The same, but none waits for another.
template <class F>
Task<> Server::on_all_cores(F action) {
  TaskGroup all([this](const std::exception_ptr& failure) {
    process_.log.error("A task failed.", {{"error", http::error_from(failure).message()}});
  });
  for (unsigned i = 0; i < cores_.size(); ++i) {
    if (!cores_[i]) continue;
    all.spawn(on_core(process_.cores.at(i), [this, i, action] { return action(*cores_[i]); }));
  }
  co_await all.join();
}

}  // namespace antiphon::server
