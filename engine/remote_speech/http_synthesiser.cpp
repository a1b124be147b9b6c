#include "engine/remote_speech/http_synthesiser.h"

#include <array>
#include <deque>

#include "engine/base/error.h"
#include "engine/remote_speech/exchange.h"
#include "engine/remote_speech/languages.h"
#include "engine/remote_speech/sound_reader.h"
#include "engine/remote_speech/speech_request.h"

namespace antiphon::remote_speech {
namespace {

using speech::SpeechRequest;
using speech::SpokenPiece;
using speech::SynthesiserStream;
using Kind = HearingFailure::Kind;

constexpr std::size_t sound_piece_bytes = 8192;
// For all of a sentence's sound to come, once it has begun.
constexpr Duration sentence_time = std::chrono::seconds(60);

// One sentence's sound as it comes, in whichever form the answer says it has.
class SpokenSound {
 public:
  virtual ~SpokenSound() = default;
  /// The next sound; empty at the end. @throws Error where there is none
  virtual Task<SpokenPiece> next() = 0;
};

[[noreturn]] void fail(const HearingFailure& failure) {
  throw Error(failure.kind == Kind::too_slow ? Code::timeout : Code::unavailable,
              "The speech server failed.")
      .detail(fmt::format("{}: {}", to_text(failure.kind), failure.message));
}

class PlainSound final : public SpokenSound {
 public:
  PlainSound(std::unique_ptr<http::ClientAnswer> answer, int sample_rate, bool is_wav)
      : answer_(std::move(answer)), sample_rate_(sample_rate), is_wav_(is_wav) {}

  Task<SpokenPiece> next() override {
    std::array<char, sound_piece_bytes> bytes;
    for (;;) {
      auto count = co_await answer_->read_some(bytes);
      if (!count) fail(failure_of(count.error()));
      std::string_view came(bytes.data(), *count);
      if (came.empty() && is_wav_) wav_.finish();
      SpokenPiece piece{.samples = is_wav_ ? wav_.feed(came) : pcm_.feed(came)};
      piece.sample_rate = is_wav_ ? wav_.sample_rate() : sample_rate_;
      if (came.empty() || !piece.samples.empty()) co_return piece;
    }
  }

 private:
  std::unique_ptr<http::ClientAnswer> answer_;
  int sample_rate_;
  bool is_wav_;
  PcmReader pcm_;
  WavReader wav_;
};

class EventSound final : public SpokenSound {
 public:
  EventSound(std::unique_ptr<http::ClientAnswer> answer, int sample_rate)
      : events_(std::move(answer)), sample_rate_(sample_rate) {}

  Task<SpokenPiece> next() override {
    SpokenPiece piece{.sample_rate = sample_rate_};
    while (piece.samples.empty() && !sound_.is_done()) {
      auto event = co_await events_.next();
      if (!event) fail(failure_of(event.error()));
      if (!*event) fail({Kind::broken, "Its stream ended before it was done."});
      piece.samples = sound_.add(**event);
    }
    co_return piece;
  }

 private:
  http::AnswerEvents events_;
  SpeechEvents sound_;
  int sample_rate_;
};

// By what the answer says that it is; a server may not know the form it was asked for.
std::unique_ptr<SpokenSound> make_sound(std::unique_ptr<http::ClientAnswer> answer,
                                        const SynthesiserSettings& settings) {
  auto rate = static_cast<int>(settings.sample_rate);
  if (has_type(*answer, "text/event-stream")) {
    return std::make_unique<EventSound>(std::move(answer), rate);
  }
  std::string type(answer->headers.get("Content-Type"));
  bool is_wav = has_type(*answer, "audio/wav") || has_type(*answer, "audio/x-wav") ||
                has_type(*answer, "audio/wave") || has_type(*answer, "audio/vnd.wave");
  bool is_pcm = has_type(*answer, "audio/pcm") || has_type(*answer, "application/octet-stream") ||
                type.starts_with("audio/L16") || type.empty();
  if (!is_wav && !is_pcm) {
    fail({Kind::malformed, fmt::format("It answered with \"{}\".", type.substr(0, 60))});
  }
  return std::make_unique<PlainSound>(std::move(answer), rate, is_wav);
}

// A sentence while it is said: its request ends when its sound has come.
class SaidSentence {
 public:
  SaidSentence(SpeechServer::Request request, std::unique_ptr<SpokenSound> sound)
      : request_(std::move(request)), sound_(std::move(sound)) {}

  /// Takes all of the sound at once, so that a listener who takes time keeps nobody from a turn.
  Task<> read_ahead() {
    for (;;) {
      SpokenPiece piece = co_await receive();
      if (piece.samples.empty()) break;
      ahead_.push_back(std::move(piece));
    }
    request_.reset();
  }

  Task<SpokenPiece> next() {
    if (request_) co_return co_await receive();
    if (ahead_.empty()) co_return SpokenPiece{};
    SpokenPiece piece = std::move(ahead_.front());
    ahead_.pop_front();
    co_return piece;
  }

 private:
  Task<SpokenPiece> receive() {
    SpokenPiece piece;
    try {
      piece = co_await sound_->next();
      if (piece.samples.empty() && !has_sound_) fail({Kind::empty, "It answered without sound."});
    } catch (const Error& error) {
      if (error.code() == Code::cancelled) throw;
      request_->failed({error.code() == Code::timeout ? Kind::too_slow : Kind::broken,
                        error.message() + ' ' + error.detail()});
      throw;
    }
    has_sound_ = true;
    if (piece.samples.empty()) request_->done();
    co_return piece;
  }

  std::optional<SpeechServer::Request> request_;  // nothing: all of the sound is there
  std::unique_ptr<SpokenSound> sound_;
  bool has_sound_ = false;
  std::deque<SpokenPiece> ahead_;
};

class HttpSynthesiserStream final : public SynthesiserStream {
 public:
  HttpSynthesiserStream(http::HttpClient& client,
                        std::shared_ptr<const SynthesiserSettings> settings,
                        std::shared_ptr<SpeechServer> server, const SpeechRequest& request)
      : client_(client),
        settings_(std::move(settings)),
        server_(std::move(server)),
        language_(primary_language(request.language)),
        speed_(request.speed),
        sentences_(split_for_speech(request.text, settings_->characters_of_request())) {}

  Task<std::optional<SpokenPiece>> next() override {
    while (number_ < sentences_.size()) {
      bool is_first = !sentence_;
      if (is_first) sentence_ = co_await begin(sentences_[number_]);
      SpokenPiece piece = co_await sentence_->next();
      if (!piece.samples.empty()) {
        piece.sentence = number_;
        if (is_first) piece.text = sentences_[number_];
        co_return std::optional(std::move(piece));
      }
      sentence_.reset();
      ++number_;
    }
    co_return std::nullopt;
  }

 private:
  Task<std::unique_ptr<SaidSentence>> begin(std::string sentence) {
    Instant now = Core::here().clock().steady();
    auto request =
        co_await SpeechServer::admit(server_, seat_, Urgency::final, now + settings_->answer_ms);
    if (!request) fail(request.error());
    auto limits_end = Core::here().clock().steady() + settings_->answer_ms;
    auto answer =
        co_await open_answer(&client_, make_speech_request(*settings_, sentence, language_, speed_),
                             spoken_bytes_max, limits_end, sentence_time);
    std::unique_ptr<SpokenSound> sound;
    try {
      if (!answer) fail(answer.error());
      sound = make_sound(*std::move(answer), *settings_);
    } catch (const Error& error) {
      request->failed(answer ? HearingFailure{Kind::malformed, error.detail()} : answer.error());
      throw;
    }
    auto said = std::make_unique<SaidSentence>(*std::move(request), std::move(sound));
    if (settings_->kind == SynthesiserKind::style_bert_vits2) co_await said->read_ahead();
    co_return said;
  }

  http::HttpClient& client_;
  std::shared_ptr<const SynthesiserSettings> settings_;
  std::shared_ptr<SpeechServer> server_;
  std::string language_;
  double speed_;
  std::vector<std::string> sentences_;
  std::shared_ptr<Turns::Seat> seat_ = std::make_shared<Turns::Seat>();
  std::size_t number_ = 0;  // of the sentence under way
  std::unique_ptr<SaidSentence> sentence_;
};

// The languages it speaks; none: any.
std::vector<std::string> languages_of(const SynthesiserSettings& settings) {
  if (!settings.languages.empty()) return settings.languages;
  if (settings.kind == SynthesiserKind::style_bert_vits2) return {"ja", "en", "zh"};
  return {};
}

}  // namespace

HttpSynthesiser::HttpSynthesiser(http::HttpClient& client, SynthesiserSettings settings,
                                 std::shared_ptr<SpeechServer> server)
    : client_(client),
      settings_(std::make_shared<const SynthesiserSettings>(std::move(settings))),
      server_(std::move(server)) {}

Task<std::unique_ptr<SynthesiserStream>> HttpSynthesiser::speak(SpeechRequest request) {
  check(request);
  std::vector<std::string> known = languages_of(*settings_);
  if (!known.empty() && std::ranges::count(known, primary_language(request.language)) == 0) {
    throw Error(Code::unsupported,
                fmt::format("{} does not speak the language \"{}\"; it speaks {}.", name(),
                            request.language.substr(0, 40), fmt::join(known, ", ")));
  }
  if (server_->breaker().is_out(Core::here().clock().steady())) {
    throw Error(Code::unavailable,
                fmt::format("{} is left alone for now: it failed too often.", name()));
  }
  co_return std::make_unique<HttpSynthesiserStream>(client_, settings_, server_, request);
}

}  // namespace antiphon::remote_speech
