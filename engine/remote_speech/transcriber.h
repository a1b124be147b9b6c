#pragma once

#include <memory>

#include "engine/async/task.h"
#include "engine/remote_speech/hearing.h"

namespace antiphon::remote_speech {

/// An utterance while it grows. It is kept until its final, so that whoever hears it can be given
/// all of it. Belongs to one core.
struct UtteranceSound {
  Sound samples;
};

/// What one transcriber has for one speaker. Asked one thing at a time; on one core.
class Ear {
 public:
  virtual ~Ear() = default;

  /// What is understood of an utterance so far, or why nothing is. What is heard at the end comes
  /// last for an utterance. Being cancelled ends the work.
  /// @param sound     what of it is there when its turn comes is heard
  /// @param deadline  beside the transcriber's own limit
  virtual Task<Heard> hear(std::shared_ptr<const UtteranceSound> sound, bool is_final,
                           Instant deadline) = 0;
};

struct TranscriberInfo {
  std::string name;                    ///< to show: "whisper-1"
  std::vector<std::string> languages;  ///< primary ones
  /// So much more sound before an utterance under way is heard again; zero: only at its end.
  std::chrono::milliseconds step{};
  /// It hears on where it stopped: an utterance under way is not cut short for its end.
  bool is_incremental = false;
};

/// Understands stretches of sound. Belongs to one core.
class Transcriber {
 public:
  virtual ~Transcriber() = default;

  virtual const TranscriberInfo& info() const = 0;
  /// @param language  primary, one of those it knows
  virtual std::shared_ptr<Ear> listen(std::string language) = 0;
  /// Whether asking it now is of no use.
  virtual bool is_out(Instant now) const = 0;
  /// It heard nothing where another one found words.
  virtual void note_missed_words() {}
};

}  // namespace antiphon::remote_speech
