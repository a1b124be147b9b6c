#include "engine/remote_speech/http_transcriber.h"

#include "engine/remote_speech/exchange.h"
#include "engine/remote_speech/languages.h"
#include "engine/remote_speech/transcription_answer.h"
#include "engine/remote_speech/transcription_request.h"

namespace antiphon::remote_speech {
namespace {

constexpr Duration health_time = std::chrono::seconds(1);

// Switches on the type of the answer, not on what was asked for: a server that does not stream
// answers JSON to whoever asks for events.
Task<Heard> read_answer(std::unique_ptr<http::ClientAnswer> answer, Asked asked) {
  if (!has_type(*answer, "text/event-stream")) {
    auto body = co_await read_whole(answer.get());
    if (!body) co_return std::unexpected(std::move(body.error()));
    co_return parse_transcription(*body, asked);
  }
  http::AnswerEvents events(std::move(answer));
  TranscriptEvents transcript(std::move(asked));
  for (;;) {
    auto event = co_await events.next();
    if (!event) co_return std::unexpected(failure_of(event.error()));
    if (!*event || transcript.add(**event)) co_return transcript.finish();
  }
}

// Whether the server is there and ready, for its health request.
Task<std::optional<HearingFailure>> find_illness(http::HttpClient* client,
                                                 RecogniserSettings settings, Instant deadline) {
  auto answer = co_await open_answer(client, make_health_request(settings), transcription_bytes_max,
                                     deadline);
  if (answer) co_return std::nullopt;
  // Whoever has no such page, or sends elsewhere, is there all the same.
  int status = answer.error().status;
  bool is_there = (status >= 300 && status < 400) || status == 404 || status == 405;
  if (is_there) co_return std::nullopt;
  co_return answer.error();
}

class HttpEar final : public Ear {
 public:
  HttpEar(http::HttpClient& client, std::shared_ptr<const RecogniserSettings> settings,
          std::shared_ptr<SpeechServer> server, std::string language)
      : client_(client),
        settings_(std::move(settings)),
        server_(std::move(server)),
        language_(std::move(language)) {}

  Task<Heard> hear(std::shared_ptr<const UtteranceSound> sound, bool is_final,
                   Instant deadline) override {
    auto request = co_await SpeechServer::admit(
        server_, seat_, is_final ? Urgency::final : Urgency::partial, deadline);
    if (!request) co_return std::unexpected(std::move(request.error()));
    deadline = std::min(deadline, Core::here().clock().steady() + settings_->answer_ms);
    Heard heard = co_await ask(*sound, request->is_probe(), deadline);
    if (heard) {
      request->done(heard->words.empty());
    } else {
      request->failed(heard.error());
    }
    co_return heard;
  }

 private:
  Task<Heard> ask(const UtteranceSound& sound, bool is_probe,
                  Instant deadline) {  // NOLINT: awaited
    if (is_probe && settings_->kind == RecogniserKind::whisper_cpp) {
      // While its model loads it would keep the utterance waiting.
      auto illness = co_await find_illness(
          &client_, *settings_, std::min(deadline, Core::here().clock().steady() + health_time));
      if (illness) co_return std::unexpected(*std::move(illness));
    }
    std::size_t samples = sound.samples.size();
    Asked asked{.sound_s = double(samples) / sample_rate_hz,
                .language = language_,
                .compression_threshold = settings_->compression_threshold};
    auto answer = co_await open_answer(
        &client_, make_transcription_request(*settings_, sound.samples, language_),
        transcription_bytes_max, deadline);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    Heard heard = co_await read_answer(*std::move(answer), std::move(asked));
    if (heard) heard->heard_samples = samples;
    co_return heard;
  }

  http::HttpClient& client_;
  std::shared_ptr<const RecogniserSettings> settings_;
  std::shared_ptr<SpeechServer> server_;
  std::string language_;
  std::shared_ptr<Turns::Seat> seat_ = std::make_shared<Turns::Seat>();
};

}  // namespace

HttpTranscriber::HttpTranscriber(http::HttpClient& client, RecogniserSettings settings,
                                 std::shared_ptr<SpeechServer> server)
    : client_(client),
      settings_(std::make_shared<const RecogniserSettings>(std::move(settings))),
      server_(std::move(server)),
      info_{.name = settings_->name,
            .languages = settings_->languages.empty() ? whisper_languages() : settings_->languages,
            .step = settings_->partial_ms} {}

std::shared_ptr<Ear> HttpTranscriber::listen(std::string language) {
  return std::make_shared<HttpEar>(client_, settings_, server_, std::move(language));
}

Task<std::optional<std::string>> HttpTranscriber::check(Instant deadline) {
  auto illness = co_await find_illness(&client_, *settings_, deadline);
  if (!illness) co_return std::nullopt;
  co_return fmt::format("The speech server {} cannot be used ({}): {}", info_.name,
                        to_text(illness->kind), illness->message);
}

}  // namespace antiphon::remote_speech
