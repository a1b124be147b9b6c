#include "engine/simulate/disk.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/simulate/database.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::simulate {
namespace {

using namespace std::chrono_literals;

TEST(SimulatedDisk, a_kill_keeps_what_was_written_and_a_power_cut_what_was_synced) {
  SimulatedDisk disk;
  SeededRandom random(1);
  auto file = disk.create("live/core-0/1.seg");
  file->append("synced");
  file->sync();
  file->append(" and not");
  EXPECT_EQ(disk.after_kill()->read("live/core-0/1.seg"), "synced and not");
  bool lost = false;
  for (int i = 0; i < 20; ++i) {
    std::string left = disk.after_power_cut(random)->read("live/core-0/1.seg");
    EXPECT_TRUE(left.starts_with("synced")) << left;
    lost = lost || left == "synced";
  }
  EXPECT_TRUE(lost);
  EXPECT_EQ(disk.after_kill()->boot_id(), disk.boot_id());
  EXPECT_NE(disk.after_power_cut(random)->boot_id(), disk.boot_id());
}

TEST(SimulatedDisk, a_full_disk_refuses_whole_pieces) {
  SimulatedDisk disk;
  auto file = disk.create("log");
  file->append("before");
  disk.is_full = true;
  EXPECT_THROW(file->append("after"), Error);
  EXPECT_THROW(disk.create("other"), Error);
  EXPECT_EQ(disk.read("log"), "before");
}

TEST(SimulatedDisk, lists_the_names_of_a_folder) {
  SimulatedDisk disk;
  for (const char* path : {"live/core-0/1.seg", "live/core-0/2.seg", "live/state", "other"}) {
    disk.replace(path, "x");
  }
  EXPECT_EQ(disk.list("live"), (std::vector<std::string>{"core-0", "state"}));
  EXPECT_EQ(disk.list("live/core-0"), (std::vector<std::string>{"1.seg", "2.seg"}));
}

constexpr store::Statement insert_row{"test.insert", "INSERT INTO rows (number) VALUES ($1)"};
constexpr store::Statement count_rows{"test.count", "SELECT COUNT(*) FROM rows"};
constexpr store::Statement ask_time{"test.time", "SELECT {now}"};

class SimulatedDatabaseTest : public ::testing::Test {
 protected:
  std::unique_ptr<SimulatedDatabase> open(std::shared_ptr<SimulatedDisk> disk) {
    return std::make_unique<SimulatedDatabase>(std::move(disk), time.clock(),
                                               [] { return Duration(1ms); });
  }
  template <class F>
  auto write(SimulatedDatabase& database, F closure) {
    return time.run(database.write(time.clock().steady() + 1h, std::move(closure)));
  }
  static std::int64_t count(store::Tx& tx) { return tx.query(count_rows)[0].integer(0); }

  testing::VirtualTime time;
  SeededRandom random{1};
};

// E-61 in the simulation: what was committed outlives every power cut, whatever else is lost.
TEST_F(SimulatedDatabaseTest, committed_rows_outlive_power_cuts) {
  auto disk = std::make_shared<SimulatedDisk>();
  auto database = open(disk);
  write(*database, [](store::Tx& tx) { tx.run_script("CREATE TABLE rows (number BIGINT)"); });
  for (int round = 1; round <= 30; ++round) {
    write(*database, [round](store::Tx& tx) { tx.execute(insert_row, round); });
    auto next = disk->after_power_cut(random);
    database = open(next);
    disk = next;
    ASSERT_EQ(write(*database, count), round);
  }
}

TEST_F(SimulatedDatabaseTest, a_transaction_that_fails_leaves_nothing) {
  auto database = open(std::make_shared<SimulatedDisk>());
  write(*database, [](store::Tx& tx) { tx.run_script("CREATE TABLE rows (number BIGINT)"); });
  auto fail = [](store::Tx& tx) {
    tx.execute(insert_row, 1);
    throw Error(Code::conflict, "No.");
  };
  EXPECT_THROW(write(*database, fail), Error);
  EXPECT_EQ(write(*database, count), 0);
}

TEST_F(SimulatedDatabaseTest, its_clock_is_the_virtual_one) {
  auto database = open(std::make_shared<SimulatedDisk>());
  time.run_for(5h);
  auto now = write(*database, [](store::Tx& tx) { return tx.query(ask_time)[0].integer(0); });
  auto expected = time.clock().now().time_since_epoch().count();
  EXPECT_NEAR(static_cast<double>(now), static_cast<double>(expected), 10'000);
}

TEST_F(SimulatedDatabaseTest, is_away_when_it_is_told) {
  SimulatedDatabase database(std::make_shared<SimulatedDisk>(), time.clock(),
                             []() -> std::optional<Duration> { return std::nullopt; });
  EXPECT_THROW(write(database, [](store::Tx&) {}), Error);
}

}  // namespace
}  // namespace antiphon::simulate
