#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "apps/director/edit/edit_store.h"
#include "apps/director/overlay/overlay.h"
#include "apps/director/settings.h"
#include "apps/director/take/choice.h"
#include "apps/director/take/events.h"
#include "apps/director/take/listening.h"
#include "apps/director/take/take_state.h"
#include "apps/director/take/take_store.h"
#include "apps/director/take/world.h"
#include "engine/app/waterfall.h"
#include "engine/live/handler.h"
#include "engine/live/session.h"
#include "engine/log/logger.h"

namespace antiphon::director {

/// What every take of a core works with.
struct TakeParts {
  speech::Recogniser& recogniser;
  std::function<std::unique_ptr<World>(live::Session&)> world;
  TakeStore& takes;
  EditStore& edits;
  app::Waterfalls& waterfalls;
  TaskGroup& tasks;  ///< rows are written here, beside the talk; outlives its takes
  log::Logger& log;
  Random& random;
  trace::Tracer* tracer = nullptr;  ///< null: nobody records turns
  OverlayRules rules = {};
};

/// The rules that the app's settings make.
inline OverlayRules rules_of(const DirectorSettings& settings) {
  return {.show_min = settings.show_min_ms,
          .cool_down = settings.cool_down_ms,
          .repeat_window = settings.repeat_window_ms,
          .late_after = settings.late_after_ms,
          .approve_within = settings.approve_within_ms};
}

/// Words of the take that want a clip.
struct Heard {
  std::string words;
  std::int64_t utterance = 0;  ///< from 1
  bool is_final = false;
  std::string recogniser = {};  ///< who heard them; empty for typed ones
  Instant heard_at;             ///< when the sound of the last word came in
  Instant understood_at;        ///< when the words were known
  std::shared_ptr<trace::Span> turn = {};
};

/// What became of them.
struct Considered {
  std::uint64_t generation = 0;
  Heard heard;
  Analysis analysis;
  std::string analysed_by;
  std::vector<FoundClip> clips;
  Fallback fallback = Fallback::none;
  Instant analysed_at;
  Instant found_at;
  std::vector<app::TurnCall> calls = {};
};

/// One creator's session: hears, considers, chooses. The whole way of an utterance is here:
///
///   on_audio -> Listening -> on_transcript -> consider (child task: analyse, search)
///            -> on_considered -> choose_overlay (pure) -> events
///
/// A newer thought makes an older one stale: its result is dropped when it comes.
class Take final : public live::Handler {
 public:
  Take(const TakeParts& parts, live::Session& session);

  void on_open() override;
  /// @param wish  an OpenTake
  void on_begin(std::string_view wish) override;
  void on_message(const live::Message& message) override;
  void on_audio(const live::Audio& audio) override;
  void on_end(std::string_view reason) override;
  void on_recording_ended(std::string_view why) override;
  std::string snapshot() override;
  void restore(std::string_view snapshot, std::span<const live::LoggedEvent> events) override;

 private:
  void on_recognition(speech::Recognition recognition);
  void on_transcript(const speech::Transcript& transcript);
  void on_progress(std::uint64_t heard_samples);
  void on_recogniser_failed(std::exception_ptr failure);
  void on_all_heard();
  void on_words(Heard heard);
  Task<> consider(std::uint64_t generation, Heard heard);
  Task<Considered> understand(Heard heard);
  std::shared_ptr<const Asset> default_clip() const;
  std::vector<Choice> choices(const Considered& considered) const;
  bool is_enough(const Heard& heard, const Analysis& analysis) const;
  void on_considered(const Considered& considered);
  Verdict decide(const Considered& considered);
  Task<> decide_again(Considered considered, Instant when);

  void type_words(const live::Message& message);
  void hear_base64(const live::Message& message);
  void show_by_hand(const live::Message& message);
  Task<> override_with(std::string asset_id);
  void pause(const live::Message& message);
  void set_layout(const live::Message& message);
  void finish(const live::Message& message);
  bool is_all_received() const;
  void stop_listening();
  Task<> finish_again();
  void complete_when_done();

  void set_mode(const live::Message& message);
  void set_coverage(const live::Message& message);
  void propose(const Considered& considered, const std::vector<Choice>& fitting);
  void approve(const live::Message& message);
  void restore_proposals();
  void rate(const live::Message& message);
  void pin(const live::Message& message);
  void ban(const live::Message& message);
  Task<> keep_opinion(std::string asset_id, std::function<Opinion(Opinion)> change);
  void rehearse(const live::Message& message);
  Task<> make_cue_sheet(std::vector<std::string> sentences);

  void tell_chart(std::optional<Chart> chart, const Transcription& final, std::string source,
                  Instant heard_at);
  bool is_worth_drawing(const Chart& chart, Instant heard_at) const;
  void approve_chart(const ChartTold& waiting);

  OverlayCommand overlay_for(const Choice& choice, const Considered& considered) const;
  void put_on_screen(OverlayCommand command);
  void draw(ChartTold told);
  void suggest(const Considered& considered, const std::vector<Choice>& fitting, Verdict verdict);
  void tell_timeline(const Considered& considered, Instant decided_at, Verdict verdict);
  void tell_timeline(Timeline told, std::string trace_id = {});
  void tell_cut_timelines(const std::string& why);
  void keep_utterance(const Transcription& final, std::chrono::milliseconds begin,
                      const trace::Span& turn);
  void keep_moment(ScreenMoment moment);
  std::chrono::milliseconds position() const;
  void keep_duration();
  void keep_status();
  void tell_status();
  void tell_error(std::string code, std::string message);
  OverlayRules rules() const;
  std::shared_ptr<trace::Span> begin_turn(Instant begun) const;
  static void end_turn(const Considered& considered, std::string_view verdict);
  Call call_of(const Heard& heard, Instant deadline) const;
  Instant now() const { return session_.steady(); }
  Timestamp today() const { return session_.time(); }

  TakeParts parts_;
  live::Session& session_;
  std::unique_ptr<World> world_;
  Listening listening_;
  TakeState state_;
  OverlayState overlay_;
  std::uint64_t generation_ = 0;      ///< of the newest thought
  std::string considered_words_;      ///< of the utterance under way
  std::size_t finals_under_way_ = 0;  ///< thoughts about finals that have not come back
  Instant partial_told_;              ///< when clients were last told one
  std::string stable_words_;          ///< of the utterance under way, as last heard
  Instant charted_at_;                ///< when the last chart came on screen
  std::string preloaded_;             ///< the clip last told to be likely
  std::uint64_t progress_told_ = 0;   ///< heard samples, as last told
  std::uint64_t kept_samples_ = 0;    ///< received sound whose length is in the database
  std::optional<Instant> sound_at_;   ///< when sound last came in
  std::chrono::milliseconds last_moment_{};
  bool deaf_ = false;  ///< takes no more sound in
  bool all_heard_ = false;
};

}  // namespace antiphon::director
