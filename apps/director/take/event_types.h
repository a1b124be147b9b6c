#pragma once

#include <string_view>
#include <vector>

#include "apps/director/take/events.h"
#include "apps/director/take/take.h"
#include "engine/live/event.h"

namespace antiphon::director {

// A final that was announced is never lost, not even with the machine's power; a partial is
// replaced by the next one.
inline const live::EventType transcription_partial{
    .name = "transcription",
    .lane = live::Lane::partial,
    .body = &schema::of<Transcription>,
    .doc = "Words so far, at most two a second; the next one replaces them."};
inline const live::EventType transcription_final{
    .name = "transcription",
    .lane = live::Lane::final,
    .body = &schema::of<Transcription>,
    .doc = "The words of one utterance, as they stay."};
inline const live::EventType broll_suggestion{
    .name = "broll_suggestion",
    .lane = live::Lane::final,
    .body = &schema::of<BrollSuggestion>,
    .doc = "The best clips for what was said and what was decided."};
inline const live::EventType overlay_command{.name = "overlay_command",
                                             .lane = live::Lane::control,
                                             .body = &schema::of<OverlayCommand>,
                                             .doc = "Put this clip on the canvas now."};
inline const live::EventType overlay_proposal{
    .name = "overlay_proposal",
    .lane = live::Lane::control,
    .body = &schema::of<OverlayProposal>,
    .doc = "A choice that waits for `approve` (mode approve)."};
inline const live::EventType chart_told{.name = "chart",
                                        .lane = live::Lane::final,
                                        .body = &schema::of<ChartTold>,
                                        .doc = "Draw these figures over the picture now."};
inline const live::EventType chart_proposal{
    .name = "chart_proposal",
    .lane = live::Lane::final,
    .body = &schema::of<ChartTold>,
    .doc = "Figures that wait for `approve` (mode approve)."};
inline const live::EventType opinion_told{.name = "opinion",
                                          .lane = live::Lane::control,
                                          .body = &schema::of<OpinionTold>,
                                          .doc = "What the creator thinks of a clip has changed."};
inline const live::EventType cue_sheet{.name = "cue_sheet",
                                       .lane = live::Lane::final,
                                       .body = &schema::of<CueSheet>,
                                       .doc = "What a script would bring on screen."};
inline const live::EventType preload{.name = "preload",
                                     .lane = live::Lane::meter,
                                     .body = &schema::of<Preload>,
                                     .doc = "Clips that may come on screen soon."};
inline const live::EventType timeline{
    .name = "timeline",
    .lane = live::Lane::final,
    .body = &schema::of<Timeline>,
    .doc = "Where the time of one turn went; once for each final."};
inline const live::EventType status{.name = "status",
                                    .lane = live::Lane::control,
                                    .body = &schema::of<TakeStatus>,
                                    .doc = "How the take stands, after each change."};
inline const live::EventType listening{.name = "listening",
                                       .lane = live::Lane::meter,
                                       .body = &schema::of<ListeningProgress>,
                                       .doc = "How much sound has been heard, twice a second."};

/// `code` of the error event when speech cannot be heard at all.
inline constexpr std::string_view recogniser_unavailable = "recogniser_unavailable";

/// All of them, for the hub and the docs.
std::vector<const live::EventType*> take_events();

std::string_view to_text(Verdict verdict);
Timeline make_timeline(const Considered& considered, Instant decided_at, Verdict verdict,
                       Duration allowed);
/// Of a turn that came to no decision.
Timeline make_cut_timeline(const OpenTurn& turn, Timestamp ended_at, Duration allowed,
                           std::string why);
/// Something that was asked for these words, from `begin` to `end`.
app::TurnCall make_call(const Heard& heard, std::string kind, std::string name, Instant begin,
                        Instant end);
app::WaterfallTurn make_waterfall_turn(const Timeline& told, Timestamp ended_at);

}  // namespace antiphon::director
