#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/async/task.h"
#include "engine/base/clock.h"
#include "engine/base/error.h"

// What a session's events depend on beside its own code (E-24). A session with a tape has a clock
// that stands still while its code runs, and tells the tape of everything that makes it run: the
// same steps at the same moments, with the same facts, give the same events, byte for byte.

namespace antiphon::live {

/// A moment on both clocks.
struct Moment {
  Instant steady;
  Timestamp time;
  bool operator==(const Moment&) const = default;
};

// Why the code of a session runs.

/// The app has begun with it: Handler::on_begin.
struct Begun {};
struct MessageCame {
  std::string action;
  std::string body;  ///< JSON
  std::string id;
};
struct SoundCame {
  std::uint64_t offset = 0;
  std::vector<std::int16_t> samples;
};
struct RateChosen {
  unsigned rate = 0;
};
struct ReaderCame {};
struct ReaderLeft {};
struct EventAcknowledged {
  std::uint64_t seq = 0;
};
/// What waits for the handler is run: some of it, when it is much.
struct Turn {};
/// Something outside of the session answered one of its child tasks (Session::outside).
struct Answered {
  struct Failure {
    Code code = Code::internal;
    std::string message;
  };
  std::uint64_t call = 0;
  std::optional<Failure> failure = {};
};
/// Closed by somebody else than its handler.
struct ClosedFromOutside {
  std::string reason;
};
using Step = std::variant<Begun, MessageCame, SoundCame, RateChosen, ReaderCame, ReaderLeft,
                          EventAcknowledged, Turn, Answered, ClosedFromOutside>;

/// Follows one session: writes down what happens, or says what happened when it was written. Called
/// on the session's core.
class Tape {
 public:
  virtual ~Tape() = default;

  /// The session's code runs now. @return what it takes for the time until the next step
  virtual Moment step(Step step) = 0;
  /// Something that the code has learnt in this step from outside. A recording tape keeps what
  /// `tell` gives, which may run later on another thread; a replaying one gives what was kept.
  virtual std::string fact(std::string_view kind, std::move_only_function<std::string()> tell) = 0;
  /// The session has told an event.
  virtual void emitted(std::string json) = 0;
  /// The session is over.
  virtual void ended() = 0;

  /// Whether the steps come from the tape: then turns are run by who plays it (Session::run_turn),
  /// and nothing outside is waited for.
  virtual bool is_replay() const { return false; }
  /// Of a replay: waits until this call is answered, and says when.
  /// @throws what it was answered with
  virtual Task<> answered(std::uint64_t /*call*/, Moment& /*moment*/) { co_return; }
  /// A child task began; it has rested when it waits for an answer, or is over.
  virtual void child_began() {}
  virtual void child_rested() {}
};

}  // namespace antiphon::live
