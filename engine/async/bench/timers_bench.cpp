// The timing wheel beside an ordered map, with as many waits under way as there are connections:
// most are taken back before they end, as deadlines and idle limits are.

#include <benchmark/benchmark.h>

#include <map>

#include "engine/async/timers.h"
#include "engine/base/random.h"

namespace antiphon {
namespace {

Instant some_time(SeededRandom& random) {
  return Instant(std::chrono::hours(1)) + std::chrono::microseconds(random.below(60'000'000));
}

void wheel(benchmark::State& state) {
  SeededRandom random(1);
  Timers timers([] {});
  std::vector<Timers::Alarm> alarms(static_cast<std::size_t>(state.range(0)));
  for (auto& alarm : alarms) alarm = timers.at(some_time(random), [] {});
  std::size_t turn = 0;
  for (auto _ : state) {
    alarms[turn++ % alarms.size()] = timers.at(some_time(random), [] {});
  }
}

void ordered_map(benchmark::State& state) {
  SeededRandom random(1);
  std::multimap<Instant, std::function<void()>> waits;
  std::vector<decltype(waits)::iterator> places;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    places.push_back(waits.emplace(some_time(random), [] {}));
  }
  std::size_t turn = 0;
  for (auto _ : state) {
    auto& place = places[turn++ % places.size()];
    waits.erase(place);
    place = waits.emplace(some_time(random), [] {});
  }
}

BENCHMARK(wheel)->Arg(100)->Arg(10'000)->Arg(200'000);
BENCHMARK(ordered_map)->Arg(100)->Arg(10'000)->Arg(200'000);

}  // namespace
}  // namespace antiphon

BENCHMARK_MAIN();
