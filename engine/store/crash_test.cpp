// E-61: a process that is killed loses no write that it acknowledged, and leaves none by halves.
#include <unistd.h>

#include <iostream>
#include <set>

#include "engine/async/child.h"
#include "engine/async/task_group.h"
#include "engine/store/both_databases.h"
#include "engine/store/crash_rounds.h"

namespace antiphon::store::crash_test {
namespace {

constexpr Statement insert_left{"left.insert", "INSERT INTO left_half (id) VALUES ($1)"};
constexpr Statement insert_right{"right.insert", "INSERT INTO right_half (id) VALUES ($1)"};
constexpr Statement select_left{"left.all", "SELECT id FROM left_half"};
constexpr Statement select_right{"right.all", "SELECT id FROM right_half"};

constexpr int writers = 16;

// Writes pairs for ever and says the number of each once it is acknowledged.
Task<> write_pairs(Database& database, std::int64_t number) {
  for (;; number += writers) {
    co_await database.write(Instant::max(), [number](Tx& tx) {
      tx.execute(insert_left, number);
      tx.execute(insert_right, number);
    });
    std::string line = fmt::format("ack {}\n", number);
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) co_return;
  }
}

// The program that is killed: started by the test below with the database's URL and its first
// number on the input.
TEST(CrashChild, DISABLED_writes_until_it_is_killed) {
  std::string url;
  std::int64_t first;
  std::cin >> url >> first;
  SystemClock clock;
  Core core(0, clock);
  auto database = make_database(url);
  core.run_until_done([](Database& target, std::int64_t start) -> Task<> {
    TaskGroup group([](const std::exception_ptr&) { ::_exit(1); });
    for (int i = 0; i < writers; ++i) group.spawn(write_pairs(target, start + i));
    co_await group.join();
  }(*database, first));
}

class CrashTest : public testing::BothDatabases {
 protected:
  // Kills a writer after some acknowledgements; gives the acknowledged numbers.
  Task<std::set<std::int64_t>> kill_a_writer(std::int64_t first, std::uint64_t after) {
    auto child =
        spawn({.program = "/proc/self/exe",
               .arguments = {"--gtest_filter=CrashChild.*", "--gtest_also_run_disabled_tests"},
               .pipe_in = true,
               .pipe_out = true,
               .nice = 0});
    co_await child->in().write_all(fmt::format("{} {}\n", database_.url(), first));
    std::string output;
    std::array<char, 4096> buffer;
    for (bool killed = false;;) {
      std::size_t got = co_await child->out().read_some(buffer);
      if (got == 0) break;
      output.append(buffer.data(), got);
      if (!killed && acknowledged(output).size() >= after) {
        child->kill();
        killed = true;
      }
    }
    ExitStatus status = co_await child->wait();
    EXPECT_EQ(status.signal, SIGKILL) << status.text() << output;
    co_return acknowledged(output);
  }

  static std::set<std::int64_t> acknowledged(const std::string& output) {
    std::set<std::int64_t> numbers;
    std::size_t at = 0;
    while ((at = output.find("ack ", at)) != std::string::npos) {
      std::size_t end = output.find('\n', at);
      if (end == std::string::npos) break;
      numbers.insert(std::stoll(output.substr(at + 4, end - at - 4)));
      at = end;
    }
    return numbers;
  }

  // Both halves at one moment: PostgreSQL may still commit what the killed process had sent.
  std::pair<std::set<std::int64_t>, std::set<std::int64_t>> stored() {
    return run(database_->read(soon(), [](Tx& tx) {
      return std::pair(numbers(tx.query(select_left)), numbers(tx.query(select_right)));
    }));
  }

  static std::set<std::int64_t> numbers(const Rows& rows) {
    std::set<std::int64_t> all;
    for (Row row : rows) all.insert(row.integer(0));
    return all;
  }
};

ON_BOTH_DATABASES(CrashTest);

TEST_P(CrashTest, kill_9_loses_no_acknowledged_write) {
  run(database_->exclusive(soon(), [](Tx& tx) {
    tx.run_script(
        "CREATE TABLE left_half (id BIGINT PRIMARY KEY);"
        "CREATE TABLE right_half (id BIGINT PRIMARY KEY);");
  }));
  int rounds = testing::crash_rounds();
  SeededRandom chance(61);
  std::set<std::int64_t> promised;
  for (int round = 0; round < rounds; ++round) {
    auto acknowledged = run(kill_a_writer(std::int64_t{round} * 1'000'000, 1 + chance.below(60)));
    promised.merge(acknowledged);
    auto [left, right] = stored();
    EXPECT_EQ(left, right) << "a write by halves";
    EXPECT_TRUE(std::ranges::includes(left, promised)) << "a lost write";
  }
  EXPECT_GE(promised.size(), static_cast<std::size_t>(rounds));
}

}  // namespace
}  // namespace antiphon::store::crash_test
