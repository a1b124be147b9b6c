#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/live/event.h"

namespace antiphon::simulate {

/// A turn of talk, as its events tell it.
struct ToldTurn {
  std::string words;
  Timestamp began;             ///< when its words were told
  Timestamp at;                ///< when its timeline was
  int analyses = 0;            ///< by a skill
  std::string source = {};     ///< who answered: cache, model or rules
  std::string error = {};      ///< why nobody did
  double took_ms = 0;          ///< of the analysis
  std::string cut_short = {};  ///< what was left out, and why
  bool is_suggested = false;   ///< clips were, or that there are none
  std::string query = {};      ///< … for this
  std::string sentiment = {};
};

/// Who judges turns by more than their number.
class TurnJudge {
 public:
  virtual ~TurnJudge() = default;
  /// Its words are there.
  virtual void on_heard(const ToldTurn& turn) = 0;
  /// Its timeline is.
  virtual void on_turn(const ToldTurn& turn) = 0;
};

/// Judges what clients saw of the server, and what the server holds, by the promises alone. It
/// knows nothing of how the server works. Pure: no clock, no I/O.
class Checker {
 public:
  /// @param logged  types of events that are never dropped
  /// @param turns   judges turns too; null: nobody does. Outlives it
  explicit Checker(std::set<std::string, std::less<>> logged, TurnJudge* turns = nullptr)
      : logged_(std::move(logged)), turn_judge_(turns) {}

  // Of one connection; `reader` names the client over all its connections.

  /// The server's welcome. @param asked  what the client resumed from; nothing when it did not
  void on_welcome(const std::string& reader, const std::string& session, std::string_view json,
                  std::optional<live::Position> asked);
  /// Every other frame, in the order of arrival. @param json  the whole frame
  void on_frame(const std::string& reader, std::string_view json);
  /// The client's last known position; nothing before its first welcome.
  std::optional<live::Position> position(const std::string& reader) const;

  // Of the world.

  /// A machine lost power: what was not synced is gone.
  void on_power_cut() { ++power_cuts_; }
  /// A number that has a limit.
  void on_count(std::string_view what, std::uint64_t value, std::uint64_t max);
  /// A rule of somebody else's was broken.
  void fail(std::string what);

  /// When everything is over: what must have happened by now.
  void on_end();

  const std::vector<std::string>& violations() const { return violations_; }
  std::uint64_t frames() const { return frames_; }
  std::uint64_t turns() const { return turns_; }

  /// Overlays come at most so long after their words (director.lateAfterMs).
  static constexpr std::int64_t overlay_ms_max = 2500;
  /// And a turn is over, with its timeline, also when the disk was full for a while, or the server
  /// away.
  static constexpr std::chrono::seconds turn_time_max{25};

 private:
  struct Turn {
    unsigned transcriptions = 0;
    unsigned timelines = 0;
    ToldTurn told;
  };
  struct Session {
    std::map<live::Position, std::size_t> contents;                // hash of each logged event
    std::map<std::pair<std::uint64_t, std::int64_t>, Turn> turns;  // by epoch and utterance
    std::map<std::pair<std::uint64_t, std::int64_t>, unsigned> effects;  // by epoch and mark
    std::set<std::int64_t> told;                                         // marks in snapshots
    std::map<std::int64_t, std::uint64_t> acknowledged;  // marks, with the epoch of the ack
    std::uint64_t epoch = 1;
    unsigned epoch_changes = 0;  // that readers saw
    Timestamp newest;
    std::optional<live::Position> ended;  // where its last event stands
  };
  struct Reader {
    std::string session;
    std::optional<live::Position> at;
  };

  void on_logged(Session& session, const std::string& name, live::Position at,
                 std::string_view type, std::string_view json);
  bool may_lack_timeline(const Session& session, std::uint64_t epoch, const Turn& turn) const;
  void on_event(Session& session, const std::string& name, live::Position at, std::string_view type,
                std::string_view json);
  void on_transcription(Session& session, const std::string& name, live::Position at,
                        Timestamp told_at, std::string_view json);
  static Turn& turn_of(Session& session, live::Position at, std::string_view json);
  static void on_suggestion(ToldTurn& told, std::string_view json);
  void on_timeline(Turn& turn, const std::string& name, std::string_view json);

  std::set<std::string, std::less<>> logged_;
  TurnJudge* turn_judge_;
  std::map<std::string, Session> sessions_;
  std::map<std::string, Reader> readers_;
  unsigned power_cuts_ = 0;
  std::vector<std::string> violations_;
  std::uint64_t frames_ = 0;
  std::uint64_t turns_ = 0;
};

/// The number after `"name":` in a frame; -1 when there is none.
std::int64_t number_in(std::string_view json, std::string_view name);
/// The text after `"name":"`, as far as the next quote; "" when there is none.
std::string_view text_in(std::string_view json, std::string_view name);

/// A sentence that carries a number, by which its effect is known again: "rain came tally7".
std::string mark_of(std::int64_t number);

}  // namespace antiphon::simulate
