#include <gtest/gtest.h>

#include <filesystem>

#include "engine/live/sample_test.h"

namespace antiphon::live::log_test {
namespace {

constexpr std::string_view folder = "live";

LoggedEvents event(std::uint64_t epoch, std::uint64_t seq, std::string text = "x") {
  auto json = make_frame_json("noted", seq, {}, fmt::format(R"({{"text":"{}"}})", text));
  return {.epoch = epoch, .events = {*parse_event(epoch, json)}};
}

Checkpoint checkpoint(std::uint64_t epoch, std::uint64_t seq) {
  return {.epoch = epoch, .seq = seq, .app = "notes", .tenant = "tnt_1", .principal = "usr_ann"};
}

std::string segment(const std::vector<LogRecord>& records) {
  std::string bytes(segment_magic);
  for (const LogRecord& record : records) write_record(bytes, record);
  return bytes;
}

TEST(LogFormat, gives_back_what_was_written) {
  Checkpoint full = checkpoint(3, 9);
  full.snapshot = R"({"a":1})";
  full.message_ids = {"m1", "m2"};
  full.received_samples = 1u << 31;
  auto content = parse_segment(segment({{"ses_1", full},
                                        {"ses_1", event(3, 10, "hello")},
                                        {"ses_1", MessageTaken{"m3"}},
                                        {"ses_2", SessionEnded{}}}));
  ASSERT_EQ(content.records.size(), 4u);
  EXPECT_EQ(std::get<Checkpoint>(content.records[0].content), full);
  const auto& logged = std::get<LoggedEvents>(content.records[1].content).events;
  ASSERT_EQ(logged.size(), 1u);
  EXPECT_EQ(logged.front().seq, 10u);
  EXPECT_EQ(logged.front().type, "noted");
  EXPECT_THAT(logged.front().json, ::testing::HasSubstr(R"("text":"hello")"));
  EXPECT_EQ(std::get<MessageTaken>(content.records[2].content).id, "m3");
  EXPECT_EQ(content.records[3].session, "ses_2");
  EXPECT_EQ(content.cut_bytes, 0u);
}

TEST(LogFormat, cuts_a_torn_tail_at_any_byte_and_tells_damage_from_it) {
  std::string whole = segment({{"ses_1", checkpoint(1, 0)}, {"ses_1", event(1, 1)}});
  std::size_t first = segment({{"ses_1", checkpoint(1, 0)}}).size();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto content = parse_segment(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(content.corrupt) << size;
    EXPECT_EQ(content.records.size(), size < first ? 0u : 1u);
    EXPECT_EQ(content.good_bytes + content.cut_bytes, size);
  }
  for (std::size_t at = segment_magic.size() + 8; at < first; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    auto content = parse_segment(damaged);
    EXPECT_TRUE(content.corrupt) << at;
    EXPECT_TRUE(content.records.empty());
  }
}

RecoveredLogs recover(std::vector<std::vector<LogRecord>> segments, bool clean = true) {
  MemoryLogFiles files;
  int number = 1;
  for (const auto& records : segments) {
    auto path = fmt::format("{}/core-{}/{:08}.seg", folder, number % 2, number);
    ++number;
    files.create(path)->append(segment(records));
  }
  if (clean) mark_clean(files, std::string(folder));
  return recover_logs(files, std::string(folder));
}

TEST(LogRecovery, puts_a_session_together_from_all_cores) {
  auto logs = recover({{{"ses_1", checkpoint(1, 0)}, {"ses_1", event(1, 1)}},
                       {{"ses_1", event(1, 2)}, {"ses_1", event(1, 1)}, {"ses_1", event(1, 3)}},
                       {{"ses_2", checkpoint(1, 0)}, {"ses_2", SessionEnded{}}}});
  ASSERT_EQ(logs.sessions.size(), 1u);
  const RecoveredSession& session = logs.sessions.at("ses_1");
  EXPECT_EQ(session.events.size(), 3u);
  EXPECT_EQ(session.last_seq(), 3u);
  EXPECT_EQ(session.epoch, 1u);
  EXPECT_EQ(session.after, 0u);
  EXPECT_EQ(logs.next_segment, 4u);
  EXPECT_FALSE(logs.lost);
}

TEST(LogRecovery, gives_up_what_is_beyond_a_hole_and_changes_the_epoch) {
  auto logs =
      recover({{{"ses_1", checkpoint(1, 0)}, {"ses_1", event(1, 1)}, {"ses_1", event(1, 3)}}});
  EXPECT_TRUE(logs.lost);
  EXPECT_EQ(logs.sessions.at("ses_1").last_seq(), 1u);
  EXPECT_EQ(logs.sessions.at("ses_1").epoch, 2u);
}

TEST(LogRecovery, a_checkpoint_stands_for_what_was_trimmed_before_it) {
  Checkpoint later = checkpoint(1, 5);
  later.snapshot = "{}";
  auto logs = recover({{{"ses_1", event(1, 5)}, {"ses_1", later}, {"ses_1", event(1, 6)}}});
  const RecoveredSession& session = logs.sessions.at("ses_1");
  ASSERT_EQ(session.events.size(), 2u);
  EXPECT_EQ(session.after, 1u);
  EXPECT_EQ(session.checkpoint.snapshot, "{}");
}

TEST(LogRecovery, of_two_checkpoints_at_one_place_the_newer_holds) {
  Checkpoint newer = checkpoint(1, 5);
  newer.audio_rate = 48'000;
  auto logs = recover({{{"ses_1", checkpoint(1, 5)}, {"ses_1", newer}}});
  EXPECT_EQ(logs.sessions.at("ses_1").checkpoint.audio_rate, 48'000u);
}

TEST(LogRecovery, another_boot_without_a_clean_end_is_a_loss) {
  EXPECT_TRUE(recover({{{"ses_1", checkpoint(1, 0)}}}, false).lost);
  MemoryLogFiles files;
  files.create("live/core-0/00000001.seg")->append(segment({{"ses_1", checkpoint(1, 0)}}));
  mark_in_use(files, "live");
  EXPECT_FALSE(recover_logs(files, "live").lost);
  files.boot = "boot-2";
  EXPECT_TRUE(recover_logs(files, "live").lost);
}

TEST(EventLog, keeps_what_the_disk_refused_and_writes_it_later) {
  MemoryLogFiles files;
  EventLog log(files, "live/core-0", 1, {});
  auto mark = log.append({"ses_1", event(1, 1)});
  files.refuses = true;
  EXPECT_FALSE(log.write({}));
  EXPECT_EQ(log.failure(), "disk full");
  EXPECT_LT(log.written(), mark);
  files.refuses = false;
  EXPECT_TRUE(log.write({}));
  EXPECT_EQ(log.written(), mark);
  EXPECT_EQ(parse_segment(files.read("live/core-0/00000001.seg")).records.size(), 1u);
}

TEST(EventLog, a_sync_covers_exactly_what_was_written_when_it_began) {
  MemoryLogFiles files;
  EventLog log(files, "live/core-0", 1, {});
  auto first = log.append({"ses_1", event(1, 1)});
  log.write({});
  auto sync = log.begin_sync();
  auto second = log.append({"ses_1", event(1, 2)});
  log.write({});
  sync.run();
  log.finish_sync(sync);
  EXPECT_EQ(log.synced(), first);
  EXPECT_FALSE(log.begin_sync().files.empty());
  sync = log.begin_sync();
  sync.run();
  log.finish_sync(sync);
  EXPECT_EQ(log.synced(), second);
  EXPECT_TRUE(log.begin_sync().files.empty());
}

TEST(EventLog, old_and_surplus_segments_expire_but_never_the_open_one) {
  MemoryLogFiles files;
  LogLimits limits{.segment_bytes = 100, .total_bytes_max = 450};
  EventLog log(files, "live/core-0", 1, limits);
  Timestamp now = parse_rfc3339("2026-03-01T08:00:00Z");
  EXPECT_FALSE(log.expired(now));
  for (std::uint64_t seq = 1; seq <= 6; ++seq) {
    log.append({"ses_1", event(1, seq, std::string(60, 'x'))});
    log.write(now);
  }
  auto surplus = log.expired(now);
  ASSERT_TRUE(surplus);
  log.drop_until(*surplus);
  EXPECT_FALSE(log.expired(now));
  EXPECT_LT(files.segments().size(), 6u);
  auto old = log.expired(now + std::chrono::hours(25));
  ASSERT_TRUE(old);
  log.drop_until(*old);
  EXPECT_EQ(files.segments().size(), 1u);
}

TEST(SystemLogFiles, append_sync_read_and_replace) {
  auto path = std::filesystem::temp_directory_path() / fmt::format("antiphon-log-{}", ::getpid());
  SystemLogFiles files;
  auto file = files.create(path / "core-0" / "00000001.seg");
  file->append("one");
  file->append("two");
  file->sync();
  EXPECT_EQ(files.read(path / "core-0" / "00000001.seg"), "onetwo");
  files.replace(path / "state", "a");
  files.replace(path / "state", "b");
  EXPECT_EQ(files.read(path / "state"), "b");
  EXPECT_EQ(files.list(path), (std::vector<std::string>{"core-0", "state"}));
  EXPECT_FALSE(files.boot_id().empty());
  EXPECT_THROW(files.read(path / "absent"), Error);
  std::filesystem::remove_all(path);
}

}  // namespace
}  // namespace antiphon::live::log_test
