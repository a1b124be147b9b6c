#include "engine/simulate/world.h"

#include <fmt/format.h>

#include "engine/live/engine_events.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

// Once calm, everybody finds back and ends within this.
constexpr Duration calm_time_max = 15min;
// Until abandoned sessions have ended: an app's retention, and the hub's round.
constexpr Duration rest_time = 12min;
// Of tearing a world down; then something hangs.
constexpr int steps_to_end_max = 1'000'000;
constexpr Duration look_interval = 250ms;

std::set<std::string, std::less<>> undroppable(const Apps& apps) {
  std::set<std::string, std::less<>> logged;
  std::set<std::string, std::less<>> droppable;
  auto sort = [&](std::span<const live::EventType* const> types) {
    for (const live::EventType* type : types) {
      (live::is_droppable(type->lane) ? droppable : logged).emplace(type->name);
    }
  };
  for (const app::AppInfo* info : apps) sort(info->events);
  sort(live::engine_events());
  // A name of both kinds says nothing.
  for (const std::string& name : droppable) logged.erase(name);
  return logged;
}

}  // namespace

World::World(const Stage& stage, const Plan& plan)
    : stage_(stage),
      plan_(plan),
      random_(plan.seed),
      faults_(plan_, random_),
      network_(random_, [this] { return faults_.link(); }),
      http_(network_, {.reach = http::Reach::everywhere}),
      model_checker_({.has_models = plan.models, .has_good_cache = !plan.slow_skills},
                     [this](std::string what) { checker_.fail(std::move(what)); }),
      checker_(undroppable(stage.apps()), &model_checker_),
      providers_(clock_, random_, faults_, model_checker_),
      surroundings_{
          http_,   random_,
          faults_, checker_,
          trace_,  [this] { return node_ && node_->is_ready() ? node_->sign_in_code() : ""; }},
      disk_(stage.disk().after_kill()),
      tasks_([this](const std::exception_ptr& failure) {
        try {
          std::rethrow_exception(failure);
        } catch (const std::exception& error) {
          checker_.fail(fmt::format("the world failed: {}", error.what()));
        }
      }) {
  for (unsigned i = 0; i < plan_.visitors; ++i) {
    visitors_.push_back(std::make_unique<Visitor>(surroundings_, i + 1, plan_));
  }
}

World::~World() = default;

Result World::run() {
  live();
  Result result{.plan = plan_,
                .hash = trace_.hash(),
                .steps = steps_,
                .frames = checker_.frames(),
                .turns = checker_.turns(),
                .answered = model_checker_.turns(),
                .model_calls = model_checker_.calls(),
                .model_repairs = model_checker_.repairs(),
                .faults = faults_.counts(),
                .violations = checker_.violations()};
  if (!is_sound()) result.last = trace_.last();
  clear_up();
  return result;
}

void World::live() {
  core_.post([this] {
    plan_trouble();
    tasks_.spawn(keep_server());
    for (auto& visitor : visitors_) tasks_.spawn(visitor->live());
  });
  run_until([] { return false; }, plan_.length);
  if (!is_sound()) return;
  faults_.calm = surroundings_.is_over = true;
  disk_->is_full = false;
  auto all_done = [this] {
    return std::ranges::all_of(visitors_, [](const auto& visitor) { return visitor->is_done(); });
  };
  if (!run_until(all_done, calm_time_max) && is_sound()) {
    checker_.fail("a visitor does not come to its end");
  }
  run_until([] { return false; }, rest_time);
  if (!is_sound()) return;
  node_->expect_idle(checker_);
  keeps_server_ = false;
  node_->stop();
  if (!run_until([this] { return node_->is_over(); }, 1min)) {
    checker_.fail("a server that is told to stop does not end");
  }
  check_errands();
  checker_.on_end();
  model_checker_.on_end();
}

// Gives whether `done` within `max`; leaves at the first violation.
bool World::run_until(const std::function<bool()>& done, Duration max) {
  Instant limit = clock_.steady() + max;
  while (is_sound() && !done()) {
    if (step(limit)) continue;
    clock_.advance(std::max(Duration::zero(), limit - clock_.steady()));
    return done();
  }
  return done();
}

// False when nothing is left to do before `limit`.
bool World::step(Instant limit) {
  ++steps_;
  if (node_ && node_->core().poll_one()) {
    check();
    return true;
  }
  if (core_.poll_one()) return true;
  auto next = core_.timers().next();
  if (node_) {
    auto of_node = node_->core().timers().next();
    if (!next || (of_node && *of_node < *next)) next = of_node;
  }
  if (!next || *next > limit) return false;
  if (*next > clock_.steady()) clock_.advance(*next - clock_.steady() + 1us);
  core_.post([this] { core_.timers().fire(clock_.steady()); });
  if (node_) {
    Core& core = node_->core();
    core.post([this, &core] { core.timers().fire(clock_.steady()); });
  }
  return true;
}

void World::check() {
  if (!node_->is_ready()) return;
  std::vector<std::string> sessions;
  for (const auto& visitor : visitors_) {
    if (!visitor->session().empty()) sessions.push_back(visitor->session());
  }
  node_->inspect(checker_, sessions);
}

// Ends what still goes on, also after a violation.
void World::clear_up() {
  keeps_server_ = false;
  TaskGroup last([](const std::exception_ptr&) {});
  bool begun = false;
  core_.post([&] {
    begun = true;
    last.spawn(tasks_.stop());
    last.spawn(http_.stop());
  });
  for (int i = 0; i < steps_to_end_max && !(begun && last.size() == 0); ++i) {
    if (!step(Instant::max())) break;
  }
  bury();
}

Duration World::within_talk() {
  return Duration(random_.below(static_cast<std::uint64_t>(plan_.length.count())));
}

void World::plan_trouble() {
  auto plan = [this](unsigned times, std::function<Task<>()> happen) {
    for (unsigned i = 0; i < times; ++i) {
      tasks_.spawn(make_trouble({clock_.steady() + within_talk(), happen}));
    }
  };
  plan(plan_.kills, [this] { return end_server(End::kill); });
  plan(plan_.power_cuts, [this] { return end_server(End::power_cut); });
  plan(plan_.restarts, [this] { return end_server(End::restart); });
  if (plan_.slow_storage) plan(2, [this] { return storage_outage(); });
  if (plan_.full_disk) plan(2, [this] { return full_disk(); });
}

Task<> World::make_trouble(Trouble trouble) {
  co_await sleep_until(trouble.when);
  co_await trouble.happen();
}

// Starts the server whenever there is none.
Task<> World::keep_server() {
  while (keeps_server_) {
    if (node_ && node_->failed()) bury();
    if (!node_) boot();
    co_await sleep_for(look_interval);
  }
}

void World::boot() {
  Node::World world{.apps = stage_.apps(),
                    .clock = clock_,
                    .network = network_,
                    .faults = faults_,
                    .providers = plan_.models ? &providers_ : nullptr,
                    .model_checker = model_checker_,
                    .is_poor = plan_.poor};
  node_ = std::make_unique<Node>(world, disk_, random_.next());
  node_->start();
  trace_.add(clock_.now(), "world", fmt::format("boot {}", ++boots_));
}

Task<> World::end_server(End how) {
  if (!node_ || !node_->is_ready() || faults_.calm) co_return;
  constexpr const char* names[] = {"kill", "power cut", "restart"};
  const char* name = names[static_cast<std::size_t>(how)];
  faults_.count(name);
  trace_.add(clock_.now(), "world", name);
  if (how == End::restart) {
    node_->stop();
    while (node_ && !node_->is_over()) co_await sleep_for(look_interval);
  } else {
    if (how == End::power_cut) checker_.on_power_cut();
    network_.lose_server(how == End::power_cut && random_.below(2) == 0);
    disk_ = how == End::kill ? disk_->after_kill() : disk_->after_power_cut(random_);
  }
  bury();
}

// The old process ends outside of the world's time.
void World::bury() {
  if (!node_) return;
  network_.lose_server(false);
  if (!node_->die()) {
    checker_.fail("a process does not end");
    static_cast<void>(node_.release());  // it cannot be taken apart
  }
  node_.reset();
}

Task<> World::storage_outage() {
  faults_.storage_away = true;
  co_await sleep_for(faults_.pause(20s));
  faults_.storage_away = false;
}

Task<> World::full_disk() {
  faults_.count("full disk");
  trace_.add(clock_.now(), "world", "the disk is full");
  disk_->is_full = true;
  co_await sleep_for(faults_.pause(20s));
  disk_->is_full = false;
  trace_.add(clock_.now(), "world", "the disk has room");
}

// Each errand that was taken on had its effect once.
Task<> World::look_at_errands() {
  SimulatedDatabase database(disk_, clock_, [] { return Duration(1us); });
  auto effects = co_await database.read(clock_.steady() + 1s, &Errands::effects);
  co_await database.read(clock_.steady() + 1s, [this](store::Tx& tx) { look_at_usage(tx); });
  for (const auto& visitor : visitors_) {
    for (const std::string& name : visitor->errands()) {
      if (!effects.contains(name)) checker_.fail("errand " + name + " is lost");
    }
  }
  for (const auto& [name, count] : effects) {
    if (count != 1) checker_.fail(fmt::format("errand {} had its effect {} times", name, count));
  }
  errands_seen_ = true;
}

// What a crash takes, or a database that is away when the server ends, is missing; never is there
// more than was used.
void World::look_at_usage(store::Tx& tx) {
  constexpr store::Statement all_usage{
      "simulate.all_usage",
      "SELECT COALESCE(SUM(attempts), 0), COALESCE(SUM(cost_micros), 0) FROM model_usage"};
  bool is_whole = plan_.kills == 0 && plan_.power_cuts == 0 && !plan_.slow_storage;
  for (const store::Row& row : tx.query(all_usage)) {
    model_checker_.on_usage(row.integer(0), row.integer(1), is_whole);
  }
}

void World::check_errands() {
  bury();
  core_.post([this] { tasks_.spawn(look_at_errands()); });
  if (!run_until([this] { return errands_seen_; }, 10s)) checker_.fail("errands are unreadable");
}

}  // namespace antiphon::simulate
