#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "engine/async/pool.h"
#include "engine/media/program.h"

namespace antiphon::media {

/// What a file with a film or a picture is.
struct FilmFacts {
  bool is_still = false;  ///< a picture that does not move
  int width = 0;          ///< in points, before any rotation that the file asks for
  int height = 0;
  std::chrono::milliseconds length{};  ///< 0: a still, or the file does not say
  std::string container;               ///< as ffprobe names it: "mov,mp4,m4a,3gp,3g2,mj2"
  std::string codec;                   ///< "h264"
  std::string pixel_format;            ///< "yuv420p"
  std::string sound_codec;             ///< "" for none
  std::int64_t bits_per_second = 0;    ///< 0: unknown
};

/// Its media type, by what it is and not by its name: "video/mp4".
std::string media_type(const FilmFacts& facts);

/// Whether the browsers in use show the file as it is, smoothly.
bool plays_in_browsers(const FilmFacts& facts);

/// Of the file that make_seekable() makes: "video/webm" or "video/mp4"; "" when it makes none.
std::string seekable_type(const FilmFacts& facts);

/// Told how much is done, 0 to 1.
using OnProgress = std::function<void(double done)>;

/// Looks into films and pictures, and makes still pictures and previews of them, by child programs
/// under limits (E-43's way for pictures). Lives on one core.
///
/// Every call throws Error{Code::unsupported} for what is no film or picture,
/// Error{Code::unprocessable} for a broken one, Error{Code::too_large} beyond a limit,
/// Error{Code::unavailable} when ffmpeg is not installed, Error{Code::not_found} for no such file.
class Film {
 public:
  /// @param files  opens files; outlives this
  Film(Pool& files, FilmLimits limits = {}) : files_(files), programs_(std::move(limits)) {}

  /// Reads the head of a file, not all of it.
  Task<FilmFacts> look_into(std::filesystem::path path, Instant deadline);

  /// A JPEG at most `still_width_max` wide, from a frame near the beginning.
  Task<std::string> make_still(std::filesystem::path path, FilmFacts facts, Instant deadline);

  /// Writes a WebM at most `preview_width_max` wide to `out`, a new file. A still becomes a film of
  /// `still_film_length`. @return its length
  Task<std::chrono::milliseconds> make_preview(std::filesystem::path path, FilmFacts facts,
                                               std::filesystem::path out, OnProgress on_progress,
                                               Instant deadline);

  /// Writes picture and sound as they are to `out`, a new file that says its length and can be
  /// sought: for what a browser recorded, whose end was not known when it began.
  Task<> make_seekable(std::filesystem::path path, FilmFacts facts, std::filesystem::path out,
                       Instant deadline);

  const FilmLimits& limits() const { return programs_.limits(); }

  static constexpr int still_width_max = 480;
  static constexpr int preview_width_max = 1280;
  static constexpr std::chrono::seconds still_film_length{6};

 private:
  Task<Descriptor> open(std::filesystem::path path, Instant deadline);

  Pool& files_;
  Programs programs_;
};

/// What ffprobe printed, as facts. Pure.
/// @throws Error as Film does
FilmFacts read_facts(std::string_view json, const FilmLimits& limits);

/// The length in a piece of ffmpeg's progress report ("out_time_us=1234"); nothing when it is not
/// in there.
std::optional<std::chrono::milliseconds> read_progress(std::string_view report);

}  // namespace antiphon::media
