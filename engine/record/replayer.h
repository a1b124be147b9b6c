#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/async/waiter.h"
#include "engine/live/session.h"
#include "engine/record/recording.h"

namespace antiphon::record {

/// Where a replay first went another way than the recording.
struct Difference {
  std::uint64_t event = 0;  ///< number of the event, from 1
  Duration at{};            ///< from the beginning of the recording
  std::string recorded;     ///< the event, or what else was expected there
  std::string replayed;     ///< the same of the replay; "" for nothing
};

struct Replayed {
  std::optional<Difference> difference;  ///< nothing: the same, byte for byte
  std::uint64_t events = 0;              ///< that were compared
  Duration length{};                     ///< of the recording
  Duration sound{};                      ///< in it
};

struct ReplayOptions {
  bool at_real_speed = false;
  /// Each event as it comes.
  std::function<void(std::string_view json)> on_event = nullptr;
  /// How far it is, now and then.
  std::function<void(double share)> on_progress = nullptr;
};

/// Runs the handler of a recorded session again: the same steps at the same moments, and compares
/// every event. On one core; the clock of the session is the recording's, that of the core is real.
class Replayer final : public live::Tape {
 public:
  using MakeHandler = std::function<std::unique_ptr<live::Handler>(live::Session&)>;

  /// @param recording  outlives it, and stands at its first entry
  /// @param make       its product's parts outlive the replay
  Replayer(Recording& recording, MakeHandler make);
  ~Replayer() override;

  /// Until the recording ends, or the first difference.
  Task<Replayed> run(ReplayOptions options);

  live::Moment step(live::Step) override { return moment_; }
  std::string fact(std::string_view kind, std::move_only_function<std::string()> tell) override;
  void emitted(std::string json) override { told_.push_back(std::move(json)); }
  void ended() override {}
  bool is_replay() const override { return true; }
  Task<> answered(std::uint64_t call, live::Moment& moment) override;
  void child_began() override { ++active_; }
  void child_rested() override;

 private:
  struct Stage;
  struct Expected;

  Task<> play();
  Expected expected();
  Task<> take(const live::Step& step);
  void take_now(const live::Step& step);
  void take_message(const live::MessageCame& message);
  void answer(const live::Answered& answered);
  Task<> until_rest();
  void compare(const Expected& expected);
  void differ(std::string recorded, std::string replayed);

  Recording& recording_;
  MakeHandler make_;
  ReplayOptions options_;
  std::unique_ptr<Stage> stage_;
  Replayed result_;
  live::Moment moment_;
  std::deque<FactLearnt> facts_;                              ///< of this step, not asked for yet
  std::vector<std::string> told_;                             ///< events of this step
  std::optional<live::Answered::Failure> failure_;            ///< of the call that is answered
  std::map<std::uint64_t, std::shared_ptr<Waiter>> waiting_;  ///< calls
  std::size_t active_ = 0;  ///< child tasks that do not wait for an answer
  Waiter rest_;
};

}  // namespace antiphon::record
