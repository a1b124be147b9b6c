#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/media/limits.h"

// A film made of others: a speaker, films over the speaker for a while, a sound. Made window by
// window, so that hours of it open a few files at a time. Pure; times are frames of the whole.

namespace antiphon::media {

inline constexpr int composed_frames_per_second = 25;

/// Where a film and the speaker stand while it is on.
enum class Arrangement {
  fullscreen,    ///< the film fills the picture
  pip,           ///< it fills it, the speaker in the corner at the bottom right
  side_by_side,  ///< the film has the left half, the speaker the right one
};

struct ComposedFilm {
  std::filesystem::path path;
  bool is_still = false;
};

/// A film that lies for a while over what stands before it in the list.
struct Layer {
  std::size_t film = 0;  ///< its place in `Composition::films`
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t source_begin = 0;  ///< where in the film it begins
  Arrangement arrangement = Arrangement::fullscreen;
  std::int64_t fade_in = 0;          ///< frames, from its begin; 0: a cut
  std::int64_t fade_out = 0;         ///< frames, before its end
  std::int64_t speaker_fade_in = 0;  ///< of the speaker who stands before it
  std::int64_t speaker_fade_out = 0;
};

/// Who speaks: behind all films, with the only sound there is.
struct Speaker {
  std::filesystem::path path;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool has_sound = true;
};

struct Composition {
  int width = 1280;
  int height = 720;
  std::int64_t length = 0;
  std::optional<Speaker> speaker;  ///< nothing: black, and silence
  std::vector<ComposedFilm> films;
  std::vector<Layer> layers;                       ///< by their begins
  std::optional<std::filesystem::path> subtitles;  ///< as SubRip, to be drawn into the picture
};

/// A part of the whole that is made in one go.
struct Window {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const Window&) const = default;
};

inline constexpr std::int64_t window_frames = 60 * composed_frames_per_second;
inline constexpr std::size_t window_layers = 8;

/// The whole in windows of about a minute and a few layers at most; none begins within a fade.
std::vector<Window> windows_of(const Composition& composition);

/// What a program is started with.
struct Plan {
  std::vector<std::filesystem::path> inputs;  ///< as Programs::run() numbers them
  std::vector<std::string> arguments;         ///< without the name of what comes out
};

/// Makes the picture of a window: H.264 in an MPEG transport stream.
Plan plan_window(const Composition& composition, Window window, const FilmLimits& limits);

/// Joins the pictures of all windows with the sound into an MP4 that plays while it loads.
/// @param list  names the pictures, as picture_list() gives it
Plan plan_joining(const Composition& composition, const std::filesystem::path& list,
                  const FilmLimits& limits);

/// For plan_joining(), where the pictures stand in the same folder. @param names  without a folder
std::string picture_list(const std::vector<Window>& windows, const std::vector<std::string>& names);

/// "1.04" for 26 frames.
std::string seconds_of(std::int64_t frames);

}  // namespace antiphon::media
