#pragma once

#include <fstream>

#include "apps/director/director.h"
#include "apps/director/library/content.h"
#include "apps/director/library/intake.h"
#include "apps/director/library/library.h"
#include "apps/director/library/preparation.h"
#include "engine/base/temporary_folder.h"
#include "engine/store/both_databases.h"
#include "engine/store/migration.h"
#include "engine/testing/program.h"

// A library on both databases, with real files, real ffmpeg and a job runner beside a test's steps.

namespace antiphon::director {

/// A file that ffmpeg makes of `arguments`.
inline std::string made_by_ffmpeg(std::vector<std::string> arguments, const std::string& ending) {
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / ("film." + ending);
  SystemClock clock;
  Core core(0, clock);
  arguments.insert(arguments.begin(), {"-v", "error"});
  arguments.push_back(path.string());
  core.run_until_done(testing::output_of("ffmpeg", std::move(arguments)));
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A film of one second.
inline std::string make_film(int number, const std::string& ending,
                             const std::string& movflags = "") {
  std::vector<std::string> arguments{"-f", "lavfi", "-i",
                                     fmt::format("testsrc2=s={}x36:r=5:d=1", 64 + 2 * number)};
  if (!movflags.empty()) arguments.insert(arguments.end(), {"-movflags", movflags});
  return made_by_ffmpeg(std::move(arguments), ending);
}

/// What a browser records: picture and sound, neither length nor index.
inline std::string make_recording(int seconds, const std::string& colour = "red") {
  return made_by_ffmpeg(
      {"-f", "lavfi", "-i", fmt::format("color={}:s=160x90:r=25:d={}", colour, seconds), "-f",
       "lavfi", "-i", fmt::format("sine=d={}", seconds), "-c:v", "libvpx", "-deadline", "realtime",
       "-cpu-used", "8", "-c:a", "libopus", "-live", "1"},
      "webm");
}

/// The same bytes each time; another number gives another film.
inline std::string sample_film(int number = 0, std::string ending = "webm") {
  static std::map<std::string, std::string> made;
  std::string& film = made[fmt::format("{}.{}", number, ending)];
  if (film.empty()) film = make_film(number, ending);
  return film;
}

class LibraryRig : public store::testing::BothDatabases {
 protected:
  void SetUp() override {
    run(store::migrate(*database_,
                       {{"engine", store::engine_migrations()}, {"director", info().migrations}},
                       soon()));
  }

  TakenIn take_in(std::string bytes, NewClip told = {}, std::string name = "film.webm") {
    return run(intake_.take_in(call(), std::move(told), {name, content_of(std::move(bytes))}));
  }
  /// Why it was not taken in.
  Error refusal(std::string bytes, std::string name = "film.webm") {
    try {
      take_in(std::move(bytes), {}, std::move(name));
    } catch (const Error& error) {
      return error;
    }
    return Error(Code::cancelled, "Nothing was refused.");
  }
  /// What `action` throws.
  static Code code_of(auto action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was refused";
    return Code::internal;
  }
  std::optional<Asset> find(std::string id) {
    return run(assets_.find("ten_a", std::move(id), soon()));
  }
  /// Works at jobs until the clip is no longer being processed.
  Asset prepared(std::string id) {
    work_until([this, id]() -> Task<bool> {
      auto asset = co_await assets_.find("ten_a", id, soon());
      co_return !asset || asset->state != ClipState::processing;
    });
    return find(id).value_or(Asset{.title = "is gone"});
  }
  /// What further kinds of jobs a test has worked at.
  virtual void add_handlers(store::JobRunner&) {}
  /// Works at jobs until `is_done`, or patience ends.
  void work_until(std::function<Task<bool>()> is_done) {
    store::JobRunner runner(
        *database_, jobs_, random_,
        {.poll = std::chrono::milliseconds(20), .back_off = std::chrono::milliseconds(1)});
    runner.handle(std::string(Preparation::job_kind),
                  [this](auto job) { return preparation_.run(std::move(job)); });
    add_handlers(runner);
    auto work = [&]() -> Task<> {
      TaskGroup group([](const std::exception_ptr& error) { std::rethrow_exception(error); });
      group.spawn(runner.run());
      Instant patience = soon();
      while (clock_.steady() < patience && !co_await is_done()) {
        co_await sleep_for(std::chrono::milliseconds(5));
      }
      runner.stop();
      co_await group.join();
    };
    run(work());
  }
  template <class F>
  auto write(F closure) {
    return run(database_->write(soon(), std::move(closure)));
  }
  store::BlobUse use() {
    return write([&](store::Tx& tx) { return ledger_.use(tx, "ten_a"); });
  }
  bool is_stored(const std::string& hash) { return run(blobs_.size(soon(), hash)).has_value(); }

  TemporaryFolder folder_;
  Pool files_{{.name = "files", .threads = 2}};
  store::DiskBlobs blobs_{folder_.path() / "blobs", files_, random_};
  store::BlobLedger ledger_{*database_, blobs_, random_, {.garbage_kept = std::chrono::seconds(0)}};
  store::Jobs jobs_{*database_, random_};
  app::Changes changes_;
  AssetStore assets_{*database_};
  media::Film film_{files_};
  Intake intake_{{.database = *database_,
                  .blobs = blobs_,
                  .ledger = ledger_,
                  .jobs = jobs_,
                  .changes = changes_,
                  .random = random_,
                  .film = film_}};
  Preparation preparation_{{.database = *database_,
                            .blobs = blobs_,
                            .ledger = ledger_,
                            .changes = changes_,
                            .files = files_,
                            .film = film_}};
};

}  // namespace antiphon::director
