#pragma once

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

}  // namespace antiphon::director
