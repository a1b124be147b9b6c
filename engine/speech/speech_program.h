#pragma once

#include "engine/async/child.h"
#include "engine/async/stream.h"
#include "engine/base/descriptor.h"
#include "engine/speech/embedded_recogniser.h"
#include "engine/speech/speech_counters.h"
#include "engine/speech/worker_protocol.h"

namespace antiphon::speech {

/// The server's end of one worker of antiphon-speech. Belongs to one core.
class Worker {
 public:
  explicit Worker(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  /// Throws boost::system::system_error when the worker has gone.
  Task<> send(std::string bytes);
  /// The next message; nothing once the worker has gone or talks nonsense.
  Task<std::optional<Message>> receive();
  /// Ends the worker; what is pending ends too.
  void close() noexcept { stream_->close(); }

 private:
  std::unique_ptr<Stream> stream_;
  MessageReader reader_;
};

/// antiphon-speech as a child of the server: started when the first worker is needed, started anew
/// when it has died. Belongs to one core.
class SpeechProgram {
 public:
  explicit SpeechProgram(EmbeddedOptions options)
      : options_(std::move(options)),
        counters_(std::make_shared<SpeechCounters>(options_.metrics)) {}

  /// A worker that has said that it is ready.
  /// @throws Error{Code::unavailable} when the program or the model is not installed, or no worker
  ///         answers in time
  Task<std::shared_ptr<Worker>> ready_worker();

  const EmbeddedOptions& options() const { return options_; }
  const std::shared_ptr<SpeechCounters>& counters() const { return counters_; }
  /// Of the program that runs; 0 when none does.
  pid_t pid() const { return child_ ? child_->pid() : 0; }

 private:
  std::shared_ptr<Worker> start_worker();
  Task<std::optional<Message>> first_message(std::shared_ptr<Worker> worker);
  void start();
  void stop() noexcept;

  EmbeddedOptions options_;
  std::shared_ptr<SpeechCounters> counters_;
  std::unique_ptr<Child> child_;
  Descriptor control_;
};

}  // namespace antiphon::speech
