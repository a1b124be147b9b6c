#include "engine/load/run.h"

#include <algorithm>

#include "engine/async/call.h"
#include "engine/load/user.h"

namespace antiphon::load {
namespace {

Task<Sounds> load_sounds(Scenario scenario) {
  Sounds sounds;
  for (const Step& step : scenario.steps) {
    if (step.action != Action::audio || sounds.contains(step.file)) continue;
    auto pcm = co_await speech::decode_file(scenario.folder / step.file);
    sounds.emplace(step.file, std::move(pcm.samples));
  }
  co_return sounds;
}

}  // namespace

// Whoever runs it waits for its end.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<Report> run_scenario(Scenario scenario, Network& network, Random& random, Target target) {
  Sounds sounds = co_await load_sounds(scenario);
  Tally tally;
  const Clock& clock = Core::here().clock();
  Instant begin = clock.steady();
  Visit visit{.scenario = scenario,
              .sounds = sounds,
              .network = network,
              .random = random,
              .target = target,
              .tally = tally,
              .end = begin + scenario.duration};
  std::vector<std::unique_ptr<User>> users;
  TaskGroup coming([&tally](const std::exception_ptr&) { tally.failed("user", "internal", ""); });
  for (std::int64_t i = 0; i < scenario.users; ++i) {
    auto since = std::chrono::duration<double>(static_cast<double>(i) / scenario.spawn_per_second);
    Instant arrival = begin + std::chrono::duration_cast<Duration>(since);
    if (arrival >= visit.end) break;
    users.push_back(std::make_unique<User>(visit, i + 1));
    coming.spawn(users.back()->live(arrival));
  }
  try {
    co_await within(visit.end + end_time_max, coming.join());
  } catch (const Error&) {
    // Those who are still at it are cut off.
  }
  tally.dropped(std::ranges::count_if(users, [](const auto& user) { return user->is_playing(); }));
  co_await coming.stop();
  co_return tally.report(scenario, static_cast<std::int64_t>(users.size()), clock.steady() - begin);
}

}  // namespace antiphon::load
