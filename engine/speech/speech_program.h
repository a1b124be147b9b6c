#pragma once

#include <atomic>
#include <mutex>

#include "engine/async/child.h"
#include "engine/async/stream.h"
#include "engine/base/descriptor.h"
#include "engine/speech/capacity.h"
#include "engine/speech/embedded_options.h"
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
/// when it has died. One for all cores, since the model takes 97 MB; thread-safe.
class SpeechProgram {
 public:
  explicit SpeechProgram(EmbeddedOptions options);

  /// A worker that has said that it is ready, for the calling core.
  /// @param counters  of that core
  /// @throws Error{Code::unavailable} when the program or the model is not installed, or no worker
  ///         answers in time
  Task<std::shared_ptr<Worker>> ready_worker(std::shared_ptr<SpeechCounters> counters);

  const EmbeddedOptions& options() const { return options_; }
  /// What of the machine recognition may take.
  const std::shared_ptr<Capacity>& capacity() const { return capacity_; }
  /// Of the program that runs; 0 when none does.
  pid_t pid() const { return pid_; }
  std::int64_t starts() const { return starts_; }

 private:
  std::shared_ptr<Worker> start_worker(SpeechCounters& counters);
  void start();
  void stop() noexcept;

  const EmbeddedOptions options_;
  const std::shared_ptr<Capacity> capacity_;
  std::mutex mutex_;  // of what follows
  std::unique_ptr<Child> child_;
  Descriptor control_;
  std::atomic<pid_t> pid_ = 0;
  std::atomic<std::int64_t> starts_ = 0;
  std::vector<metrics::Source> sources_;  // goes first
};

}  // namespace antiphon::speech
