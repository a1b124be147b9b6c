#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/take/chart_events.h"
#include "apps/director/take/events.h"
#include "engine/live/event.h"

namespace antiphon::director {

/// A final that waits for its timeline.
struct OpenTurn {
  std::int64_t utterance = 0;
  Timestamp heard_at;
};

inline auto describe(schema::Tag<OpenTurn>) {
  return schema::object<OpenTurn>("OpenTurn", "A final that waits for its timeline")
      .field("utterance", &OpenTurn::utterance, "The turn")
      .field("heardAt", &OpenTurn::heard_at, "When its words were told");
}

/// What outlives a restart of a take: told to clients that cannot resume, and built again from the
/// log's events.
struct TakeState {
  std::string state = "connected";
  std::string language = "en";
  Layout layout = Layout::fullscreen;
  bool paused = false;
  Mode mode = Mode::automatic;
  double coverage = 0.5;
  bool recorded = false;
  std::int64_t suggestions = 0;
  std::vector<OverlayProposal> proposals;
  std::int64_t utterances = 0;
  std::int64_t end_sample = 0;
  std::vector<std::string> transcript;
  std::optional<OverlayCommand> overlay;
  std::optional<std::int64_t> finish_at;
  std::vector<OpenTurn> open_turns;
  std::int64_t charts = 0;
  std::vector<ChartTold> chart_proposals;
  std::optional<ChartTold> chart;
  Timestamp begun_at = {};
  std::int64_t moments = 0;

  /// Finals kept in `transcript`, the newest; all of them stand in the database.
  static constexpr std::size_t transcript_max = 50;

  void add(const Transcription& final, Timestamp heard_at);
  void add(OverlayProposal proposal);
  /// A proposal was answered: it waits no longer.
  void remove_proposal(std::int64_t suggestion_id);
  /// A turn has its timeline.
  void close_turn(std::int64_t utterance);
  /// A chart came on screen; the proposal of that number waits no longer.
  void show(ChartTold chart);
  void propose(ChartTold chart);
  /// The chart that waits by this number, or the newest; nothing when its time is over.
  std::optional<ChartTold> waiting_chart(std::optional<std::int64_t> chart_id, Timestamp now) const;
};

inline auto describe(schema::Tag<TakeState>) {
  return schema::object<TakeState>("TakeState", "Where a take stands")
      .field("state", &TakeState::state, "connected, processing or completed")
      .field("language", &TakeState::language, "Language of the speech")
      .field("layout", &TakeState::layout, "Where clip and speaker stand")
      .field("paused", &TakeState::paused, "Whether overlays are held back")
      .field("mode", &TakeState::mode, "Who has the last word about clips", schema::defaulted)
      .field("coverage", &TakeState::coverage, "How much is covered with clips, 0 to 1",
             schema::defaulted)
      .field("recorded", &TakeState::recorded, "Whether the take is recorded", schema::defaulted)
      .field("suggestions", &TakeState::suggestions, "Proposals so far", schema::defaulted)
      .field("proposals", &TakeState::proposals, "Those that wait, oldest first; some may be over",
             schema::defaulted)
      .field("utterances", &TakeState::utterances, "Finals so far")
      .field("endSample", &TakeState::end_sample, "Sound heard for good",
             schema::unit("samples at 16 kHz"))
      .field("transcript", &TakeState::transcript, "The newest finals, oldest first")
      .field("overlay", &TakeState::overlay, "The last clip put on screen")
      .field("finishAt", &TakeState::finish_at, "Received sound after which the take ends",
             schema::unit("samples"))
      .field("openTurns", &TakeState::open_turns, "Finals that wait for their timeline",
             schema::defaulted)
      .field("charts", &TakeState::charts, "Charts so far, proposed ones too", schema::defaulted)
      .field("chartProposals", &TakeState::chart_proposals, "Charts that wait, oldest first",
             schema::defaulted)
      .field("chart", &TakeState::chart, "The last chart put on screen")
      .field("begunAt", &TakeState::begun_at, "When it was opened", schema::defaulted)
      .field("moments", &TakeState::moments, "What the edit list was told so far",
             schema::defaulted);
}

/// The state after a logged event.
void apply(TakeState& state, const live::LoggedEvent& event);

}  // namespace antiphon::director
