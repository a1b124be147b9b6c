#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "apps/director/chart/chart.h"
#include "apps/director/take/events.h"

namespace antiphon::director {

enum class MomentKind { clip, chart, layout, end };

inline auto describe(schema::Tag<MomentKind>) {
  return schema::enumeration<MomentKind>("MomentKind", "What happened")
      .value("clip", MomentKind::clip, "a clip came on screen")
      .value("chart", MomentKind::chart, "a chart came on screen")
      .value("layout", MomentKind::layout, "clip and speaker moved")
      .value("end", MomentKind::end, "the take ended");
}

/// Something that happened on the screen of a take, as it is kept.
struct ScreenMoment {
  MomentKind kind = MomentKind::clip;
  std::string asset_id = {};
  std::string title = {};
  std::chrono::milliseconds length_ms{};  ///< of the clip, 0 unknown; of the chart's stay
  std::string transition = {};            ///< crossfade or cut
  double confidence = 0;
  std::string said = {};  ///< the words that brought it
  std::optional<Chart> chart = {};
  std::optional<Layout> layout = {};
};

inline auto describe(schema::Tag<ScreenMoment>) {
  return schema::object<ScreenMoment>("ScreenMoment",
                                      "Something that happened on the screen of a take")
      .field("kind", &ScreenMoment::kind, "What happened")
      .field("assetId", &ScreenMoment::asset_id, "The clip", schema::defaulted)
      .field("title", &ScreenMoment::title, "Its title then", schema::defaulted)
      .field("lengthMs", &ScreenMoment::length_ms, "How long it lasts by itself", schema::defaulted)
      .field("transition", &ScreenMoment::transition, "How it came on", schema::defaulted)
      .field("confidence", &ScreenMoment::confidence, "How well it fitted", schema::defaulted)
      .field("said", &ScreenMoment::said, "The words that brought it", schema::defaulted)
      .field("chart", &ScreenMoment::chart, "What was drawn")
      .field("layout", &ScreenMoment::layout, "From then on");
}

/// A moment with its place: its number in the take, from 1, and when, in the take's sound.
struct KeptMoment {
  std::int64_t number = 0;
  std::chrono::milliseconds at{};
  ScreenMoment moment;
};

}  // namespace antiphon::director
