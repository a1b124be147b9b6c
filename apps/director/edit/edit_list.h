#pragma once

#include <span>
#include <vector>

#include "apps/director/edit/moment.h"
#include "apps/director/recording/recording.h"
#include "apps/director/take/take_store.h"

// What a take shows, from beginning to end. Times are in the take's sound. Pure.

namespace antiphon::director {

using std::chrono::milliseconds;

enum class CutKind { clip, chart };

inline auto describe(schema::Tag<CutKind>) {
  return schema::enumeration<CutKind>("CutKind", "What is on screen")
      .value("clip", CutKind::clip, "a clip of the library")
      .value("chart", CutKind::chart, "figures that were said, over the picture");
}

enum class Transition { crossfade, cut };

inline auto describe(schema::Tag<Transition>) {
  return schema::enumeration<Transition>("Transition", "How a clip comes on and goes")
      .value("crossfade", Transition::crossfade, "fading from the picture before it")
      .value("cut", Transition::cut, "from one frame to the next");
}

/// A stretch of the take with something on screen beside the speaker.
struct Cut {
  milliseconds start{};
  milliseconds end{};
  CutKind kind = CutKind::clip;
  std::string asset_id;  ///< "" for a chart
  std::string title;
  Transition transition = Transition::crossfade;
  double confidence = 1;
  std::string said;            ///< the words that brought it; "" when a person put it there
  std::optional<Chart> chart;  ///< set exactly for a chart
};

/// A line of subtitles.
struct Caption {
  milliseconds start{};
  milliseconds end{};
  std::string text;
};

/// Where clip and speaker stand from `start` on.
struct LayoutChange {
  milliseconds start{};
  Layout layout = Layout::fullscreen;
  bool operator==(const LayoutChange&) const = default;
};

/// What a person can change of a list.
struct Edit {
  std::vector<Cut> cuts;
  std::vector<LayoutChange> layouts;  ///< the first one from the beginning
};

struct EditList {
  std::string take_id;
  milliseconds length{};
  std::vector<Cut> cuts;              ///< by their starts; clips overlap no clips, charts no charts
  std::vector<LayoutChange> layouts;  ///< never empty; the first one from the beginning
  std::vector<Caption> captions;
  std::optional<Recording> recording = {};  ///< only one that is ready
  std::optional<Timestamp> edited_at = {};  ///< nothing: as it was recorded
};

/// What is known of a take.
struct TakeHistory {
  TakeRecord take;
  std::vector<Utterance> utterances;  ///< in their order
  std::vector<KeptMoment> moments;    ///< in their order
  std::optional<Recording> recording = {};
};

inline constexpr int frames_per_second = 25;
inline constexpr std::size_t cuts_max = 2000;
inline constexpr std::size_t caption_length_max = 84;  ///< code points: two lines of a screen

/// The list as it was recorded: each clip until the next one, its own end or the take's.
EditList recorded_list(const TakeHistory& history);

/// Subtitles of what was said, none over another; long utterances in several.
std::vector<Caption> captions_of(std::span<const Utterance> utterances);

/// Where clip and speaker stand at that time.
Layout layout_at(std::span<const LayoutChange> layouts, milliseconds time);

/// A clip as the check of an edit knows it.
struct KnownClip {
  std::string title;
  milliseconds length{};  ///< 0: a still, or not known
};

/// @param clips  those of the edit's ids that are there, by id
/// @throws Error{fields}, all at once, with pointers into `cuts` and `layouts`: for what is out of
///         order, outside the take, over another of its kind, longer than its film, or not known
void check_edit(const Edit& edit, milliseconds length,
                const std::map<std::string, KnownClip>& clips);

/// The frame at which a time is, to the nearest; the upper one from the middle on.
std::int64_t frame_of(milliseconds time);

}  // namespace antiphon::director
