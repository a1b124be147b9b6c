// D-20, D-33: what a browser recorded of a take becomes a film that can be sought.
#include "apps/director/recording/recordings.h"

#include <gmock/gmock.h>

#include "apps/director/take/take_store.h"
#include "apps/director/test/library_rig.h"

namespace antiphon::director {
namespace {

using ::testing::HasSubstr;

constexpr const char* take_id = "ses_00000000000000000000000001";

const std::string& two_seconds() {
  static const std::string film = make_recording(2);
  return film;
}

class RecordingsTest : public LibraryRig {
 protected:
  void SetUp() override {
    LibraryRig::SetUp();
    run(takes_.insert(
        call(),
        {.id = take_id, .language = "en", .created_by = "usr_a", .created_at = clock_.now()}));
  }
  void add_handlers(store::JobRunner& runner) override {
    runner.handle(std::string(Recordings::job_kind),
                  [this](auto job) { return recordings_.prepare(std::move(job)); });
  }
  void record(std::string bytes, std::chrono::milliseconds offset = {}) {
    run(recordings_.take_in(call(), take_id, offset, {"r.webm", content_of(std::move(bytes))}));
  }
  std::optional<Recording> found() {
    return write([](store::Tx& tx) { return RecordingStore::find(tx, "ten_a", take_id); });
  }
  Recording ready() {
    work_until([this]() -> Task<bool> {
      co_return (co_await recordings_.find(call(), take_id)).state != RecordingState::processing;
    });
    return *found();
  }

  TakeStore takes_{*database_};
  media::Film recording_film_{files_, recording_limits};
  Recordings recordings_{{.database = *database_,
                          .blobs = blobs_,
                          .ledger = ledger_,
                          .jobs = jobs_,
                          .random = random_,
                          .files = files_,
                          .film = recording_film_,
                          .folder = folder_.path() / "work"}};
};
ON_BOTH_DATABASES(RecordingsTest);

TEST_P(RecordingsTest, a_recording_without_a_length_gets_one_and_can_be_sought) {
  record(two_seconds(), std::chrono::milliseconds(1500));
  EXPECT_EQ(found()->state, RecordingState::processing);
  Recording recording = ready();
  EXPECT_EQ(recording.state, RecordingState::ready) << recording.problem;
  EXPECT_NEAR(static_cast<double>(recording.duration.count()), 2000, 60);
  EXPECT_NEAR(static_cast<double>(recording.end().count()), 3500, 60);
  EXPECT_EQ(recording.content_type, "video/webm");
  EXPECT_EQ(recording.width, 160);
  EXPECT_NE(recording.content_hash, sha256_hex(two_seconds()));
  EXPECT_EQ(use().objects, 1) << "what was sent is given back";
  EXPECT_EQ(use().bytes, recording.bytes);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "work"));
}

TEST_P(RecordingsTest, a_recording_in_mp4_is_taken_too) {
  record(made_by_ffmpeg({"-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=1", "-pix_fmt", "yuv420p",
                         "-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"},
                        "mp4"));
  Recording recording = ready();
  EXPECT_EQ(recording.state, RecordingState::ready) << recording.problem;
  EXPECT_EQ(recording.content_type, "video/mp4");
  EXPECT_NEAR(static_cast<double>(recording.duration.count()), 1000, 60);
}

TEST_P(RecordingsTest, a_later_recording_takes_the_place_of_the_one_before) {
  record(two_seconds());
  Recording first = ready();
  std::string other = make_recording(1, "blue");
  record(other);
  EXPECT_EQ(found()->content_hash, sha256_hex(other));
  Recording second = ready();
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(use().objects, 1);
}

// Its job may come to run when another recording has its place already.
TEST_P(RecordingsTest, a_job_does_nothing_to_a_recording_that_came_after_its_own) {
  record(two_seconds());
  record(make_recording(1, "blue"));
  Recording recording = ready();
  EXPECT_NEAR(static_cast<double>(recording.duration.count()), 1000, 60);
  EXPECT_EQ(use().objects, 1);
}

TEST_P(RecordingsTest, one_that_is_deleted_gives_its_file_back) {
  record(two_seconds());
  Recording recording = ready();
  run(recordings_.remove(call(), take_id));
  EXPECT_FALSE(found());
  EXPECT_EQ(use().bytes, 0);
  EXPECT_EQ(code_of([&] { run(recordings_.remove(call(), take_id)); }), Code::not_found);
}

TEST_P(RecordingsTest, what_no_browser_records_is_refused_and_leaves_nothing) {
  EXPECT_EQ(code_of([&] { record("plain words\n"); }), Code::unsupported);
  EXPECT_EQ(code_of([&] { record(sample_film(0, "avi")); }), Code::unsupported);
  EXPECT_EQ(use().bytes, 0);
  EXPECT_FALSE(found());
}

TEST_P(RecordingsTest, one_that_cannot_be_made_ready_keeps_what_was_sent) {
  // Its head is a film's; what follows is none.
  std::string broken = two_seconds().substr(0, 600);
  record(broken);
  Recording recording = ready();
  EXPECT_EQ(recording.state, RecordingState::failed);
  EXPECT_THAT(recording.problem, HasSubstr("cut off, broken"));
  EXPECT_EQ(recording.content_hash, sha256_hex(broken));
  EXPECT_TRUE(is_stored(recording.content_hash));
}

TEST_P(RecordingsTest, one_whose_job_was_given_up_has_failed) {
  record(two_seconds());
  EXPECT_TRUE(run(jobs_.cancel(call(), found()->job_id)));
  EXPECT_EQ(found()->state, RecordingState::failed);
  EXPECT_EQ(found()->problem, "Its job was cancelled.");
  EXPECT_TRUE(run(jobs_.retry(call(), found()->job_id)));
  EXPECT_EQ(ready().state, RecordingState::ready);
}

TEST_P(RecordingsTest, another_tenants_take_is_not_there) {
  EXPECT_EQ(code_of([&] { run(recordings_.expect_take(call("ten_b"), take_id)); }),
            Code::not_found);
  EXPECT_EQ(code_of([&] { run(recordings_.find(call("ten_b"), take_id)); }), Code::not_found);
  EXPECT_EQ(code_of([&] { run(recordings_.remove(call("ten_b"), take_id)); }), Code::not_found);
  auto to_another = [&] {
    run(recordings_.take_in(call("ten_b"), take_id, {}, {"r.webm", content_of(two_seconds())}));
  };
  EXPECT_EQ(code_of(to_another), Code::not_found);
  run(recordings_.expect_take(call(), take_id));
}

}  // namespace
}  // namespace antiphon::director
