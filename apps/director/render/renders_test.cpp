// D-21: films of takes, made by jobs with real ffmpeg.
#include <gmock/gmock.h>

#include "apps/director/edit/edit_lists.h"
#include "apps/director/recording/recordings.h"
#include "apps/director/render/render_job.h"
#include "apps/director/test/library_rig.h"

namespace antiphon::director::renders_test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* take_id = "ses_00000000000000000000000001";

class RendersTest : public LibraryRig {
 protected:
  void SetUp() override {
    LibraryRig::SetUp();
    run(takes_.insert(call(), {.id = take_id,
                               .language = "en",
                               .created_by = "usr_a",
                               .created_at = clock_.now(),
                               .duration = 2s}));
  }
  void add_handlers(store::JobRunner& runner) override {
    runner.handle(std::string(Recordings::job_kind),
                  [this](auto job) { return recordings_.prepare(std::move(job)); });
    runner.handle(std::string(Renders::job_kind), [this](auto job) {
      ++jobs_run_;
      return job_.run(std::move(job));
    });
  }
  void record() {
    run(recordings_.take_in(call(), take_id, {}, {"r.webm", content_of(make_recording(3))}));
    work_until([this]() -> Task<bool> {
      co_return (co_await recordings_.find(call(), take_id)).state != RecordingState::processing;
    });
  }
  /// A green clip of two seconds, on screen from `at` to `until`.
  std::string show(std::chrono::milliseconds at, std::chrono::milliseconds until) {
    static const std::string film =
        made_by_ffmpeg({"-f", "lavfi", "-i", "color=green:s=160x90:r=25:d=2", "-c:v", "libvpx",
                        "-deadline", "realtime", "-cpu-used", "8"},
                       "webm");
    std::string asset = prepared(take_in(film).asset.id).id;
    CutView cut{.start = static_cast<double>(at.count()) / 1000,
                .end = static_cast<double>(until.count()) / 1000,
                .asset_id = asset,
                .transition = Transition::cut};
    run(lists_.put(call(), {.session_id = take_id, .cuts = std::vector<SentCut>{{cut}}}));
    return asset;
  }
  std::string begin(RenderWish wish = {}) {
    Render render = renders_.prepare(call(), take_id, wish);
    run(renders_.begin(call(), render));
    return render.id;
  }
  Render find(const std::string& id) { return run(renders_.find(call(), take_id, id)); }
  Render finished(const std::string& id) {
    work_until([this, id]() -> Task<bool> {
      co_return !is_open((co_await renders_.find(call(), take_id, id)).state) && !has_work();
    });
    return find(id);
  }
  std::string ran(std::string program, std::vector<std::string> arguments) {
    return run(testing::output_of(std::move(program), std::move(arguments)));
  }
  std::string path_of(const Render& render) {
    return run(blobs_.local_file(soon(), render.content_hash)).string();
  }
  bool has_work() { return std::filesystem::exists(work_) && !std::filesystem::is_empty(work_); }
  /// Whether the middle of a frame is more green than red.
  bool is_green(const Render& render, int frame) {
    std::string point =
        ran("ffmpeg", {"-v", "error", "-i", path_of(render), "-vf",
                       fmt::format("select=eq(n\\,{}),crop=2:2", frame), "-frames:v", "1", "-f",
                       "rawvideo", "-pix_fmt", "rgb24", "pipe:1"});
    return static_cast<unsigned char>(point.at(1)) > static_cast<unsigned char>(point.at(0));
  }
  TakeStore takes_{*database_};
  EditLists lists_{*database_};
  media::Film recording_film_{files_, recording_limits};
  std::filesystem::path work_ = folder_.path() / "work";
  Recordings recordings_{{.database = *database_,
                          .blobs = blobs_,
                          .ledger = ledger_,
                          .jobs = jobs_,
                          .random = random_,
                          .files = files_,
                          .film = recording_film_,
                          .folder = work_}};
  Renders renders_{{.database = *database_,
                    .ledger = ledger_,
                    .jobs = jobs_,
                    .random = random_,
                    .files = files_,
                    .folder = work_}};
  media::Composer composer_{files_, composing_limits};
  RenderJob::Parts job_parts_{.database = *database_,
                              .blobs = blobs_,
                              .ledger = ledger_,
                              .jobs = jobs_,
                              .files = files_,
                              .film = recording_film_,
                              .composer = composer_,
                              .folder = work_};
  RenderJob job_{job_parts_};
  int jobs_run_ = 0;
};
ON_BOTH_DATABASES(RendersTest);

TEST_P(RendersTest, a_film_has_the_clip_at_its_time_and_the_recording_at_others) {
  record();
  show(1s, 2s);
  std::int64_t before = use().bytes;
  Render render = finished(begin());
  ASSERT_EQ(render.state, RenderState::ready) << render.problem;
  EXPECT_EQ(render.progress, 1);
  EXPECT_THAT(render.remarks, IsEmpty());
  EXPECT_THAT(ran("ffprobe", {"-v", "error", "-show_entries",
                              "stream=codec_name,width,height,pix_fmt:format=duration", "-of",
                              "compact", path_of(render)}),
              ::testing::AllOf(HasSubstr("codec_name=h264|width=1280|height=720|pix_fmt=yuv420p"),
                               HasSubstr("codec_name=aac")));
  EXPECT_NEAR(static_cast<double>(render.length.count()), 3000, 60);
  EXPECT_FALSE(is_green(render, 24));
  EXPECT_TRUE(is_green(render, 25));
  EXPECT_TRUE(is_green(render, 49));
  EXPECT_FALSE(is_green(render, 50));
  EXPECT_EQ(use().bytes, before + render.bytes);
  EXPECT_FALSE(has_work());

  run(renders_.remove(call(), take_id, render.id));
  EXPECT_EQ(use().bytes, before) << "a film that is deleted gives its file back";
  EXPECT_EQ(code_of([&] { find(render.id); }), Code::not_found);
}

TEST_P(RendersTest, a_recording_that_is_not_ready_is_waited_for) {
  run(recordings_.take_in(call(), take_id, {}, {"r.webm", content_of(make_recording(1))}));
  EXPECT_EQ(code_of([&] { begin(); }), Code::conflict);
}

TEST_P(RendersTest, a_film_is_made_of_what_there_was_when_it_was_asked_for) {
  record();
  std::string asset = show(0s, 2s);
  std::string id = begin();
  // All of it goes before the job begins.
  run(recordings_.remove(call(), take_id));
  run(lists_.reset(call(), take_id));
  write([&](store::Tx& tx) {
    AssetStore::remove(tx, "ten_a", asset);
    ledger_.release(tx, "ten_a", asset);
  });
  run(ledger_.sweep(soon()));
  Render render = finished(id);
  ASSERT_EQ(render.state, RenderState::ready) << render.problem;
  EXPECT_TRUE(is_green(render, 10));
  EXPECT_EQ(use().objects, 1) << "of what it was made of it keeps nothing";
}

TEST_P(RendersTest, a_take_without_a_recording_is_black_and_silent) {
  show(0s, 1s);
  Render render = finished(begin({.captions = true}));
  ASSERT_EQ(render.state, RenderState::ready) << render.problem;
  EXPECT_THAT(render.remarks, ElementsAre(HasSubstr("no recording")));
  EXPECT_THAT(ran("ffprobe", {"-v", "error", "-show_entries", "stream=codec_name", "-of", "csv",
                              path_of(render)}),
              HasSubstr("aac"));
}

// What was made before a server ended, or a job's time was over, is not made again.
TEST_P(RendersTest, work_goes_on_where_it_was_and_is_handed_on) {
  job_parts_.hand_on_after = Duration(-1);
  RenderJob impatient{job_parts_};
  job_parts_.hand_on_after = 1min;
  show(0s, 1s);
  std::string id = begin();
  store::JobRunner runner(*database_, jobs_, random_, {.poll = 20ms});
  std::string first_job = find(id).job_id;
  runner.handle(std::string(Renders::job_kind), [&](auto job) {
    bool is_first = ++jobs_run_ == 1;
    return (is_first ? impatient : job_).run(std::move(job));
  });
  auto work = [&]() -> Task<> {
    TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
    group.spawn(runner.run());
    while (is_open((co_await renders_.find(call(), take_id, id)).state)) co_await sleep_for(5ms);
    runner.stop();
    co_await group.join();
  };
  run(work());
  EXPECT_EQ(find(id).state, RenderState::ready);
  EXPECT_EQ(jobs_run_, 2);
  EXPECT_NE(find(id).job_id, first_job);
}

TEST_P(RendersTest, one_that_is_cancelled_stays_to_be_seen_and_is_deleted_then) {
  show(0s, 1s);
  std::string id = begin();
  std::int64_t before = use().objects;
  run(renders_.remove(call(), take_id, id));
  EXPECT_EQ(find(id).state, RenderState::cancelled);
  EXPECT_EQ(use().objects, before);
  auto job = run(jobs_.get(call(), find(id).job_id));
  EXPECT_EQ(job->state, store::JobState::cancelled);
  run(renders_.remove(call(), take_id, id));
  EXPECT_EQ(code_of([&] { find(id); }), Code::not_found);
}

TEST_P(RendersTest, one_that_cannot_be_made_says_why) {
  show(0s, 1s);
  std::int64_t used = use().bytes;
  write([&](store::Tx& tx) { ledger_.set_quota(tx, "ten_a", used); });
  Render render = finished(begin());
  EXPECT_EQ(render.state, RenderState::failed);
  EXPECT_THAT(render.problem, HasSubstr("The quota for files is"));
  EXPECT_FALSE(has_work());
}

TEST_P(RendersTest, a_render_whose_job_was_given_up_has_failed) {
  show(0s, 1s);
  std::string id = begin();
  run(jobs_.cancel(call(), find(id).job_id));
  EXPECT_EQ(find(id).state, RenderState::failed);
  EXPECT_EQ(find(id).problem, "Its job was cancelled.");
  for (std::size_t i = 0; i < Renders::open_renders_max; ++i) begin();
  EXPECT_EQ(code_of([&] { begin(); }), Code::quota_exceeded) << "it is none of those that wait";
  run(renders_.remove(call(), take_id, id));
  EXPECT_EQ(code_of([&] { find(id); }), Code::not_found) << "nothing is left to give up";
}

TEST_P(RendersTest, there_is_a_limit_of_renders) {
  show(0s, 1s);
  for (std::size_t i = 0; i < Renders::open_renders_max; ++i) begin();
  EXPECT_EQ(code_of([&] { begin(); }), Code::quota_exceeded);
  auto cancel_all = [&] {
    for (const Render& render : run(renders_.list(call(), take_id))) {
      if (is_open(render.state)) run(renders_.remove(call(), take_id, render.id));
    }
  };
  cancel_all();
  for (std::size_t i = 0; i < Renders::open_renders_max; ++i) begin();
  cancel_all();
  EXPECT_EQ(run(renders_.list(call(), take_id)).size(), Renders::kept_renders_max);
  EXPECT_EQ(code_of([&] { begin(); }), Code::quota_exceeded);
}

TEST_P(RendersTest, an_empty_take_and_another_tenants_have_none) {
  run(takes_.insert(call(), {.id = "ses_00000000000000000000000002",
                             .language = "en",
                             .created_by = "usr_a",
                             .created_at = clock_.now()}));
  Render of_nothing = renders_.prepare(call(), "ses_00000000000000000000000002", {});
  EXPECT_EQ(code_of([&] { run(renders_.begin(call(), of_nothing)); }), Code::unprocessable);
  show(0s, 1s);
  std::string id = begin();
  EXPECT_EQ(code_of([&] { run(renders_.begin(call("ten_b"), of_nothing)); }), Code::not_found);
  EXPECT_EQ(code_of([&] { run(renders_.find(call("ten_b"), take_id, id)); }), Code::not_found);
  EXPECT_EQ(code_of([&] { run(renders_.list(call("ten_b"), take_id)); }), Code::not_found);
  EXPECT_EQ(code_of([&] { run(renders_.remove(call("ten_b"), take_id, id)); }), Code::not_found);
  EXPECT_EQ(find(id).state, RenderState::waiting);
}

TEST_P(RendersTest, folders_that_a_crash_left_are_swept) {
  std::filesystem::create_directories(work_ / "ren_old");
  EXPECT_EQ(run(job_.sweep(1h, soon())), 0);
  EXPECT_EQ(run(job_.sweep(Duration(-1), soon())), 1);
  EXPECT_FALSE(has_work());
}

}  // namespace
}  // namespace antiphon::director::renders_test
