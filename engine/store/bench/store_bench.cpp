// Durable commits: writers that each wait for their row of 200 bytes before they write the next.
// WAL with synchronous=FULL on SQLite, fsync on in PostgreSQL. `syncs_per_commit` is the figure;
// disks differ tenfold in `sync_us`, which a row of plain fdatasync calls measures beside it.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/async/task_group.h"
#include "engine/base/temporary_folder.h"
#include "engine/store/database.h"
#include "engine/store/private_postgres.h"
#include "engine/store/watched_disk.h"

namespace antiphon::store {
namespace {

constexpr Statement insert_row{"bench.insert", "INSERT INTO rows (id, words) VALUES ($1, $2)"};
constexpr Statement select_one{"bench.one", "SELECT 1"};

// A lone writer waits for the disk each time.
std::int64_t commits_per_run(std::int64_t writers) { return 20 * 1000 * writers / (writers + 15); }

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// The mean of a hundred appends of a page with fdatasync, in microseconds.
double sync_time_us(const std::filesystem::path& folder) {
  constexpr int times = 100;
  int file = ::open((folder / "sync").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  std::string page(4096, 'x');
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) {
    if (::write(file, page.data(), page.size()) < 0 || ::fdatasync(file) != 0) break;
  }
  std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
  ::close(file);
  return took.count() / times;
}

Task<> write_rows(Database& database, std::int64_t& next, std::int64_t last) {
  std::string words(200, 'w');
  while (next < last) {
    co_await database.write(Instant::max(), [number = next++, words](Tx& tx) {
      tx.execute(insert_row, number, words);
    });
  }
}

Task<> write_all(Database& database, std::int64_t writers, std::int64_t& next) {
  TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
  std::int64_t last = next + commits_per_run(writers);
  for (std::int64_t i = 0; i < writers; ++i) group.spawn(write_rows(database, next, last));
  co_await group.join();
}

Task<> make_table(Database& database) {
  co_await database.exclusive(Instant::max(), [](Tx& tx) {
    tx.run_script("CREATE TABLE rows (id BIGINT PRIMARY KEY, words TEXT NOT NULL)");
  });
}

void durable_commits_postgres(benchmark::State& state) {
  auto& postgres = testing::PrivatePostgres::shared();
  postgres.make_durable();
  SystemClock clock;
  Core core(0, clock);
  auto connections = static_cast<unsigned>(state.range(1));
  auto database =
      make_database(postgres.make_database(),
                    {.connections_max = connections, .acquire_max = std::chrono::seconds(60)});
  core.run_until_done(make_table(*database));
  std::int64_t next = 0;
  double cpu = cpu_seconds();
  for (auto _ : state) core.run_until_done(write_all(*database, state.range(0), next));
  auto commits = static_cast<double>(next);
  state.counters["cpu_us_per_commit"] = (cpu_seconds() - cpu) * 1e6 / commits;
  state.counters["commits_per_s"] = benchmark::Counter(commits, benchmark::Counter::kIsRate);
}

// One statement, no data: what a transaction costs in round trips.
void reads_postgres(benchmark::State& state) {
  SystemClock clock;
  Core core(0, clock);
  auto database = make_database(testing::PrivatePostgres::shared().make_database());
  for (auto _ : state) {
    core.run_until_done(database->read(Instant::max(), [](Tx& tx) { tx.query(select_one); }));
  }
}

void durable_commits(benchmark::State& state) {
  TemporaryFolder folder;
  SystemClock clock;
  Core core(0, clock);
  testing::WatchedDisk disk;
  auto database = make_database(fmt::format("sqlite:{}", (folder.path() / "db").string()));
  core.run_until_done(make_table(*database));
  std::int64_t next = 0;
  auto syncs = disk.syncs();
  double cpu = cpu_seconds();
  for (auto _ : state) core.run_until_done(write_all(*database, state.range(0), next));
  auto commits = static_cast<double>(next);
  state.counters["syncs_per_commit"] = static_cast<double>(disk.syncs() - syncs) / commits;
  state.counters["cpu_us_per_commit"] = (cpu_seconds() - cpu) * 1e6 / commits;
  state.counters["commits_per_s"] = benchmark::Counter(commits, benchmark::Counter::kIsRate);
  state.counters["sync_us"] = sync_time_us(folder.path());
}

BENCHMARK(durable_commits)
    ->ArgName("writers")
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->Arg(256)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

BENCHMARK(durable_commits_postgres)
    ->ArgNames({"writers", "connections"})
    ->Args({1, 1})
    ->Args({256, 4})
    ->Args({256, 16})
    ->Args({256, 50})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(reads_postgres)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace antiphon::store

BENCHMARK_MAIN();
