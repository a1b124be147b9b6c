#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/async/mailbox.h"
#include "engine/live/session.h"
#include "engine/speech/recogniser.h"

namespace antiphon::director {

/// The ears of a take: sound in, recognitions out, as child tasks of its session. Positions it
/// gives count from the beginning of the take, also when it began to listen in the middle.
class Listening {
 public:
  /// Called as events of the session, one at a time.
  struct Callbacks {
    std::function<void(speech::Recognition)> recognised;
    /// How much sound of the take the recogniser has taken in.
    std::function<void(std::uint64_t samples)> progressed;
    /// The recogniser could not be opened, or failed for good.
    std::function<void(std::exception_ptr)> failed;
    /// After finish(): everything that was heard has been told.
    std::function<void()> finished;
  };

  Listening(speech::Recogniser& recogniser, live::Session& session, Callbacks callbacks);

  /// Takes the next sound; the first one opens the recogniser.
  /// @return false when the recogniser lags too far behind: this sound is lost
  bool hear(std::vector<speech::Sample> samples, std::uint64_t offset, unsigned rate,
            const std::string& language);

  /// No more sound comes.
  void finish();

  bool is_open() const { return open_; }

 private:
  Task<> listen(speech::StreamOptions options);
  // The session keeps the stream meanwhile.
  // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
  Task<std::optional<speech::Recognition>> next(speech::RecogniserStream& stream);
  Task<> feed(std::shared_ptr<speech::RecogniserStream> stream);
  void tell(speech::Recognition recognition);

  /// Waiting pieces of sound; at 100 ms each about half a minute.
  static constexpr std::size_t waiting_pieces_max = 300;

  speech::Recogniser& recogniser_;
  live::Session& session_;
  Callbacks callbacks_;
  Mailbox<std::vector<speech::Sample>> sound_{waiting_pieces_max};
  std::uint64_t begin_sample_ = 0;  // of the stream in the take, at 16 kHz
  unsigned rate_ = speech::sample_rate_hz;
  bool open_ = false;
  bool failed_ = false;
};

}  // namespace antiphon::director
