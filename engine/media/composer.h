#pragma once

#include "engine/async/pool.h"
#include "engine/media/composition.h"
#include "engine/media/film.h"

namespace antiphon::media {

/// Makes composed films by ffmpeg, under limits. Lives on one core.
///
/// Every call throws Error{Code::not_found} when a file is gone, Error{Code::unprocessable} when
/// one cannot be decoded, Error{Code::too_large} beyond a limit, Error{Code::unavailable} when
/// ffmpeg is not installed.
class Composer {
 public:
  /// @param files  opens files; outlives this
  Composer(Pool& files, FilmLimits limits) : files_(files), programs_(std::move(limits)) {}

  /// Writes the picture of a window to `out`.
  Task<> make_picture(Composition composition, Window window, std::filesystem::path out,
                      OnProgress on_progress, Instant deadline);

  /// Joins pictures of windows, in `list`'s folder, with the sound to `out`, an MP4.
  Task<> join(Composition composition, std::filesystem::path list, std::filesystem::path out,
              OnProgress on_progress, Instant deadline);

  const FilmLimits& limits() const { return programs_.limits(); }

 private:
  Task<> run(Plan plan, std::filesystem::path out, Duration time_max, std::int64_t frames,
             OnProgress on_progress, Instant deadline);

  Pool& files_;
  Programs programs_;
};

}  // namespace antiphon::media
