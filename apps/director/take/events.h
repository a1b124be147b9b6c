#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/schema/describe.h"

// What a take says to its clients. One struct an event; lanes and durability stand in events.cpp.

namespace antiphon::director {

enum class Layout { fullscreen, pip, side_by_side };

inline auto describe(schema::Tag<Layout>) {
  return schema::enumeration<Layout>("Layout", "Where clip and speaker stand")
      .value("fullscreen", Layout::fullscreen, "the clip fills the canvas")
      .value("pip", Layout::pip, "the clip fills it, the speaker in a corner")
      .value("sideBySide", Layout::side_by_side, "half and half");
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

struct SuggestedClip {
  std::string asset_id;
  std::string url;
  std::string thumbnail_url;
  std::string title;
  double duration = 0;
  double confidence = 0;
};

inline auto describe(schema::Tag<SuggestedClip>) {
  return schema::object<SuggestedClip>("SuggestedClip", "A clip that fits what was said")
      .field("assetId", &SuggestedClip::asset_id, "Its id")
      .field("url", &SuggestedClip::url, "Where the clip is served")
      .field("thumbnailUrl", &SuggestedClip::thumbnail_url, "A still picture of it")
      .field("title", &SuggestedClip::title, "Its title")
      .field("duration", &SuggestedClip::duration, "Its length", schema::unit("s"))
      .field("confidence", &SuggestedClip::confidence, "How well it fits, 0 to 1");
}

/// How the answer was come to when a stage failed (D-3).
enum class Fallback { none, keywords, default_clip, no_overlay };

inline auto describe(schema::Tag<Fallback>) {
  return schema::enumeration<Fallback>("Fallback", "What stood in for a stage that failed")
      .value("none", Fallback::none, "every stage worked")
      .value("keywords", Fallback::keywords, "the analysis failed; the words themselves searched")
      .value("defaultClip", Fallback::default_clip, "the search failed; the default clip stands in")
      .value("noOverlay", Fallback::no_overlay, "nothing was left to show");
}

/// `broll_suggestion`: the best clips for what was said, best first; also when none comes on
/// screen.
struct BrollSuggestion {
  std::vector<SuggestedClip> clips;
  std::int64_t utterance = 0;
  std::string topic;
  std::string sentiment;
  std::string query;
  std::string verdict;
  Fallback fallback = Fallback::none;
};

inline auto describe(schema::Tag<BrollSuggestion>) {
  return schema::object<BrollSuggestion>("BrollSuggestion", "Clips that fit what was said")
      .field("clips", &BrollSuggestion::clips, "Best first; empty when nothing fits",
             schema::max_items(3))
      .field("utterance", &BrollSuggestion::utterance, "The utterance they answer")
      .field("topic", &BrollSuggestion::topic, "Its topic; empty when none is recognised")
      .field("sentiment", &BrollSuggestion::sentiment, "negative, neutral or positive")
      .field("query", &BrollSuggestion::query, "What the library was searched for")
      .field("verdict", &BrollSuggestion::verdict,
             "What was decided: shown, nothing_fits, unsure, same, held, repeated, late, paused")
      .field("fallback", &BrollSuggestion::fallback, "What stood in for a stage that failed");
}

/// Which spoken word met which word of the clip (D-8).
struct WordMatch {
  std::string heard;
  std::string found;
  std::string where;
};

inline auto describe(schema::Tag<WordMatch>) {
  return schema::object<WordMatch>("WordMatch", "A spoken word that met a word of the clip")
      .field("heard", &WordMatch::heard, "As it was heard")
      .field("found", &WordMatch::found, "As the clip has it")
      .field("where", &WordMatch::where, "In its title, description or tags");
}

/// Why this clip.
struct Why {
  std::string words;
  std::vector<WordMatch> matches;
  std::string source;
  std::string analysed_by;
  std::int64_t latency_ms = 0;
  Fallback fallback = Fallback::none;
};

inline auto describe(schema::Tag<Why>) {
  return schema::object<Why>("Why", "Why this clip was chosen")
      .field("words", &Why::words, "The words it answers")
      .field("matches", &Why::matches, "Spoken words and the clip's words they met")
      .field("source", &Why::source, "Who chose: speech or creator")
      .field("analysedBy", &Why::analysed_by, "Who analysed the words: cache, model or rules")
      .field("latencyMs", &Why::latency_ms, "From hearing the words to this", schema::unit("ms"))
      .field("fallback", &Why::fallback, "What stood in for a stage that failed");
}

/// `overlay_command`: put this clip on the canvas now.
struct OverlayCommand {
  std::string asset_id;
  std::string video_url;
  std::string title;
  std::string transition = "crossfade";
  double duration = 0;
  double confidence = 0;
  Why why;
};

inline auto describe(schema::Tag<OverlayCommand>) {
  return schema::object<OverlayCommand>("OverlayCommand", "Put this clip on the canvas now")
      .field("assetId", &OverlayCommand::asset_id, "The clip")
      .field("videoUrl", &OverlayCommand::video_url, "Where it is served")
      .field("title", &OverlayCommand::title, "Its title")
      .field("transition", &OverlayCommand::transition, "How it comes on: crossfade or cut")
      .field("duration", &OverlayCommand::duration, "Its length", schema::unit("s"))
      .field("confidence", &OverlayCommand::confidence, "How well it fits, 0 to 1")
      .field("why", &OverlayCommand::why, "Why it was chosen");
}

/// `preload`: clips that may come on screen soon; a client fetches their heads.
struct Preload {
  std::vector<SuggestedClip> clips;
};

inline auto describe(schema::Tag<Preload>) {
  return schema::object<Preload>("Preload", "Clips that may come on screen soon")
      .field("clips", &Preload::clips, "Likeliest first", schema::max_items(3));
}

/// One timed step of a turn.
struct Stage {
  std::string name;
  double start_ms = 0;
  double took_ms = 0;
};

inline auto describe(schema::Tag<Stage>) {
  return schema::object<Stage>("Stage", "One timed step of a turn")
      .field("name", &Stage::name, "heard, analysed, found, chosen")
      .field("startMs", &Stage::start_ms, "From the start of the turn", schema::unit("ms"))
      .field("tookMs", &Stage::took_ms, "How long it took", schema::unit("ms"));
}

/// `timeline`: where the time of one turn went (E-26).
struct Timeline {
  std::int64_t utterance = 0;
  double total_ms = 0;
  double deadline_ms = 0;
  bool missed = false;
  std::vector<Stage> stages;
  std::string cut_short;
};

inline auto describe(schema::Tag<Timeline>) {
  return schema::object<Timeline>("Timeline", "Where the time of one turn went")
      .field("utterance", &Timeline::utterance, "The turn")
      .field("totalMs", &Timeline::total_ms, "From the end of the words to the decision",
             schema::unit("ms"))
      .field("deadlineMs", &Timeline::deadline_ms, "What it was allowed", schema::unit("ms"))
      .field("missed", &Timeline::missed, "Whether the deadline passed first")
      .field("stages", &Timeline::stages, "In order")
      .field("cutShort", &Timeline::cut_short, "What was left out and why; empty for nothing");
}

/// `status`: the take changed (paused, layout, recogniser lost or back, ended).
struct TakeStatus {
  std::string state;
  std::string language;
  bool paused = false;
  Layout layout = Layout::fullscreen;
  std::string recogniser;
};

inline auto describe(schema::Tag<TakeStatus>) {
  return schema::object<TakeStatus>("TakeStatus", "How the take stands")
      .field("state", &TakeStatus::state, "connected, processing or completed")
      .field("language", &TakeStatus::language, "Language of the speech")
      .field("paused", &TakeStatus::paused, "Whether overlays are held back")
      .field("layout", &TakeStatus::layout, "Where clip and speaker stand")
      .field("recogniser", &TakeStatus::recogniser, "Who hears; empty when only typed text works");
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
