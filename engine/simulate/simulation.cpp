#include "engine/simulate/simulation.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "engine/base/ids.h"
#include "engine/simulate/world.h"

namespace antiphon::simulate {
namespace {

// Clips that the visitors' sentences are about, as the director's table has them.
constexpr const char* clips[][2] = {
    {"Football in the goal", R"(["soccer","team","match"])"},
    {"Stock chart falling", R"(["market","crash","finance"])"},
    {"Rain on a window", R"(["weather","storm"])"},
    {"Train in the hills", R"(["railway","travel"])"},
};

void furnish(store::Tx& tx, const std::string& tenant) {
  constexpr store::Statement insert_clip{
      "simulate.insert_clip",
      "INSERT INTO director_assets (tenant_id, id, title, description, tags, topic, sentiment, "
      "licence, attribution, content_type, duration_ms, content_hash, thumbnail_hash, created_at) "
      "VALUES ($1, $2, $3, '', $4, '', 'neutral', '', '', 'video/mp4', 4000, $2, '', 0)"};
  SeededRandom random(1);
  for (auto [title, tags] : clips) {
    tx.execute(insert_clip, tenant, make_id("ast", random), title, tags);
  }
}

}  // namespace

Stage::Stage(Apps apps) : apps_(std::move(apps)) {
  auto is_director = [](const app::AppInfo* info) { return info->name == "director"; };
  if (std::ranges::none_of(apps_, is_director)) {
    throw Error(Code::unsupported, "Visitors talk to the app \"director\", which is not there.");
  }
  disk_ = fresh_disk(apps_, furnish);
}

Result simulate(const Stage& stage, const Plan& plan) { return World(stage, plan).run(); }

Result shrink(const Stage& stage, Result failed) {
  for (bool is_smaller = true; is_smaller;) {
    is_smaller = false;
    for (const Plan& plan : smaller_plans(failed.plan)) {
      Result result = simulate(stage, plan);
      if (result.violations.empty()) continue;
      failed = std::move(result);
      is_smaller = true;
      break;
    }
  }
  return failed;
}

void simulate_seeds(const Stage& stage, std::uint64_t first, std::uint64_t count, Duration length,
                    unsigned threads, const std::function<bool(const Result&)>& tell) {
  std::atomic<std::uint64_t> next{first};
  std::atomic<bool> goes_on{true};
  std::mutex mutex;
  auto work = [&] {
    for (std::uint64_t seed; goes_on && (seed = next++) < first + count;) {
      Result result = simulate(stage, make_plan(seed, length));
      std::lock_guard lock(mutex);
      if (!tell(result)) goes_on = false;
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < std::max(1u, threads); ++i) workers.emplace_back(work);
}

}  // namespace antiphon::simulate
