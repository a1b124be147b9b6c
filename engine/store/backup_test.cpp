// E-65: backups while others write, and what is found when something is wrong with them.
#include "engine/store/backup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "engine/async/child.h"
#include "engine/async/task_group.h"
#include "engine/base/encoding.h"
#include "engine/store/backup_files.h"
#include "engine/store/blob_file.h"
#include "engine/store/crash_rounds.h"
#include "engine/store/fresh_database.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Statement insert_left{"left.insert", "INSERT INTO left_half (id) VALUES ($1)"};
constexpr Statement insert_right{"right.insert", "INSERT INTO right_half (id) VALUES ($1)"};
constexpr Statement select_left{"left.all", "SELECT id FROM left_half ORDER BY id"};
constexpr Statement select_right{"right.all", "SELECT id FROM right_half ORDER BY id"};
constexpr Statement add_a_migration{"test.newer",
                                    "INSERT INTO migrations (set_name, file, hash, applied_at) "
                                    "VALUES ('engine', '9999_later.sql', 'x', 1)"};

constexpr auto quiet = [](std::uint64_t, std::uint64_t) {};

std::vector<MigrationSet> sets() { return {{"engine", engine_migrations()}}; }

// The program that is killed: backs up again and again, to a new folder or to the same.
TEST(BackupChild, DISABLED_backs_up_until_it_is_killed) {
  std::string data;
  std::string target;
  std::cin >> data >> target;
  BackupSource source{.database = data + "/antiphon.sqlite", .blobs = data + "/blobs"};
  for (;;) {
    make_backup(source, target, SystemClock().now(), [](std::uint64_t, std::uint64_t) {
      if (::write(STDOUT_FILENO, "+", 1) < 0) ::_exit(1);
    });
  }
}

class BackupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    run(migrate(*database_, sets(), soon()));
    run(database_->exclusive(soon(), [](Tx& tx) {
      tx.run_script(
          "CREATE TABLE left_half (id BIGINT PRIMARY KEY);"
          "CREATE TABLE right_half (id BIGINT PRIMARY KEY);");
    }));
    for (int i = 0; i < 5; ++i) {
      hashes_.push_back(run(blobs_.put(soon(), std::string(5000, char('a' + i)))).hash);
    }
    write_pair(0);
  }

  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  Instant soon() const { return clock_.steady() + 60s; }
  Task<> pair(std::int64_t number) {
    return database_->write(soon(), [number](Tx& tx) {
      tx.execute(insert_left, number);
      tx.execute(insert_right, number);
    });
  }
  void write_pair(std::int64_t number) { run(pair(number)); }
  BackupSource source() const {
    return {.database = data_ / "antiphon.sqlite", .blobs = data_ / "blobs"};
  }
  BackupReport back_up() { return make_backup(source(), target_, clock_.now(), quiet); }
  std::vector<std::string> problems() { return check_backup(target_, sets(), quiet); }
  fs::path restore(bool replace = false) {
    return restore_backup(target_, restored_, replace, clock_.now(), sets(), quiet);
  }
  Code code_of(std::function<void()> action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
  }
  std::vector<std::int64_t> ids(const fs::path& file, Statement statement) {
    auto opened = make_database("sqlite:" + file.string());
    return run(opened->read(soon(), [statement](Tx& tx) {
      std::vector<std::int64_t> all;
      for (Row row : tx.query(statement)) all.push_back(row.integer(0));
      return all;
    }));
  }
  std::vector<fs::path> files_of_backup() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(target_)) {
      if (entry.is_regular_file() && entry.file_size() > 0) files.push_back(entry);
    }
    return files;
  }

  SystemClock clock_;
  SystemRandom random_;
  Core core_{0, clock_};
  TemporaryFolder folder_;
  fs::path data_ = folder_.path() / "data";
  fs::path target_ = folder_.path() / "backup";
  fs::path restored_ = folder_.path() / "restored";
  Pool pool_{{.name = "file", .threads = 2}};
  DiskBlobs blobs_{data_ / "blobs", pool_, random_};
  std::unique_ptr<Database> database_ =
      make_database("sqlite:" + (data_ / "antiphon.sqlite").string());
  std::vector<std::string> hashes_;
};

TEST_F(BackupTest, comes_back_as_it_was) {
  back_up();
  EXPECT_EQ(problems(), std::vector<std::string>{});
  EXPECT_EQ(restore(), "");
  EXPECT_EQ(ids(restored_ / "antiphon.sqlite", select_left), std::vector<std::int64_t>{0});
  DiskBlobs blobs(restored_ / "blobs", pool_, random_);
  for (const std::string& hash : hashes_) EXPECT_TRUE(run(blobs.verify(soon(), hash)));
}

TEST_F(BackupTest, under_writes_is_one_moment_with_all_that_was_acknowledged_before) {
  for (int round = 0; round < 5; ++round) {
    std::int64_t acknowledged = round * 100'000;
    bool done = false;
    run([&]() -> Task<> {
      TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
      auto write_on = [&](std::int64_t first) -> Task<> {
        std::int64_t number = first;
        while (!done) {
          co_await pair(++number);
          if (first == round * 100'000) acknowledged = number;
        }
      };
      group.spawn(write_on(round * 100'000));
      group.spawn(write_on(round * 100'000 + 50'000));
      while (acknowledged < round * 100'000 + 20) co_await sleep_for(1ms);
      std::int64_t before = acknowledged;
      co_await pool_.run(WorkClass::batch, soon(), [&](const StopFlag&) { back_up(); });
      done = true;
      co_await group.join();
      EXPECT_GT(acknowledged, before) << "nothing was written meanwhile";
      acknowledged = before;
    }());
    restore(true);
    auto left = ids(restored_ / "antiphon.sqlite", select_left);
    EXPECT_EQ(left, ids(restored_ / "antiphon.sqlite", select_right)) << "half a transaction";
    EXPECT_TRUE(std::ranges::binary_search(left, acknowledged)) << "a lost write";
    fs::remove_all(restored_);
  }
}

TEST_F(BackupTest, again_copies_only_new_blobs_and_drops_old_ones) {
  EXPECT_EQ(back_up().blobs_copied, 5u);
  run(blobs_.put(soon(), "new"));
  run(blobs_.remove(soon(), hashes_[0]));
  write_pair(1);
  EXPECT_EQ(back_up().blobs_copied, 1u);
  EXPECT_EQ(problems(), std::vector<std::string>{});
  EXPECT_EQ(list_blobs(target_ / "blobs").size(), 5u);
  restore();
  EXPECT_EQ(ids(restored_ / "antiphon.sqlite", select_left), (std::vector<std::int64_t>{0, 1}));
}

TEST_F(BackupTest, one_flipped_byte_anywhere_is_found) {
  back_up();
  SeededRandom chance(65);
  std::size_t looked_at = 0;
  for (const fs::path& file : files_of_backup()) {
    for (int i = 0; i < 8; ++i) {
      std::fstream open(file, std::ios::in | std::ios::out | std::ios::binary);
      auto at = static_cast<std::streamoff>(chance.below(fs::file_size(file)));
      auto flip = [&, bit = char(1 << chance.below(8))] {
        open.seekg(at);
        char byte = static_cast<char>(open.get());
        open.seekp(at);
        open.put(static_cast<char>(byte ^ bit));
        open.flush();
      };
      flip();
      bool is_found = true;
      try {
        is_found = !problems().empty();
      } catch (const Error&) {
      }
      EXPECT_TRUE(is_found) << file << " at " << at;
      EXPECT_THROW(restore(), Error);
      EXPECT_FALSE(fs::exists(restored_)) << "nothing is restored by halves";
      flip();
      ++looked_at;
    }
  }
  EXPECT_EQ(looked_at, 7u * 8u) << "manifest, database and five blobs";
  EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(BackupTest, a_missing_blob_is_found) {
  back_up();
  fs::remove(blob_path(target_ / "blobs", hashes_[2]));
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_EQ(problems()[0], "The blob " + hashes_[2] + " is missing.");
  EXPECT_EQ(code_of([&] { restore(); }), Code::unprocessable);
  EXPECT_EQ(back_up().blobs_copied, 1u) << "the next backup mends it";
  EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(BackupTest, a_blob_that_is_damaged_at_home_is_not_taken) {
  std::ofstream(run(blobs_.local_file(soon(), hashes_[1]))) << "rot";
  EXPECT_EQ(code_of([&] { back_up(); }), Code::unprocessable);
  EXPECT_EQ(code_of([&] { problems(); }), Code::not_found) << "no whole backup";
}

TEST_F(BackupTest, a_database_of_a_newer_program_is_refused) {
  run(database_->write(soon(), [](Tx& tx) { tx.execute(add_a_migration); }));
  back_up();
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_NE(problems()[0].find("newer program, which has run engine/9999_later.sql"),
            std::string::npos);
  EXPECT_EQ(code_of([&] { restore(); }), Code::unprocessable);
}

TEST_F(BackupTest, a_folder_with_something_in_it_is_left_alone) {
  back_up();
  fs::create_directories(restored_);
  restore();
  std::ofstream(restored_ / "mine") << "kept";
  EXPECT_EQ(code_of([&] { restore(); }), Code::conflict);
  fs::path aside = restore(true);
  EXPECT_TRUE(fs::exists(aside / "mine"));
  EXPECT_FALSE(fs::exists(restored_ / "mine"));
  EXPECT_EQ(code_of([&] { make_backup(source(), aside, clock_.now(), quiet); }), Code::conflict)
      << "no backup over other files";
}

TEST_F(BackupTest, of_postgresql_has_the_blobs_alone) {
  make_backup({.blobs = data_ / "blobs"}, target_, clock_.now(), quiet);
  EXPECT_EQ(problems(), std::vector<std::string>{});
  restore();
  EXPECT_FALSE(fs::exists(restored_ / "antiphon.sqlite"));
  EXPECT_EQ(list_blobs(restored_ / "blobs").size(), 5u);
}

TEST_F(BackupTest, killed_at_any_point_leaves_nothing_that_only_looks_whole) {
  SeededRandom chance(9);
  int whole = 0;
  for (int round = 0; round < testing::crash_rounds(); ++round) {
    if (round % 4 == 0) fs::remove_all(target_);
    run([&]() -> Task<> {
      auto child =
          spawn({.program = "/proc/self/exe",
                 .arguments = {"--gtest_filter=BackupChild.*", "--gtest_also_run_disabled_tests"},
                 .pipe_in = true,
                 .pipe_out = true,
                 .nice = 0});
      co_await child->in().write_all(fmt::format("{} {}\n", data_.string(), target_.string()));
      std::array<char, 1> step;
      // The test program says other things first.
      for (auto left = 1 + chance.below(40); left > 0;) {
        if (co_await child->out().read_some(step) == 0) break;
        if (step[0] == '+') --left;
      }
      child->kill();
      ExitStatus status = co_await child->wait();
      EXPECT_EQ(status.signal, SIGKILL) << status.text();
    }());
    try {
      EXPECT_EQ(problems(), std::vector<std::string>{}) << "round " << round;
      ++whole;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::not_found) << error.what();
    }
    run(blobs_.put(soon(), fmt::format("blob of round {}", round)));
    write_pair(1000 + round);
  }
  EXPECT_GT(whole, 0);
  back_up();
  EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST(BackupManifest, reads_back_what_it_says) {
  BackupManifest manifest{.made_at = parse_rfc3339("2026-03-01T08:15:30.250Z"),
                          .database = Blob{std::string(64, 'd'), 4096},
                          .blobs = {{std::string(64, '0'), 0}, {std::string(64, '1'), 1ull << 60}}};
  std::string text = to_text(manifest);
  EXPECT_EQ(to_text(parse_manifest(text)), text);
  manifest.database.reset();
  EXPECT_FALSE(parse_manifest(to_text(manifest)).database.has_value());
}

TEST(BackupManifest, refuses_all_else) {
  auto sealed = [](std::string body) { return body + "end " + sha256_hex(body) + "\n"; };
  std::string hash(64, 'a');
  std::string head = "antiphon backup 1\nmade 2026-03-01T08:15:30.250Z\n";
  EXPECT_NO_THROW(parse_manifest(sealed(head + "database none\nblob " + hash + " 1\n")));
  for (const std::string& bad :
       {std::string(), std::string("\n"), sealed(""), sealed("x\n"), sealed(head),
        sealed("antiphon backup 2\n"), sealed(head + "database some\n"),
        sealed(head + "database none\nblob " + hash + "\n"),
        sealed(head + "database none\nblob " + hash + " -1\n"),
        sealed(head + "database none\nblob ../" + hash + " 1\n"),
        sealed(head + "database none\nblob " + hash + " 1\nblob " + hash + " 1\n"),
        sealed("antiphon backup 1\nmade yesterday\ndatabase none\n"),
        sealed(head + "database none\n") + "\n"}) {
    EXPECT_THROW(parse_manifest(bad), Error) << bad;
  }
}

}  // namespace
}  // namespace antiphon::store
