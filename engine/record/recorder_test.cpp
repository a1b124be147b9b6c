#include "engine/record/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "engine/base/temporary_folder.h"
#include "engine/record/recording.h"
#include "engine/record/recordings.h"
#include "engine/record/sample_entries_test.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::record {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class RecorderTest : public ::testing::Test {
 protected:
  Recorder::Options options() {
    return {.file = file_,
            .ingredients = [] { return std::vector<Ingredient>(); },
            .key = [] { return RecordKey{}; },
            .on_stopped = [this](std::string why) { stopped_ = std::move(why); }};
  }

  // Writes it while `tell`, called once a second, has something to tell.
  void run(Recorder& recorder, const std::function<bool()>& tell) {
    time_.run([](Recorder* written, Pool* pool, std::function<bool()> told) -> Task<> {
      TaskGroup tasks([](const std::exception_ptr&) {});
      tasks.spawn(written->run(*pool));
      while (tasks.size() > 0 && told()) co_await sleep_for(1s);
      written->ended();
      co_await tasks.join();
    }(&recorder, &pool_, tell));
  }

  std::size_t events_in_file() {
    Recording recording(file_, [] { return RecordKey{}; });
    std::size_t events = 0;
    while (auto entry = recording.next()) events += std::holds_alternative<EventTold>(*entry);
    EXPECT_EQ(recording.end(), RecordReader::End::whole);
    reason_ = recording.reason().value_or("none");
    return events;
  }

  testing::VirtualTime time_;
  Pool pool_{{.name = "test", .threads = 0}};
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "one.record";
  std::string stopped_ = "not stopped";
  std::string reason_;
};

TEST_F(RecorderTest, what_is_told_late_stands_where_it_was_learnt) {
  Recorder recorder(options(), sample_header(), time_.clock());
  recorder.step(live::Begun{});
  recorder.fact("first", [] { return "1"; });
  recorder.emitted("{}");
  recorder.fact("second", [] { return "2"; });
  run(recorder, [] { return false; });
  Recording recording(file_, [] { return RecordKey{}; });
  EXPECT_EQ(recording.header().app, "director");
  EXPECT_TRUE(std::holds_alternative<StepTaken>(*recording.next()));
  EXPECT_EQ(std::get<FactLearnt>(*recording.next()).value, "1");
  EXPECT_TRUE(std::holds_alternative<EventTold>(*recording.next()));
  EXPECT_EQ(std::get<FactLearnt>(*recording.next()).value, "2");
  EXPECT_EQ(std::get<RecordEnded>(*recording.next()).reason, "");
  EXPECT_EQ(stopped_, "not stopped");
}

TEST_F(RecorderTest, ends_at_its_size_and_says_so) {  // E-24
  Recorder::Options small = options();
  small.bytes_max = 5'000;
  Recorder recorder(std::move(small), sample_header(), time_.clock());
  std::size_t told = 0;
  run(recorder, [&] {
    recorder.emitted(std::string(1'000, 'x'));
    return ++told < 100;
  });
  EXPECT_THAT(stopped_, HasSubstr("as large as it may become"));
  EXPECT_LT(events_in_file(), 10u);
  EXPECT_EQ(reason_, stopped_);
}

TEST_F(RecorderTest, ends_when_more_waits_for_the_disk_than_may) {
  Recorder recorder(options(), sample_header(), time_.clock());
  std::string event(1 << 20, 'x');
  std::size_t told = 0;
  while (told < 40) {
    recorder.emitted(event);
    ++told;
  }
  run(recorder, [] { return false; });
  EXPECT_THAT(stopped_, HasSubstr("too slow"));
  EXPECT_EQ(events_in_file(), Recorder::waiting_bytes_max / event.size());
}

TEST_F(RecorderTest, a_disk_that_refuses_ends_the_recording_and_not_the_session) {
  Recorder::Options nowhere = options();
  nowhere.file = folder_.path() / "missing" / "one.record";
  Recorder recorder(std::move(nowhere), sample_header(), time_.clock());
  run(recorder, [&] {
    recorder.emitted("{}");
    return stopped_ == "not stopped";
  });
  EXPECT_THAT(stopped_, HasSubstr("cannot be made"));
}

TEST_F(RecorderTest, nothing_begins_where_it_may_not) {  // E-24
  SeededRandom random(1);
  RecordingOptions options{.folder = folder_.path(), .folder_bytes_max = 1'000};
  Recordings forbidden(options, pool_, time_.clock(), random);
  EXPECT_THROW(forbidden.check(), Error);
  options.is_enabled = true;
  Recordings allowed(options, pool_, time_.clock(), random);
  EXPECT_NO_THROW(allowed.check());
  std::ofstream(file_) << std::string(1'000, 'x');
  EXPECT_THROW(allowed.check(), Error) << "the folder is full";
}

TEST(FingerprintTest, is_of_names_and_contents) {
  TemporaryFolder folder;
  std::ofstream(folder.path() / "a") << "one";
  std::string first = fingerprint_of(folder.path());
  EXPECT_EQ(fingerprint_of(folder.path()), first);
  std::filesystem::rename(folder.path() / "a", folder.path() / "b");
  std::string renamed = fingerprint_of(folder.path());
  EXPECT_NE(renamed, first);
  std::ofstream(folder.path() / "b") << "two";
  EXPECT_NE(fingerprint_of(folder.path()), renamed);
  EXPECT_EQ(fingerprint_of((folder.path() / "missing").string()), "");
}

}  // namespace
}  // namespace antiphon::record
