#pragma once

#include <string>

#include "apps/director/library/intake.h"
#include "apps/director/recording/recording_store.h"
#include "engine/schema/describe.h"

namespace antiphon::director {

/// The payload of the job that makes a recording ready.
struct PrepareRecording {
  std::string take_id;
  std::string recording_id;
};

inline auto describe(schema::Tag<PrepareRecording>) {
  return schema::object<PrepareRecording>("PrepareRecording", "Which recording is made ready")
      .field("takeId", &PrepareRecording::take_id, "Of which take")
      .field("recordingId", &PrepareRecording::recording_id, "It, and none that came after it");
}

/// How long a recording may be.
inline const media::FilmLimits recording_limits{.length_max = std::chrono::hours(6)};

/// Takes in what a browser recorded of a take, and makes it so that it can be sought: such files do
/// not say how long they are. Lives on one core.
class Recordings {
 public:
  struct Parts {
    store::Database& database;
    store::BlobStore& blobs;
    store::BlobLedger& ledger;
    store::Jobs& jobs;
    Random& random;
    Pool& files;
    media::Film& film;
    std::filesystem::path folder;  ///< for files under way; is made when it is not there
  };

  explicit Recordings(Parts parts) : parts_(std::move(parts)) {}

  /// @throws Error{Code::not_found} when the tenant has no such take
  Task<> expect_take(Call call, std::string take_id);

  /// Makes a whole file the take's recording, in the place of the one before. Nothing is left of a
  /// file that is refused.
  /// @param offset  where in the take's sound it begins
  /// @throws as expect_take(), Intake::take_in; Error{Code::unsupported} for what no browser
  /// records
  Task<> take_in(Call call, std::string take_id, std::chrono::milliseconds offset, SentFile file);

  /// @throws Error{Code::not_found} when the take has none, or is not there
  Task<Recording> find(Call call, std::string take_id);

  /// Its file goes with it. @throws as find()
  Task<> remove(Call call, std::string take_id);

  /// The job: ends with the recording ready or failed.
  Task<> prepare(store::JobContext job);

  static constexpr std::string_view job_kind = "director.prepare_recording";
  static constexpr int preparing_max = 2;

 private:
  struct Made {
    Recording recording;  ///< as it will be
    std::optional<store::UploadedBlob> blob;
  };
  Task<> store(Call call, Recording recording, store::UploadedBlob uploaded);
  Task<> drop(Call call, std::string upload);
  Task<Made> make_ready(store::JobContext job, Recording recording);
  Task<> finish(store::JobContext job, Made made);

  Parts parts_;
};

}  // namespace antiphon::director
