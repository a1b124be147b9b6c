#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace antiphon::media {

/// What looking into a film or picture and making others of it may take, and what is taken in.
struct FilmLimits {
  std::int64_t pixels_max = 7680 * 4320;  ///< of one picture: 8K
  std::chrono::seconds length_max{60 * 60};
  std::size_t streams_max = 64;                    ///< tracks of one file
  std::chrono::seconds probe_time_max{30};         ///< of looking into a file
  std::chrono::seconds still_time_max{60};         ///< of making a still picture
  std::chrono::seconds preview_time_max{14 * 60};  ///< of making a preview
  std::chrono::seconds copy_time_max{10 * 60};     ///< of making a file that can be sought
  std::chrono::seconds compose_time_max{10 * 60};  ///< of making a minute of a composed film
  std::chrono::seconds join_time_max{12 * 60};     ///< of joining its parts with the sound
  std::chrono::seconds processor_max{20 * 60};     ///< of one program
  std::size_t memory_bytes_max = 2048u << 20;      ///< address space of one program
  std::size_t facts_bytes_max = 256u << 10;        ///< that looking into a file may print
  std::size_t still_bytes_max = 4u << 20;
  std::size_t preview_bytes_max = 256u << 20;
  std::uint64_t copy_bytes_max = std::uint64_t{2100} << 20;   ///< of a file that can be sought
  std::uint64_t composed_bytes_max = std::uint64_t{8} << 30;  ///< of a composed film
  std::size_t programs_max = 2;   ///< at the same time on one core; others wait
  std::string ffmpeg = "ffmpeg";  ///< a name in PATH or a path
  std::string ffprobe = "ffprobe";
};

}  // namespace antiphon::media
