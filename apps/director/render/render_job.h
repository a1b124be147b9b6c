#pragma once

#include "apps/director/render/renders.h"

namespace antiphon::director {

/// Of the programs that make films.
inline const media::FilmLimits composing_limits{.length_max = std::chrono::hours(6),
                                                .memory_bytes_max = std::size_t{4096} << 20,
                                                .programs_max = 1};

/// Makes films of edit lists, window by window. What is made stays on the disk, so that a server
/// that ends, or an attempt whose time is over, costs the window under way; long films are handed
/// on from job to job. Lives on one core.
class RenderJob {
 public:
  struct Parts {
    store::Database& database;
    store::BlobStore& blobs;
    store::BlobLedger& ledger;
    store::Jobs& jobs;
    Pool& files;
    media::Film& film;
    media::Composer& composer;
    std::filesystem::path folder;                      ///< of films under way
    Duration hand_on_after = std::chrono::minutes(6);  ///< to a job of its own, between windows
  };

  explicit RenderJob(Parts parts) : parts_(std::move(parts)) {}

  Task<> run(store::JobContext job);

  /// Takes away folders that nobody has worked in for so long: what a crash left. @return how many
  Task<int> sweep(Duration unused_for, Instant deadline);

  static constexpr int rendering_max = 1;  ///< at the same time, over all processes

 private:
  struct Work {
    Render render;
    RenderScript script;
    std::filesystem::path folder;
    media::Composition composition;
    std::vector<media::Window> windows;
  };
  Task<std::optional<Work>> begin(store::JobContext job);
  Task<RenderFiles> find_files(Call call, const Work& work);
  Task<bool> make_pictures(store::JobContext job, std::shared_ptr<Work> work);
  Task<> keep_progress(store::JobContext job, std::shared_ptr<Work> work, double done);
  Task<> hand_on(store::JobContext job, std::shared_ptr<Work> work);
  Task<> make_film(store::JobContext job, std::shared_ptr<Work> work);
  Task<> fail(store::JobContext job, Render render, std::string problem);
  Task<> remove_folder(const Call& call, std::string id);
  Task<> make(store::JobContext job, std::shared_ptr<Work> work);

  Parts parts_;
};

}  // namespace antiphon::director
