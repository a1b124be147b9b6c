#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/director/overlay/overlay.h"
#include "apps/director/take/clip_events.h"
#include "engine/app/turn.h"
#include "engine/schema/describe.h"

// What a take says to its clients. One struct an event; lanes and durability stand in
// event_types.h, what is about clips in clip_events.h.

namespace antiphon::director {

enum class Layout { fullscreen, pip, side_by_side };

inline auto describe(schema::Tag<Layout>) {
  return schema::enumeration<Layout>("Layout", "Where clip and speaker stand")
      .value("fullscreen", Layout::fullscreen, "the clip fills the canvas")
      .value("pip", Layout::pip, "the clip fills it, the speaker in a corner")
      .value("sideBySide", Layout::side_by_side, "half and half");
}

inline auto describe(schema::Tag<Mode>) {
  return schema::enumeration<Mode>("Mode", "Who has the last word about a choice")
      .value("automatic", Mode::automatic, "a choice comes on screen by itself")
      .value("approve", Mode::approve, "a choice waits for the creator");
}

/// `transcription`: words as they were heard. A partial replaces the one before it; a final stays.
struct Transcription {
  std::string text;
  bool is_final = false;
  std::int64_t timestamp = 0;
  std::int64_t utterance = 0;
  std::int64_t stable_words = 0;
  std::int64_t end_sample = 0;
};

inline auto describe(schema::Tag<Transcription>) {
  return schema::object<Transcription>("Transcription", "Words as they were heard")
      .field("text", &Transcription::text, "The words of this utterance so far")
      .field("isFinal", &Transcription::is_final, "Whether they stay as they are")
      .field("timestamp", &Transcription::timestamp, "Where they end in the sound",
             schema::unit("ms"))
      .field("utterance", &Transcription::utterance, "Number of the utterance in the take, from 1")
      .field("stableWords", &Transcription::stable_words,
             "How many words from the front stood the same in consecutive partials")
      .field("endSample", &Transcription::end_sample,
             "Sound up to here is heard for good; resume from it", schema::unit("samples"));
}

/// `timeline`: where the time of one turn went (E-26), from the end of its words. Stages are heard,
/// analysed, found, chosen.
struct Timeline : app::Turn {
  std::int64_t utterance = 0;
};

inline auto describe(schema::Tag<Timeline>) {
  return app::turn_fields(schema::object<Timeline>("Timeline", "Where the time of one turn went")
                              .field("utterance", &Timeline::utterance, "The turn"));
}

/// `status`: the take changed (paused, layout, mode, coverage, ended).
struct TakeStatus {
  std::string state;
  std::string language;
  bool paused = false;
  Layout layout = Layout::fullscreen;
  Mode mode = Mode::automatic;
  double coverage = 0.5;
  std::string recogniser;
  bool recorded = false;
  std::optional<std::int64_t> finish_at = {};
};

inline auto describe(schema::Tag<TakeStatus>) {
  return schema::object<TakeStatus>("TakeStatus", "How the take stands")
      .field("state", &TakeStatus::state, "connected, processing or completed")
      .field("language", &TakeStatus::language, "Language of the speech")
      .field("paused", &TakeStatus::paused, "Whether overlays are held back")
      .field("layout", &TakeStatus::layout, "Where clip and speaker stand")
      .field("mode", &TakeStatus::mode, "Who has the last word about clips", schema::defaulted)
      .field("coverage", &TakeStatus::coverage, "How much is covered with clips, 0 to 1",
             schema::defaulted)
      .field("recogniser", &TakeStatus::recogniser, "Who hears; empty when only typed text works")
      .field("recorded", &TakeStatus::recorded,
             "Whether sound and events are recorded, with consent", schema::defaulted)
      .field("finishAt", &TakeStatus::finish_at,
             "Once a client has said finish: received sound after which the take ends",
             schema::unit("samples"));
}

/// `listening`: how much sound the recogniser has taken in. A client that sends a file keeps a few
/// seconds ahead of it.
struct ListeningProgress {
  std::int64_t heard_samples = 0;
};

inline auto describe(schema::Tag<ListeningProgress>) {
  return schema::object<ListeningProgress>("ListeningProgress", "How much sound has been heard")
      .field("heardSamples", &ListeningProgress::heard_samples, "From the beginning of the take",
             schema::unit("samples at 16 kHz"));
}

}  // namespace antiphon::director
