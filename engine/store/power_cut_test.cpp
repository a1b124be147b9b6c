// E-61: a power cut loses no acknowledged write and leaves none by halves: at a random write or
// sync everything that was not synced is thrown away, torn and reordered by sector.
#include <gtest/gtest.h>

#include <set>

#include "engine/async/task_group.h"
#include "engine/base/temporary_folder.h"
#include "engine/store/crash_rounds.h"
#include "engine/store/database.h"
#include "engine/store/lossy_disk.h"

namespace antiphon::store {
namespace {

constexpr Statement insert_left{"left.insert", "INSERT INTO left_half (id, words) VALUES ($1, $2)"};
constexpr Statement insert_right{"right.insert", "INSERT INTO right_half (id) VALUES ($1)"};
constexpr Statement select_left{"left.all", "SELECT id FROM left_half"};
constexpr Statement select_right{"right.all", "SELECT id FROM right_half"};
constexpr Statement check_file{"store.check", "SELECT integrity_check FROM pragma_integrity_check"};

constexpr int writers = 16;
constexpr int rounds_per_database = 10;
// Some cuts come early in a file's life, some after many a checkpoint.
constexpr std::uint64_t operations_max[] = {20, 200, 3'000};

using Numbers = std::set<std::int64_t>;

Numbers numbers(const Rows& rows) {
  Numbers all;
  for (Row row : rows) all.insert(row.integer(0));
  return all;
}

class PowerCutTest : public ::testing::Test {
 protected:
  // A database in a folder of its own, which the next round inherits as the cut left it.
  std::string url(int round) const { return fmt::format("sqlite:{}/db", folder(round)); }
  std::string folder(int round) const {
    auto path = folder_.path() / std::to_string(round);
    std::filesystem::create_directory(path);
    return path.string();
  }

  void make_tables(int round) {
    std::filesystem::remove_all(folder(round));
    acknowledged_.clear();
    auto database = make_database(url(round));
    core_.run_until_done(database->exclusive(Instant::max(), [](Tx& tx) {
      tx.run_script(
          "CREATE TABLE left_half (id BIGINT PRIMARY KEY, words TEXT NOT NULL);"
          "CREATE TABLE right_half (id BIGINT PRIMARY KEY);");
    }));
  }

  Task<> write_pairs(Database& database, std::int64_t number) {
    for (; !is_cut_; number += writers) {
      co_await database.write(Instant::max(), [number](Tx& tx) {
        tx.execute(insert_left, number, std::string(static_cast<std::size_t>(number % 900), 'w'));
        tx.execute(insert_right, number);
      });
      std::lock_guard lock(mutex_);
      acknowledged_.insert(number);
    }
  }

  // Writes until the cut; gives what was acknowledged by then.
  Numbers write_until_cut(int round) {
    Numbers promised;
    testing::LossyDisk disk;
    auto database = make_database(url(round));
    is_cut_ = false;
    disk.at_operation(1 + chance_.below(operations_max[chance_.below(3)]), [&] {
      std::lock_guard lock(mutex_);
      promised = acknowledged_;
      disk.save(folder(round + 1), chance_);
      is_cut_ = true;
    });
    core_.run_until_done([](PowerCutTest* self, Database& target, std::int64_t first) -> Task<> {
      TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
      for (int i = 0; i < writers; ++i) group.spawn(self->write_pairs(target, first + i));
      co_await group.join();
    }(this, *database, std::int64_t{round} * 1'000'000));
    return promised;
  }

  void expect_whole(int round, const Numbers& promised) {
    auto database = make_database(url(round));
    core_.run_until_done(database->read(Instant::max(), [&](Tx& tx) {
      EXPECT_EQ(tx.query(check_file)[0].text(0), "ok");
      Numbers left = numbers(tx.query(select_left));
      EXPECT_EQ(left, numbers(tx.query(select_right))) << "a write by halves";
      EXPECT_TRUE(std::ranges::includes(left, promised)) << "a lost write";
      // What the next rounds stand on.
      acknowledged_ = std::move(left);
    }));
  }

  TemporaryFolder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
  SeededRandom chance_{61};
  std::mutex mutex_;
  Numbers acknowledged_;
  std::atomic<bool> is_cut_ = false;
};

TEST_F(PowerCutTest, loses_no_acknowledged_write) {
  std::size_t promised_count = 0;
  for (int round = 0; round < testing::crash_rounds(); ++round) {
    if (round % rounds_per_database == 0) make_tables(round);
    Numbers promised = write_until_cut(round);
    promised_count += promised.size();
    expect_whole(round + 1, promised);
    ASSERT_FALSE(HasFailure()) << "in round " << round;
    std::filesystem::remove_all(folder(round));
  }
  EXPECT_GE(promised_count, static_cast<std::size_t>(testing::crash_rounds()));
}

}  // namespace
}  // namespace antiphon::store
