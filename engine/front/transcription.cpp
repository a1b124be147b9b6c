// POST /v1/audio/transcriptions

#include "engine/speech/transcription.h"

#include <boost/asio/this_coro.hpp>

#include "engine/async/mailbox.h"
#include "engine/async/task_group.h"
#include "engine/front/audio_routes.h"
#include "engine/front/front.h"
#include "engine/front/front_error.h"
#include "engine/front/transcript.h"
#include "engine/http/problem.h"

namespace antiphon::front {
namespace {

constexpr std::size_t waiting_texts_max = 1000;  // of a stream whose client does not take them

Task<std::string> read_upload(const http::Upload* upload, Instant deadline) {
  std::string bytes;
  auto source = upload->source(deadline);
  for (std::string piece = co_await source(); !piece.empty(); piece = co_await source()) {
    bytes += piece;
  }
  co_return bytes;
}

Error lost_some(const speech::LostUtterance& lost) {
  return Error(Code::unavailable, "A part of the recording could not be understood; try again.")
      .detail(fmt::format("{} at sample {}: {}", speech::to_text(lost.reason), lost.begin_sample,
                          lost.message));
}

// A recording on its way to text. What is lost of it is a failure: nobody gets less in silence.
class Hearing {
 public:
  Hearing(speech::Recogniser& recogniser, TranscriptionAsk asked, std::string bytes)
      : recogniser_(recogniser),
        asked_(std::move(asked)),
        reader_(speech::read_media_bytes(std::move(bytes))) {
    auto languages = recogniser.capabilities().languages;
    recording_.language = asked_.language;
    if (recording_.language.empty()) {
      recording_.language = languages.empty() ? "en" : languages.front();
    }
  }

  /// @param told  called with each text in its turn
  Task<> hear(std::function<void(const std::string& text)> told) {
    std::optional<speech::LostUtterance> lost;
    auto take = [&](const speech::Recognition& result) {
      if (!result) {
        lost = result.error();
        return;
      }
      recording_.said.push_back(*result);
      told(result->text);
    };
    recording_.length =
        co_await speech::transcribe(&recogniser_, reader_.get(), recording_.language, take);
    if (lost) throw lost_some(*lost);
  }

  const TranscriptionAsk& asked() const { return asked_; }
  const Recording& recording() const { return recording_; }

 private:
  speech::Recogniser& recogniser_;
  TranscriptionAsk asked_;
  std::unique_ptr<speech::MediaReader> reader_;
  Recording recording_;
};

using SharedHearing = std::shared_ptr<Hearing>;

// What ends it is known before there are no more texts.
Task<> hear_into(SharedHearing hearing, Mailbox<std::string>* texts, std::exception_ptr* failure) {
  try {
    co_await hearing->hear([texts](const std::string& text) {
      if (!texts->try_send(text)) throw Error(Code::unavailable, "The client takes no text.");
    });
  } catch (...) {
    *failure = std::current_exception();
  }
  texts->close();
}

Task<> pass_on(SharedHearing hearing, Mailbox<std::string>* texts,
               const std::exception_ptr* failure, const http::BodyWriter* write) {
  bool is_first = true;
  while (auto text = co_await texts->receive()) {
    co_await (*write)(delta_event(std::exchange(is_first, false) ? *text : " " + *text));
  }
  if (*failure) {
    Error error = http::error_from(*failure);
    co_await (*write)("data: " + error_json(front_error_of(error)) + "\n\n");
  } else {
    co_await (*write)(done_event(hearing->recording()));
  }
}

// Hears while it tells; the one ends with the other.
Task<> stream_texts(SharedHearing hearing, http::BodyWriter write) {
  Mailbox<std::string> texts(waiting_texts_max);
  std::exception_ptr failure;
  TaskGroup work([](const std::exception_ptr&) {});
  std::exception_ptr ended;
  try {
    work.spawn(hear_into(hearing, &texts, &failure));
    co_await pass_on(hearing, &texts, &failure, &write);
  } catch (...) {
    ended = std::current_exception();
  }
  co_await boost::asio::this_coro::reset_cancellation_state();
  co_await work.stop();
  if (ended) std::rethrow_exception(ended);
}

http::Response stream_transcript(SharedHearing hearing) {
  http::Response response;
  response.headers.set("Content-Type", "text/event-stream; charset=utf-8");
  response.headers.set("Cache-Control", "no-cache, no-transform");
  response.body = http::StreamedBody([hearing = std::move(hearing)](http::BodyWriter write) {
    return stream_texts(hearing, std::move(write));
  });
  return response;
}

}  // namespace

void AudioRoutes::mount(http::Router& router) {
  auto transcription =
      front_route(http::Method::post, "/v1/audio/transcriptions", transcription_permission,
                  "What is said in a recording, as OpenAI's clients ask for it");
  transcription.uploads = {
      {.name = "file", .doc = "The recording", .bytes_max = transcription_file_bytes_max}};
  router.add(std::move(transcription), this, &AudioRoutes::transcribe);
  auto speech = front_route(http::Method::post, "/v1/audio/speech", speech_permission,
                            "A text as sound, as OpenAI's clients ask for it");
  speech.media_type = "audio/mpeg";
  router.add(std::move(speech), this, &AudioRoutes::speak);
}

Task<http::Response> AudioRoutes::transcribe(Call call, http::Request request) {
  http::Form form = co_await http::read_form(
      std::move(request), {{.name = "file", .bytes_max = transcription_file_bytes_max}},
      call.deadline());
  TranscriptionAsk asked = read_transcription(form.fields);
  std::string bytes = co_await read_upload(form.uploads.find("file"), call.deadline());
  auto hearing = std::make_shared<Hearing>(parts_.recogniser, std::move(asked), std::move(bytes));
  http::Response response;
  if (hearing->asked().is_streamed) {
    response = stream_transcript(hearing);
  } else {
    co_await hearing->hear([](const std::string&) {});
    WrittenTranscript written = write_transcript(hearing->asked(), hearing->recording());
    response = http::text(std::move(written.body), written.content_type);
  }
  add_request_id(response, call.trace_id());
  co_return response;
}

}  // namespace antiphon::front
