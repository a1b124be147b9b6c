#include "engine/remote_speech/http_transcriber.h"

#include "engine/remote_speech/sample_server_test.h"
#include "engine/remote_speech/transcription_request.h"

// E-40: one remote server, what it is asked and how it fails.

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;
using samples::answer;
using ::testing::HasSubstr;
using ::testing::Not;

RecogniserSettings settings_of(RecogniserKind kind, std::string url = "http://one") {
  return {.name = "one", .kind = kind, .url = std::move(url)};
}

class HttpTranscriberTest : public ::testing::Test {
 protected:
  samples::Server& server() { return network_.servers["one"]; }

  void run(std::function<Task<>()> body) {
    auto all = [&]() -> Task<> {
      http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
      client_ = &client;
      co_await body();
      co_await client.stop();
      network_.tasks.cancel();
      co_await network_.tasks.join();
    };
    time_.run(all());
  }

  std::unique_ptr<HttpTranscriber> make(RecogniserSettings settings) {
    speech_server_ = std::make_shared<SpeechServer>(settings.name, settings.at_once(),
                                                    Telling{.metrics = &registry_});
    return std::make_unique<HttpTranscriber>(*client_, std::move(settings), speech_server_);
  }

  static Task<Heard> hear(std::shared_ptr<Ear> ear, std::size_t samples = 16'000) {
    auto sound = std::make_shared<UtteranceSound>();
    sound->samples = Sound(samples, 7);
    co_return co_await ear->hear(std::move(sound), true, Core::here().clock().steady() + 1000s);
  }
  // What one request ends with: "hello there", "busy".
  Task<std::string> outcome(HttpTranscriber* transcriber) {
    Heard heard = co_await hear(transcriber->listen("sv"));
    if (!heard) {
      last_ = heard.error();
      co_return std::string(to_text(heard.error().kind));
    }
    co_return heard->text;
  }
  std::string outcome_of(RecogniserSettings settings) {
    std::string result;
    run([&]() -> Task<> {
      auto transcriber = make(settings);
      result = co_await outcome(transcriber.get());
    });
    return result;
  }
  std::string outcome_of(std::string bytes) {
    server().handle = samples::always(std::move(bytes));
    return outcome_of(settings_of(RecogniserKind::openai));
  }

  testing::VirtualTime time_;
  samples::SpeechNetwork network_;
  metrics::Registry registry_;
  http::HttpClient* client_ = nullptr;
  std::shared_ptr<SpeechServer> speech_server_;
  HearingFailure last_;
};

TEST_F(HttpTranscriberTest, E40_an_openai_server_is_asked_in_its_form) {
  server().handle = samples::always(answer(R"({"text":"hej"})"));
  RecogniserSettings settings = settings_of(RecogniserKind::openai, "http://one/v1/");
  settings.api_key = "sk-secret";
  settings.temperature = 0.2;
  settings.prompt = "Antiphon";
  EXPECT_EQ(outcome_of(settings), "hej");
  samples::Came& came = server().came.at(0);
  EXPECT_EQ(came.target(), "POST /v1/audio/transcriptions");
  EXPECT_THAT(came.head, HasSubstr("Authorization: Bearer sk-secret\r\n"));
  EXPECT_EQ(came.field("model"), "whisper-1");
  EXPECT_EQ(came.field("language"), "sv");
  EXPECT_EQ(came.field("temperature"), "0.2");
  EXPECT_EQ(came.field("prompt"), "Antiphon");
  EXPECT_EQ(came.field("response_format"), "verbose_json");
  EXPECT_EQ(came.field("timestamp_granularities[]"), "word,segment");
  EXPECT_EQ(came.field("timestamp_granularities"), "word,segment");
  EXPECT_EQ(came.sound(), Sound(16'000, 7));
}

TEST_F(HttpTranscriberTest, E40_a_whisper_cpp_server_is_asked_in_its_form) {
  server().handle = samples::always(answer(R"({"text":"hej","segments":[],"language":"swedish"})"));
  EXPECT_EQ(outcome_of(settings_of(RecogniserKind::whisper_cpp)), "hej");
  samples::Came& came = server().came.at(0);
  EXPECT_EQ(came.target(), "POST /inference");
  EXPECT_EQ(came.field("response_format"), "verbose_json");
  EXPECT_EQ(came.field("model"), "");
}

TEST_F(HttpTranscriberTest, E40_a_whisper_asr_webservice_is_asked_in_its_query) {
  server().handle = samples::always(answer(
      R"({"segments":[{"start":0,"end":1,"text":"hej du"}],"language":"sv"})", "text/plain"));
  RecogniserSettings settings = settings_of(RecogniserKind::whisper_asr);
  settings.prompt = "a b";
  EXPECT_EQ(outcome_of(settings), "hej du") << "it says that its JSON is plain text";
  samples::Came& came = server().came.at(0);
  EXPECT_EQ(came.target(),
            "POST /asr?task=transcribe&language=sv&output=json&encode=true&word_timestamps=true"
            "&initial_prompt=a%20b");
  EXPECT_FALSE(came.field("audio_file").empty());
}

TEST_F(HttpTranscriberTest, E40_a_stream_or_json_is_read_by_its_type_whatever_was_asked_for) {
  RecogniserSettings settings = settings_of(RecogniserKind::openai);
  settings.stream = true;
  server().handle =
      samples::always(answer("data: {\"type\":\"transcript.text.delta\",\"delta\":\"he\"}\n\n"
                             "data: {\"type\":\"transcript.text.done\",\"text\":\"hej\"}\n\n",
                             "text/event-stream; charset=utf-8"));
  EXPECT_EQ(outcome_of(settings), "hej");
  EXPECT_EQ(server().came.at(0).field("stream"), "true");
  EXPECT_EQ(server().came.at(0).field("response_format"), "json");
  server().handle = samples::always(answer(R"({"text":"hej igen"})"));
  EXPECT_EQ(outcome_of(settings), "hej igen") << "whisper-1 knows no streams";
  server().handle = samples::always(answer(
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\"he\"}\n\n", "text/event-stream"));
  EXPECT_EQ(outcome_of(settings), "broken") << "it ended before it was done";
}

TEST_F(HttpTranscriberTest, E40_each_failure_is_told_apart) {
  EXPECT_EQ(outcome_of(answer("", "application/json")), "empty");
  EXPECT_EQ(outcome_of(answer("{}")), "empty");
  EXPECT_EQ(outcome_of(answer("<html>", "text/html")), "malformed");
  EXPECT_EQ(outcome_of(answer("", "text/html", 302)), "malformed");
  EXPECT_EQ(outcome_of(answer(R"({"error":"loading model"})", "application/json", 503)), "busy");
  EXPECT_EQ(outcome_of(answer("{}", "application/json", 429, "Retry-After: 7\r\n")), "busy");
  EXPECT_EQ(last_.retry_after, Duration(7s));
  EXPECT_EQ(outcome_of(answer(R"({"error":"no memory"})", "application/json", 500)), "broken");
  EXPECT_EQ(last_.message, "It answered 500: no memory");
  EXPECT_EQ(outcome_of(answer(R"({"detail":[{"msg":"bad field"}]})", "application/json", 422)),
            "refused");
  EXPECT_EQ(last_.message, "It answered 422: bad field");
  EXPECT_EQ(outcome_of(std::string()), "broken") << "it was cut";
  EXPECT_EQ(outcome_of("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"text\":\"he"), "too_slow")
      << "the rest never comes";
  server().refuses = true;
  EXPECT_EQ(outcome_of(settings_of(RecogniserKind::openai)), "unreachable");
  EXPECT_EQ(outcome_of(settings_of(RecogniserKind::openai, "https://one")), "unreachable")
      << "without TLS";
}

TEST_F(HttpTranscriberTest, a_refused_key_is_never_quoted) {
  RecogniserSettings settings = settings_of(RecogniserKind::openai);
  settings.api_key = "sk-secret";
  server().handle =
      samples::always(answer(R"({"error":{"message":"Incorrect API key provided: sk-secret."}})",
                             "application/json", 401));
  EXPECT_EQ(outcome_of(settings), "refused");
  EXPECT_THAT(last_.message, Not(HasSubstr("sk-")));
}

TEST_F(HttpTranscriberTest, E40_an_open_socket_that_gives_nothing_is_a_failure) {
  server().handle = samples::stall();
  Instant begun = time_.clock().steady();
  EXPECT_EQ(outcome_of(settings_of(RecogniserKind::openai)), "too_slow");
  EXPECT_GE(time_.clock().steady() - begun, 8s);
  EXPECT_LT(time_.clock().steady() - begun, 8s + 1ms);
}

TEST_F(HttpTranscriberTest, an_answer_without_end_is_refused) {
  std::string body(transcription_bytes_max + 1, ' ');
  EXPECT_EQ(outcome_of(answer(body)), "malformed");
}

TEST_F(HttpTranscriberTest, E95_a_failing_server_is_left_alone_and_asked_for_its_health_first) {
  RecogniserSettings settings = settings_of(RecogniserKind::whisper_cpp);
  std::string health = answer(R"({"status":"loading"})", "application/json", 503);
  server().handle = [&](samples::Came came) -> Task<std::string> {
    if (came.target() == "GET /health") return samples::always(health)(came);
    return samples::always(answer("", "application/json", 500))(came);
  };
  run([&]() -> Task<> {
    auto transcriber = make(settings);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(co_await outcome(transcriber.get()), "broken");
    EXPECT_EQ(co_await outcome(transcriber.get()), "out");
    EXPECT_EQ(server().came.size(), 5u);
    EXPECT_THAT(co_await transcriber->check(Core::here().clock().steady() + 1s),
                ::testing::Optional(HasSubstr("one cannot be used (busy)")));
    co_await sleep_for(60s);
    EXPECT_EQ(co_await outcome(transcriber.get()), "busy") << "its model still loads";
    EXPECT_EQ(server().came.back().target(), "GET /health") << "no sound was sent";
    co_await sleep_for(60s);
    health = answer(R"({"status":"ok"})");
    server().handle = [&](samples::Came came) -> Task<std::string> {
      bool asks = came.target() == "GET /health";
      return samples::always(asks ? health : answer(R"({"text":"hej"})"))(came);
    };
    EXPECT_EQ(co_await outcome(transcriber.get()), "hej");
    EXPECT_FALSE(transcriber->is_out(Core::here().clock().steady()));
    EXPECT_EQ(co_await transcriber->check(Core::here().clock().steady() + 1s), std::nullopt);
  });
  std::string told = registry_.to_text();
  EXPECT_THAT(told, HasSubstr("requests_total{outcome=\"broken\",server=\"one\"} 5"));
  EXPECT_THAT(told, HasSubstr("outcome=\"out\",server=\"one\"} 1"));
  EXPECT_THAT(told, HasSubstr("outcome=\"done\",server=\"one\"} 1"));
}

TEST_F(HttpTranscriberTest, E40_who_leaves_closes_the_connection_and_gives_the_turn_back) {
  server().handle = samples::stall();
  run([&]() -> Task<> {
    auto transcriber = make(settings_of(RecogniserKind::whisper_cpp));
    {
      TaskGroup asking([](const std::exception_ptr&) {});
      asking.spawn([](std::shared_ptr<Ear> ear) -> Task<> {
        co_await hear(ear);
      }(transcriber->listen("en")));
      co_await sleep_for(1s);
      EXPECT_EQ(server().under_way, 1);
      co_await asking.stop();
    }
    co_await sleep_for(1us);
    EXPECT_EQ(server().under_way, 0) << "whisper.cpp stops working when its client leaves";
    server().handle = samples::always(answer(R"({"text":"hej"})"));
    EXPECT_EQ(co_await outcome(transcriber.get()), "hej");
  });
  EXPECT_THAT(registry_.to_text(), HasSubstr("outcome=\"left\",server=\"one\"} 1"));
}

TEST(RecogniserSettingsTest, E94_options_that_a_kind_lacks_are_refused) {
  auto pointers = [](const RecogniserSettings& settings) {
    std::string all;
    for (const FieldError& fault : find_faults(settings, "/servers/0")) {
      all += fault.pointer + " " + fault.rule + "\n";
    }
    return all;
  };
  RecogniserSettings all = settings_of(RecogniserKind::openai);
  all.model = "m";
  all.temperature = 0.5;
  all.compression_threshold = 2.4;
  EXPECT_EQ(pointers(all), "");
  all.kind = RecogniserKind::whisper_cpp;
  all.stream = true;
  EXPECT_EQ(pointers(all),
            "/servers/0/model unsupported\n/servers/0/compressionThreshold unsupported\n"
            "/servers/0/stream unsupported\n");
  all.kind = RecogniserKind::whisper_asr;
  EXPECT_THAT(pointers(all), HasSubstr("/servers/0/temperature unsupported"));
  RecogniserSettings odd = settings_of(RecogniserKind::openai, "one:80");
  odd.languages = {"en", "swedish", "sv-SE"};
  EXPECT_EQ(
      pointers(odd),
      "/servers/0/url format\n/servers/0/languages/1 format\n/servers/0/languages/2 format\n");
  EXPECT_EQ(pointers(settings_of(RecogniserKind::openai, "http://one/?x=1")),
            "/servers/0/url format\n");
}

TEST(TranscriptionRequestTest, a_form_is_what_a_parser_finds_whatever_the_sound) {
  Sound sound(2'000);
  std::string boundary = "antiphon-00000000";
  std::memcpy(sound.data() + 100, boundary.data(), boundary.size());
  auto request = make_transcription_request(settings_of(RecogniserKind::openai), sound, "en");
  auto parts = http::parse_multipart(request.headers.get("Content-Type"), request.body);
  EXPECT_EQ(parts.back().name, "file");
  EXPECT_EQ(parts.back().file_name, "utterance.wav");
  EXPECT_EQ(parts.back().content, make_wav(sound));
}

}  // namespace
}  // namespace antiphon::remote_speech
