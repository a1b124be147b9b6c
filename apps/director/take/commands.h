#pragma once

#include <optional>
#include <string>

#include "apps/director/take/events.h"

// What clients say to a take: the bodies of messages by their `action`.

namespace antiphon::director {

/// `sendAudio`: sound as base64, for clients that cannot send binary frames.
struct SendAudio {
  std::string audio_data;
  std::int64_t timestamp = 0;
};

inline auto describe(schema::Tag<SendAudio>) {
  return schema::object<SendAudio>("SendAudio", "Sound as text")
      .field("audioData", &SendAudio::audio_data, "PCM16, little endian, mono, as base64")
      .field("timestamp", &SendAudio::timestamp, "The client's time; not used", schema::defaulted);
}

/// `text`: a typed sentence in place of a spoken one.
struct TypedText {
  std::string text;
};

inline auto describe(schema::Tag<TypedText>) {
  return schema::object<TypedText>("TypedText", "A typed sentence")
      .field("text", &TypedText::text, "Treated as if it had been said", schema::min_length(1),
             schema::max_length(2000));
}

/// `manualOverride`: the creator's own choice, shown whatever the rules say.
struct ManualOverride {
  std::string asset_id;
};

inline auto describe(schema::Tag<ManualOverride>) {
  return schema::object<ManualOverride>("ManualOverride", "Show this clip now")
      .field("assetId", &ManualOverride::asset_id, "The clip", schema::id("ast"));
}

/// `layout`: where clip and speaker stand from now on.
struct SetLayout {
  Layout layout = Layout::fullscreen;
};

inline auto describe(schema::Tag<SetLayout>) {
  return schema::object<SetLayout>("SetLayout", "Where clip and speaker stand from now on")
      .field("layout", &SetLayout::layout, "The new layout");
}

/// `mode`: who has the last word from now on.
struct SetMode {
  Mode mode = Mode::automatic;
};

inline auto describe(schema::Tag<SetMode>) {
  return schema::object<SetMode>("SetMode", "Who has the last word about clips from now on")
      .field("mode", &SetMode::mode, "The new mode");
}

/// `approve`: yes to a choice that waits; by its number, by a clip, or both; or to a chart.
struct ApproveOverlay {
  std::optional<std::int64_t> suggestion_id;
  std::optional<std::string> asset_id;
  std::optional<std::int64_t> chart_id;
};

inline auto describe(schema::Tag<ApproveOverlay>) {
  return schema::object<ApproveOverlay>("ApproveOverlay", "Yes to a choice that waits")
      .field("suggestionId", &ApproveOverlay::suggestion_id, "The proposal; else the newest",
             schema::min(1))
      .field("assetId", &ApproveOverlay::asset_id, "The clip of it; else the best",
             schema::id("ast"))
      .field("chartId", &ApproveOverlay::chart_id, "The chart, in place of a clip", schema::min(1));
}

/// `rate`: a thumb for a clip, or none any more.
struct RateAsset {
  std::string asset_id;
  Thumb thumb = Thumb::none;
};

inline auto describe(schema::Tag<RateAsset>) {
  return schema::object<RateAsset>("RateAsset", "A thumb for a clip")
      .field("assetId", &RateAsset::asset_id, "The clip", schema::id("ast"))
      .field("thumb", &RateAsset::thumb, "up, down, or none to take it back");
}

/// `pin`: the clip goes before others whenever it fits, or no longer.
struct PinAsset {
  std::string asset_id;
  bool pinned = true;
};

inline auto describe(schema::Tag<PinAsset>) {
  return schema::object<PinAsset>("PinAsset", "A clip that goes before others")
      .field("assetId", &PinAsset::asset_id, "The clip", schema::id("ast"))
      .field("pinned", &PinAsset::pinned, "false takes it back", schema::defaulted);
}

/// `ban`: the clip is never chosen, or may be again.
struct BanAsset {
  std::string asset_id;
  bool banned = true;
};

inline auto describe(schema::Tag<BanAsset>) {
  return schema::object<BanAsset>("BanAsset", "A clip that is never chosen")
      .field("assetId", &BanAsset::asset_id, "The clip", schema::id("ast"))
      .field("banned", &BanAsset::banned, "false takes it back", schema::defaulted);
}

/// `coverage`: how much of the talk is covered with clips.
struct SetCoverage {
  double coverage = 0.5;
};

inline auto describe(schema::Tag<SetCoverage>) {
  return schema::object<SetCoverage>("SetCoverage", "How much is covered with clips")
      .field("coverage", &SetCoverage::coverage, "0 little, 0.5 as usual, 1 much", schema::min(0),
             schema::max(1));
}

/// `rehearse`: a script, of which a cue sheet is made.
struct RehearseScript {
  std::string script;
};

inline auto describe(schema::Tag<RehearseScript>) {
  return schema::object<RehearseScript>("RehearseScript", "A script to be rehearsed")
      .field("script", &RehearseScript::script, "What is going to be said", schema::min_length(1),
             schema::max_length(20'000));
}

}  // namespace antiphon::director
