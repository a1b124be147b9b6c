#include "engine/speech/transcription.h"

#include <boost/asio/this_coro.hpp>

#include "engine/async/task_group.h"
#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

// What was read so far, for the one who waits for its words.
struct Reading {
  std::uint64_t samples = 0;
  bool is_silent = true;
  std::exception_ptr failure;
};

Task<> feed(RecogniserStream* stream, MediaReader* reader, Reading* reading) {
  try {
    for (;;) {
      std::vector<Sample> samples = co_await reader->read_some();
      if (samples.empty()) break;
      reading->samples += samples.size();
      reading->is_silent = reading->is_silent && is_silent(samples);
      co_await stream->hear(std::move(samples));
    }
  } catch (const Error&) {
    reading->failure = std::current_exception();
  }
  co_await stream->finish();
}

}  // namespace

Task<std::chrono::milliseconds> transcribe(Recogniser* recogniser, MediaReader* reader,
                                           std::string language,
                                           std::function<void(const Recognition&)> told) {
  auto stream = co_await recogniser->open({.language = std::move(language)});
  Reading reading;
  TaskGroup tasks([&](const std::exception_ptr& failure) { reading.failure = failure; });
  tasks.spawn(feed(stream.get(), reader, &reading));
  std::exception_ptr ended;
  try {
    while (auto result = co_await stream->next()) {
      bool is_news =
          !*result || ((*result)->kind == Transcript::Kind::final && !(*result)->text.empty());
      if (is_news) told(*result);
    }
    co_await tasks.join();
  } catch (...) {
    ended = std::current_exception();
  }
  if (ended) {
    // What feeds the stream refers to what goes now.
    co_await boost::asio::this_coro::reset_cancellation_state();
    co_await tasks.stop();
    std::rethrow_exception(ended);
  }
  if (reading.failure) std::rethrow_exception(reading.failure);
  if (reading.is_silent) {
    throw Error(Code::unprocessable,
                "The recording is silent: nothing in it is louder than -60 dB of full scale. Was "
                "the microphone muted?");
  }
  co_return std::chrono::milliseconds(reading.samples * 1000 / sample_rate_hz);
}

}  // namespace antiphon::speech
