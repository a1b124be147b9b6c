#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace antiphon::clips {

/// What the generator and the tests need of one entry of catalogue.json; the README lists all.
struct Entry {
  std::string file;  ///< "coffee-steam.webm"
  std::string topic;
  std::string licence;
  int duration_ms = 0;

  std::string stem() const;       ///< "coffee-steam", the name of its scene
  std::string thumbnail() const;  ///< "coffee-steam.jpg"
};

inline constexpr int frames_per_second = 25;
inline constexpr int duration_ms_min = 3000;
inline constexpr int duration_ms_max = 5000;

/// @throws std::runtime_error that names the entry when a field is missing, empty or out of range,
///         or a file is listed twice
std::vector<Entry> load_catalogue(const std::filesystem::path& path);

}  // namespace antiphon::clips
