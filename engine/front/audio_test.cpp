// E-38: sound both ways as OpenAI's clients have it.

#include <cmath>
#include <numbers>

#include "engine/async/child.h"
#include "engine/base/encoding.h"
#include "engine/base/temporary_folder.h"
#include "engine/front/audio_routes.h"
#include "engine/front/rate_converter.h"
#include "engine/front/sample_test.h"
#include "engine/front/transcript.h"
#include "engine/speech/media.h"
#include "engine/speech/wav_header.h"

namespace antiphon::front {
namespace {

std::vector<speech::Sample> tone(std::size_t samples, int rate) {
  std::vector<speech::Sample> sound;
  for (std::size_t i = 0; i < samples; ++i) {
    double phase = 2 * std::numbers::pi * 440 * static_cast<double>(i) / rate;
    sound.push_back(static_cast<speech::Sample>(8000 * std::sin(phase)));
  }
  return sound;
}

// Understands the same of whatever it hears.
class SureRecogniser final : public speech::Recogniser {
 public:
  class Stream final : public speech::RecogniserStream {
   public:
    Stream(std::vector<speech::Recognition> results) : results_(std::move(results)) {}
    Task<> hear(std::vector<speech::Sample>) override { co_return; }
    Task<> finish() override {
      ended_.wake();
      co_return;
    }
    Task<std::optional<speech::Recognition>> next() override {
      if (told_ == 0) co_await ended_.wait();
      if (told_ == results_.size()) co_return std::nullopt;
      co_return results_[told_++];
    }

   private:
    std::vector<speech::Recognition> results_;
    std::size_t told_ = 0;
    Waiter ended_;
  };

  // Hears for ever, and says when it is let go.
  class EndlessStream final : public speech::RecogniserStream {
   public:
    explicit EndlessStream(SureRecogniser& owner) : owner_(owner) {}
    ~EndlessStream() override { ++owner_.let_go; }
    Task<> hear(std::vector<speech::Sample>) override {
      owner_.heard.wake();
      Waiter never;
      co_await never.wait();
    }
    Task<> finish() override { co_return; }
    Task<std::optional<speech::Recognition>> next() override {
      Waiter never;
      co_await never.wait();
      co_return std::nullopt;
    }

   private:
    SureRecogniser& owner_;
  };

  speech::RecogniserCapabilities capabilities() const override {
    return {.languages = {"en"}, .streaming = true, .name = "sure"};
  }
  Task<std::unique_ptr<speech::RecogniserStream>> open(speech::StreamOptions options) override {
    check(options, capabilities());
    if (is_endless) co_return std::make_unique<EndlessStream>(*this);
    co_return std::make_unique<Stream>(results);
  }

  bool is_endless = false;
  int let_go = 0;
  Waiter heard;

  static speech::Transcript said(std::string text, std::vector<speech::Word> words) {
    return {.kind = speech::Transcript::Kind::final,
            .text = std::move(text),
            .words = std::move(words)};
  }
  std::vector<speech::Recognition> results{
      said("good day", {{"good", 100, 400, 0.5}, {"day", 400, 900, 0.5}}),
      said("to you", {{"to", 1000, 1200, {}}, {"you", 1200, 1500, {}}})};
};

// Says a tone of a tenth of a second for each sentence.
class ToneSynthesiser final : public speech::Synthesiser {
 public:
  class Stream final : public speech::SynthesiserStream {
   public:
    explicit Stream(ToneSynthesiser& owner) : owner_(owner) {}
    Task<std::optional<speech::SpokenPiece>> next() override {
      if (told_ == owner_.fails_at) throw Error(Code::unavailable, "The voice is gone.");
      if (told_ == owner_.pieces) co_return std::nullopt;
      ++told_;
      co_return speech::SpokenPiece{.samples = tone(2205, 22'050), .sample_rate = 22'050};
    }

   private:
    ToneSynthesiser& owner_;
    std::size_t told_ = 0;
  };

  std::string name() const override { return "tone"; }
  Task<std::unique_ptr<speech::SynthesiserStream>> speak(speech::SpeechRequest request) override {
    asked = std::move(request);
    co_return std::make_unique<Stream>(*this);
  }

  std::size_t pieces = 3;
  std::size_t fails_at = 99;
  speech::SpeechRequest asked;
};

// Over real time: ffmpeg is a real program.
class AudioFrontTest : public FrontTest {
 protected:
  AudioFrontTest() { audio_.mount(router_); }

  Got ask(std::string bytes) {
    std::string all = core_.run_until_done(with_uploads(std::move(bytes)));
    auto end = all.find("\r\n\r\n");
    Got got{.head = all.substr(0, end + 2), .body = all.substr(end + 4)};
    was_cut_ = false;
    if (got.header("Transfer-Encoding") == "chunked") {
      was_cut_ = !got.body.ends_with("0\r\n\r\n");
      got.body = joined(got.body);
    }
    return got;
  }

  Task<std::string> with_uploads(std::string bytes) {
    http::DiskUploads uploads(folder_.path(), files_, random_);
    http::Server server(router_, gate_, random_, {.uploads = &uploads});
    auto [near, far] = testing::memory_streams(std::size_t{8} << 20);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await near->write_all(bytes);
    std::string all;
    std::array<char, 4096> piece;
    while (std::size_t count = co_await near->read_some(piece)) all.append(piece.data(), count);
    near->close();
    co_await tasks.join();
    co_await server.stop();
    co_return all;
  }

  Got say(std::string_view more) {
    return ask(request("POST", "/v1/audio/speech",
                       fmt::format(R"({{"model":"m","voice":"alloy","input":"Hello."{}}})", more)));
  }
  double seconds_in(std::string bytes) {
    auto pcm = core_.run_until_done(speech::decode_bytes(std::move(bytes)));
    return pcm.seconds();
  }

  SystemClock clock_;
  Core core_{0, clock_};
  TemporaryFolder folder_;
  Pool files_{{.name = "files"}};
  SureRecogniser recogniser_;
  ToneSynthesiser synthesiser_;
  AudioRoutes audio_{{.recogniser = recogniser_, .synthesiser = synthesiser_}};
  bool was_cut_ = false;
};

class TranscriptionTest : public AudioFrontTest {
 protected:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  Got transcribe(const Fields& fields) { return transcribe(fields, two_seconds()); }
  Got transcribe(const Fields& fields, const std::string& file) { return ask(form(fields, file)); }
  static std::string form(const Fields& fields, const std::string& file) {
    std::string body;
    auto add = [&](std::string_view head, std::string_view content) {
      body += fmt::format("--b\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", head, content);
    };
    add(R"(name="file"; filename="a.wav")", file);
    for (const auto& [name, value] : fields) add(fmt::format(R"(name="{}")", name), value);
    body += "--b--\r\n";
    return fmt::format(
        "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer apk_good\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {}\r\n"
        "Connection: close\r\n\r\n{}",
        body.size(), body);
  }
  static std::string two_seconds() {
    auto sound = tone(32'000, 16'000);
    std::string bytes(reinterpret_cast<const char*>(sound.data()), sound.size() * 2);
    auto size = static_cast<std::uint32_t>(bytes.size());
    return speech::make_wav_header(16'000, size) + bytes;
  }
  // Closes the connection once the recogniser has heard something.
  Task<> leave(std::string bytes) {
    http::DiskUploads uploads(folder_.path(), files_, random_);
    http::Server server(router_, gate_, random_, {.uploads = &uploads});
    auto [near, far] = testing::memory_streams(std::size_t{8} << 20);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await near->write_all(bytes);
    co_await recogniser_.heard.wait();
    near->close();
    co_await tasks.join();
    co_await server.stop();
  }
};

TEST_F(TranscriptionTest, E38_comes_in_every_format) {
  auto json = schema::parse_value(transcribe({{"model", "whisper-1"}}).body);
  EXPECT_EQ(json.at("/text").text(), "good day to you");
  EXPECT_EQ(json.at("/usage/seconds").integer(), 2);
  EXPECT_EQ(transcribe({{"model", "m"}, {"response_format", "text"}}).body, "good day to you\n");
  EXPECT_EQ(transcribe({{"model", "m"}, {"response_format", "srt"}}).body,
            "1\n00:00:00,100 --> 00:00:00,900\ngood day\n\n"
            "2\n00:00:01,000 --> 00:00:01,500\nto you\n\n");
  EXPECT_EQ(transcribe({{"model", "m"}, {"response_format", "vtt"}}).body,
            "WEBVTT\n\n00:00:00.100 --> 00:00:00.900\ngood day\n\n"
            "00:00:01.000 --> 00:00:01.500\nto you\n\n");
  auto verbose = schema::parse_value(transcribe({{"model", "m"},
                                                 {"response_format", "verbose_json"},
                                                 {"timestamp_granularities[]", "word"},
                                                 {"timestamp_granularities[]", "segment"}})
                                         .body);
  EXPECT_EQ(verbose.at("/language").text(), "en");
  EXPECT_EQ(verbose.at("/duration").number(), 2);
  EXPECT_EQ(verbose.at("/segments/1/text").text(), "to you");
  EXPECT_NEAR(verbose.at("/segments/0/avg_logprob").number(), std::log(0.5), 1e-4);
  EXPECT_EQ(verbose.at("/words/3/word").text(), "you");
  EXPECT_EQ(verbose.at("/words/3/end").number(), 1.5);
}

TEST_F(TranscriptionTest, E38_is_streamed) {
  Got got = transcribe({{"model", "m"}, {"stream", "true"}});
  EXPECT_EQ(got.header("Content-Type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(got.body,
            "data: {\"type\":\"transcript.text.delta\",\"delta\":\"good day\"}\n\n"
            "data: {\"type\":\"transcript.text.delta\",\"delta\":\" to you\"}\n\n"
            "data: {\"type\":\"transcript.text.done\",\"text\":\"good day to you\","
            "\"usage\":{\"type\":\"duration\",\"seconds\":2}}\n\n");
}

TEST_F(TranscriptionTest, E27_a_client_that_leaves_ends_the_hearing) {
  recogniser_.is_endless = true;
  for (const char* streamed : {"false", "true"}) {
    recogniser_.let_go = 0;
    core_.run_until_done(leave(form({{"model", "m"}, {"stream", streamed}}, two_seconds())));
    EXPECT_EQ(recogniser_.let_go, 1) << streamed;
  }
}

TEST_F(TranscriptionTest, E38_what_was_lost_is_told) {
  recogniser_.results.push_back(std::unexpected(speech::LostUtterance{.message = "It ended."}));
  Got got = transcribe({{"model", "m"}});
  EXPECT_EQ(got.status(), 503);
  EXPECT_EQ(error_in(got).at("/type").text(), "server_error");
  got = transcribe({{"model", "m"}, {"stream", "true"}});
  EXPECT_THAT(got.body, HasSubstr("data: {\"error\":{"));
  EXPECT_EQ(got.body.find("text.done"), std::string::npos);
}

TEST_F(TranscriptionTest, E38_what_cannot_be_honoured_is_refused_by_its_name) {
  for (const auto& [name, value] : TranscriptionTest::Fields{{"prompt", "Antiphon"},
                                                             {"temperature", "0.7"},
                                                             {"include[]", "logprobs"},
                                                             {"chunking_strategy", "{}"},
                                                             {"response_format", "diarized_json"},
                                                             {"response_format", "yaml"}}) {
    Got got = transcribe({{"model", "m"}, {name, value}});
    EXPECT_EQ(got.status(), 400) << name;
    EXPECT_THAT(name, StartsWith(error_in(got).at("/param").text()));
  }
  EXPECT_EQ(transcribe({{"model", "m"}, {"stream", "true"}, {"response_format", "srt"}}).status(),
            400);
  EXPECT_EQ(transcribe({}).status(), 400);
  EXPECT_EQ(transcribe({{"model", "m"}, {"language", "sv"}}).status(), 415);
}

TEST_F(TranscriptionTest, media_that_is_none_is_refused) {
  Got got = transcribe({{"model", "m"}}, "Dear all, please listen to what I have to say.");
  EXPECT_EQ(got.status(), 415);
  EXPECT_THAT(got.body, HasSubstr("This is text"));
  got = transcribe({{"model", "m"}}, std::string(transcription_file_bytes_max + 1, 'x'));
  EXPECT_EQ(got.status(), 413);
}

using SpeechFrontTest = AudioFrontTest;

TEST_F(SpeechFrontTest, E38_wav_comes_as_it_is_spoken_and_pcm_at_24_khz) {
  Got wav = say(R"(,"response_format":"wav")");
  EXPECT_EQ(wav.header("Content-Type"), "audio/wav");
  EXPECT_EQ(wav.body.size(), 44u + 3 * 2205 * 2);
  Got pcm = say(R"(,"response_format":"pcm")");
  EXPECT_EQ(pcm.header("Content-Type"), "audio/pcm");
  EXPECT_EQ(pcm.body.size(), 7200u * 2);  // 0.3 s
}

TEST_F(SpeechFrontTest, E38_other_formats_are_packed_by_ffmpeg) {
  for (auto [format, type] : {std::pair{"mp3", "audio/mpeg"}, std::pair{"opus", "audio/opus"},
                              std::pair{"aac", "audio/aac"}, std::pair{"flac", "audio/flac"}}) {
    Got got = say(fmt::format(R"(,"response_format":"{}")", format));
    EXPECT_EQ(got.header("Content-Type"), type);
    EXPECT_FALSE(was_cut_) << format;
    EXPECT_NEAR(seconds_in(got.body), 0.3, 0.1) << format;
  }
  EXPECT_EQ(say("").header("Content-Type"), "audio/mpeg");
}

TEST_F(SpeechFrontTest, E38_or_as_events) {
  Got got = say(R"(,"response_format":"pcm","stream_format":"sse")");
  std::string first = R"(data: {"type":"speech.audio.delta","audio":")";
  ASSERT_TRUE(got.body.starts_with(first)) << got.body.substr(0, 100);
  auto end = got.body.find('"', first.size());
  EXPECT_TRUE(parse_base64(got.body.substr(first.size(), end - first.size())));
  EXPECT_THAT(got.body, HasSubstr(R"("type":"speech.audio.done","usage":{"input_tokens":2)"));
}

TEST_F(SpeechFrontTest, E38_a_voice_may_be_a_language) {
  say(R"(,"response_format":"wav")");
  EXPECT_EQ(synthesiser_.asked.language, "en");
  ask(request("POST", "/v1/audio/speech",
              R"({"model":"m","voice":"sv","input":"Hej","response_format":"wav","speed":1.5})"));
  EXPECT_EQ(synthesiser_.asked.language, "sv");
  EXPECT_EQ(synthesiser_.asked.speed, 1.5);
  EXPECT_EQ(synthesiser_.asked.text, "Hej");
}

TEST_F(SpeechFrontTest, E33_speech_that_fails_in_the_middle_is_cut) {
  synthesiser_.fails_at = 2;
  for (const char* format : {"wav", "pcm", "mp3"}) {
    say(fmt::format(R"(,"response_format":"{}")", format));
    EXPECT_TRUE(was_cut_) << format;
  }
  synthesiser_.fails_at = 0;
  EXPECT_EQ(say("").status(), 503);
}

TEST_F(SpeechFrontTest, E38_what_cannot_be_honoured_is_refused_by_its_name) {
  for (auto [more, param] : {std::pair{R"(,"instructions":"Whisper.")", "instructions"},
                             std::pair{R"(,"speed":4)", "speed"},
                             std::pair{R"(,"response_format":"midi")", "response_format"}}) {
    Got got = say(more);
    EXPECT_EQ(got.status(), 400);
    EXPECT_EQ(error_in(got).at("/param").text(), param);
  }
  std::string longest(speech_characters_max, 'a');
  auto ask_for = [&](const std::string& text) {
    return ask(request("POST", "/v1/audio/speech",
                       fmt::format(R"({{"model":"m","voice":"a","input":"{}",)"
                                   R"("response_format":"wav"}})",
                                   text)));
  };
  EXPECT_EQ(ask_for(longest).status(), 200);
  EXPECT_EQ(ask_for(longest + "a").status(), 400);
  synthesiser_.pieces = 0;
  EXPECT_EQ(say("").status(), 400);
}

TEST(RateConverter, keeps_a_tone_in_pieces_of_any_length) {
  auto sound = tone(22'050, 22'050);
  RateConverter converter(22'050, 24'000);
  std::vector<speech::Sample> out;
  auto add = [&](const std::vector<speech::Sample>& more) {
    out.insert(out.end(), more.begin(), more.end());
  };
  for (std::size_t at = 0, length = 1; at < sound.size(); at += length, length = length * 3 % 997) {
    auto end = std::min(at + length, sound.size());
    add(converter.convert({sound.begin() + static_cast<std::ptrdiff_t>(at),
                           sound.begin() + static_cast<std::ptrdiff_t>(end)}));
  }
  add(converter.finish());
  auto right = tone(24'000, 24'000);
  ASSERT_EQ(out.size(), right.size());
  for (std::size_t i = 10; i + 10 < out.size(); ++i) ASSERT_NEAR(out[i], right[i], 20) << i;
  EXPECT_TRUE(RateConverter(22'050, 24'000).finish().empty());
}

}  // namespace
}  // namespace antiphon::front
