#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/director/library/word_match.h"
#include "apps/director/opinion/opinion.h"
#include "engine/schema/describe.h"

// What a take says about clips: those that fit, those that come on screen, and why.

namespace antiphon::director {

struct SuggestedClip {
  std::string asset_id;
  std::string url;
  std::string thumbnail_url;
  std::string title;
  double duration = 0;
  double confidence = 0;
  Thumb thumb = Thumb::none;
  Standing standing = Standing::free;
};

inline auto describe(schema::Tag<SuggestedClip>) {
  return schema::object<SuggestedClip>("SuggestedClip", "A clip that fits what was said")
      .field("assetId", &SuggestedClip::asset_id, "Its id")
      .field("url", &SuggestedClip::url, "Where the clip is served")
      .field("thumbnailUrl", &SuggestedClip::thumbnail_url, "A still picture of it")
      .field("title", &SuggestedClip::title, "Its title")
      .field("duration", &SuggestedClip::duration, "Its length", schema::unit("s"))
      .field("confidence", &SuggestedClip::confidence,
             "How well it fits, 0 to 1, what the creator thinks of it weighed in")
      .field("thumb", &SuggestedClip::thumb, "How the creator likes it")
      .field("standing", &SuggestedClip::standing, "free or pinned; a banned clip is not here");
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
      .field(
          "verdict", &BrollSuggestion::verdict,
          "What was decided: shown, proposed, waiting, nothing_fits, unsure, same, held, cooling, "
          "repeated, late, paused")
      .field("fallback", &BrollSuggestion::fallback, "What stood in for a stage that failed");
}

/// Why this clip.
struct Why {
  std::string words;
  std::vector<WordMatch> matches;
  std::string source;
  std::string analysed_by;
  std::int64_t latency_ms = 0;
  Fallback fallback = Fallback::none;
  double search_confidence = 0;
  double meaning_share = 0;
  Thumb thumb = Thumb::none;
  Standing standing = Standing::free;
  std::int64_t suggestion_id = 0;
};

inline auto describe(schema::Tag<Why>) {
  return schema::object<Why>("Why", "Why this clip was chosen")
      .field("words", &Why::words, "The words it answers")
      .field("matches", &Why::matches, "Spoken words and the clip's words they met")
      .field("source", &Why::source, "Who chose: speech, approved or creator")
      .field("analysedBy", &Why::analysed_by, "Who analysed the words: cache, model or rules")
      .field("latencyMs", &Why::latency_ms, "From hearing the words to this", schema::unit("ms"))
      .field("fallback", &Why::fallback, "What stood in for a stage that failed")
      .field("searchConfidence", &Why::search_confidence,
             "How well it fitted before the creator's opinion was weighed in", schema::defaulted)
      .field("meaningShare", &Why::meaning_share,
             "What the likeness of meanings brought to it; the rest is the words' shares",
             schema::defaulted)
      .field("thumb", &Why::thumb, "How the creator likes it", schema::defaulted)
      .field("standing", &Why::standing, "Whether the creator pinned it", schema::defaulted)
      .field("suggestionId", &Why::suggestion_id, "The choice that was approved; 0 for none",
             schema::defaulted);
}

/// `overlay_command`: put this clip on the canvas now.
struct OverlayCommand {
  std::string asset_id;
  std::string video_url;
  std::string title;
  std::string topic;
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
      .field("topic", &OverlayCommand::topic, "What it is about; empty where nobody says",
             schema::defaulted)
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

/// `overlay_proposal`: a choice that waits for the creator (mode `approve`).
struct OverlayProposal {
  std::int64_t suggestion_id = 0;
  std::int64_t utterance = 0;
  Timestamp approve_by;
  std::vector<OverlayCommand> overlays;
};

inline auto describe(schema::Tag<OverlayProposal>) {
  return schema::object<OverlayProposal>("OverlayProposal", "A choice that waits for the creator")
      .field("suggestionId", &OverlayProposal::suggestion_id, "Its number in the take, from 1")
      .field("utterance", &OverlayProposal::utterance, "The utterance it answers")
      .field("approveBy", &OverlayProposal::approve_by, "How long it waits")
      .field("overlays", &OverlayProposal::overlays,
             "What may come on screen, best first, as overlay_command would say it",
             schema::max_items(3));
}

/// `opinion`: what the creator thinks of a clip has changed.
struct OpinionTold {
  std::string asset_id;
  Thumb thumb = Thumb::none;
  Standing standing = Standing::free;
};

inline auto describe(schema::Tag<OpinionTold>) {
  return schema::object<OpinionTold>("OpinionTold", "What the creator thinks of a clip")
      .field("assetId", &OpinionTold::asset_id, "The clip")
      .field("thumb", &OpinionTold::thumb, "How the creator likes it")
      .field("standing", &OpinionTold::standing, "Whether it is pinned or banned");
}

/// One line of a cue sheet.
struct Cue {
  std::int64_t at_ms = 0;
  std::string words;
  std::string verdict;
  std::optional<OverlayCommand> overlay;
};

inline auto describe(schema::Tag<Cue>) {
  return schema::object<Cue>("Cue", "A sentence of a script, and what would come on screen")
      .field("atMs", &Cue::at_ms, "When it would be spoken, at 150 words a minute",
             schema::unit("ms"))
      .field("words", &Cue::words, "The sentence")
      .field("verdict", &Cue::verdict, "What would be decided, as in broll_suggestion")
      .field("overlay", &Cue::overlay, "What would come on screen; absent for nothing");
}

/// `cue_sheet`: what a script would bring on screen (`rehearse`).
struct CueSheet {
  std::vector<Cue> cues;
};

inline auto describe(schema::Tag<CueSheet>) {
  return schema::object<CueSheet>("CueSheet", "What a script would bring on screen")
      .field("cues", &CueSheet::cues, "Sentence by sentence");
}

}  // namespace antiphon::director
