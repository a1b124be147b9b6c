#pragma once

#include <string>

#include "apps/director/edit/edit_list.h"

namespace antiphon::director {

inline constexpr std::size_t cmx_events_max = 999;  ///< an event's number has three digits
inline constexpr std::int64_t fade_frames = 5;      ///< of a crossfade: 200 ms, as on the stage

/// The frames of a cut's crossfade; fewer in a cut that is shorter than two of them.
std::int64_t fade_of(const Cut& cut);

/// "01:02:03:04" at 25 frames a second.
std::string timecode(std::int64_t frame);

/// The list in the form of CMX 3600, at 25 frames a second, counted from the take's beginning.
/// Track V has the clips, and between them the recording (reel TAKE) or black (BL); track A has the
/// recording's sound. Comments name the clips and their ids, charts and layouts, which the form has
/// no place for. A clip that fades out is told as a dissolve to what is behind it. Pure.
/// @throws Error{Code::unprocessable} beyond cmx_events_max
std::string to_cmx(const EditList& list);

/// Subtitles as SubRip (.srt), in UTF-8. Pure.
std::string to_srt(std::span<const Caption> captions);

}  // namespace antiphon::director
