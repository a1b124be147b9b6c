#include "apps/director/take/listening.h"

#include "engine/record/recognition_mark.h"

namespace antiphon::director {

Listening::Listening(speech::Recogniser& recogniser, live::Session& session, Callbacks callbacks)
    : recogniser_(recogniser), session_(session), callbacks_(std::move(callbacks)) {}

bool Listening::hear(std::vector<speech::Sample> samples, std::uint64_t offset, unsigned rate,
                     const std::string& language) {
  if (failed_) return true;  // said once, when it failed
  if (!open_) {
    open_ = true;
    rate_ = rate;
    begin_sample_ = offset * speech::sample_rate_hz / rate;
    session_.spawn(listen({.language = language, .sample_rate = static_cast<int>(rate)}));
  }
  return sound_.try_send(std::move(samples));
}

void Listening::finish() {
  if (open_ && !failed_) {
    sound_.close();
  } else {
    session_.post([this] { callbacks_.finished(); });
  }
}

Task<> Listening::listen(speech::StreamOptions options) {
  try {
    std::shared_ptr<speech::RecogniserStream> stream =
        co_await session_.outside(recogniser_.open(std::move(options)));
    session_.spawn(feed(stream));
    while (auto recognition = co_await next(*stream)) tell(std::move(*recognition));
    session_.post([this] { callbacks_.finished(); });
  } catch (const Error&) {
    failed_ = true;
    session_.post([this, failure = std::current_exception()] { callbacks_.failed(failure); });
  }
}

// A recording keeps which result it was, not its words.
Task<std::optional<speech::Recognition>> Listening::next(speech::RecogniserStream& stream) {
  auto recognition = co_await session_.outside(stream.next());
  session_.fact(record::recognition_fact,
                [mark = record::mark_of(recognition)] { return schema::to_json(mark); });
  co_return recognition;
}

Task<> Listening::feed(std::shared_ptr<speech::RecogniserStream> stream) {
  std::uint64_t samples_fed = 0;
  while (auto samples = co_await session_.outside(sound_.receive())) {
    samples_fed += samples->size();
    co_await session_.outside(stream->hear(std::move(*samples)));
    std::uint64_t position = begin_sample_ + samples_fed * speech::sample_rate_hz / rate_;
    session_.post([this, position] { callbacks_.progressed(position); });
  }
  co_await session_.outside(stream->finish());
}

void Listening::tell(speech::Recognition recognition) {
  if (recognition) {
    recognition->begin_sample += begin_sample_;
    recognition->end_sample += begin_sample_;
  } else {
    recognition.error().begin_sample += begin_sample_;
  }
  session_.post([this, recognition = std::move(recognition)]() mutable {
    callbacks_.recognised(std::move(recognition));
  });
}

}  // namespace antiphon::director
