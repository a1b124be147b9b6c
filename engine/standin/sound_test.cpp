// Speech both ways, and vectors.

#include "engine/standin/sound.h"

#include <cmath>
#include <cstring>

#include "engine/base/encoding.h"
#include "engine/standin/answer.h"
#include "engine/standin/sample_test.h"

namespace antiphon::standin {
namespace {

class SoundTest : public StandinTest {
 protected:
  // A form with so many seconds of sound.
  Got transcribe(std::string path, int seconds,
                 const std::vector<std::pair<std::string, std::string>>& fields) {
    return ask(form(std::move(path), seconds, fields));
  }
  static Ask form(std::string path, int seconds,
                  const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string body;
    auto add = [&](std::string_view head, std::string_view content) {
      body += fmt::format("--b\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", head, content);
    };
    std::string sound(static_cast<std::size_t>(seconds) * 32'000, '\0');
    add(R"(name="file"; filename="a.wav")",
        make_wav_head(16'000, static_cast<std::uint32_t>(sound.size())) + sound);
    for (const auto& [name, value] : fields) add(fmt::format(R"(name="{}")", name), value);
    body += "--b--\r\n";
    return {.target = std::move(path),
            .body = std::move(body),
            .headers = {{"Content-Type", "multipart/form-data; boundary=b"}}};
  }
};

const std::string transcriptions = "/v1/audio/transcriptions";

TEST_F(SoundTest, E40_what_is_heard_depends_on_the_sound_alone) {
  auto json = schema::parse_value(transcribe(transcriptions, 2, {{"model", "m"}}).body);
  EXPECT_EQ(json.at("/text").text(), "There are 2.00 seconds of sound.");
  EXPECT_EQ(json.at("/usage/seconds").integer(), 2);
}

TEST_F(SoundTest, E40_as_many_words_are_heard_as_there_is_time_for) {
  script(R"({"otherwise":{"text":"a b c d e","wordMs":500}})");
  auto json = schema::parse_value(transcribe(transcriptions, 1, {{"model", "m"}}).body);
  EXPECT_EQ(json.at("/text").text(), "a b");
}

TEST_F(SoundTest, E40_every_format_is_written) {
  script(R"({"otherwise":{"text":"good day"}})");
  auto as = [&](std::string path, std::string format) {
    return transcribe(
        std::move(path), 2,
        {{"model", "m"}, {"response_format", format}, {"timestamp_granularities[]", "word"}});
  };
  EXPECT_EQ(as(transcriptions, "text").body, "good day\n");
  EXPECT_EQ(as(transcriptions, "srt").body, "1\n00:00:00,000 --> 00:00:02,000\ngood day\n\n");
  EXPECT_EQ(as(transcriptions, "vtt").body,
            "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\ngood day\n\n");
  auto verbose = schema::parse_value(as(transcriptions, "verbose_json").body);
  EXPECT_EQ(verbose.at("/words/1/word").text(), "day");
  EXPECT_EQ(verbose.at("/words/1/start").number(), 1);
  EXPECT_EQ(verbose.at("/segments/0/text").text(), " good day");
  // whisper.cpp has its words within segments, and names its text HTML.
  auto whisper = schema::parse_value(as("/inference", "verbose_json").body);
  EXPECT_EQ(whisper.at("/segments/0/words/1/word").text(), "day");
  EXPECT_EQ(whisper.at("/language").text(), "english");
  EXPECT_EQ(as("/inference", "text").headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(as(transcriptions, "wax").status, 400);
}

TEST_F(SoundTest, E40_a_transcription_is_streamed_except_by_whisper_1) {
  script(R"({"otherwise":{"text":"good day"}})");
  Got got = transcribe(transcriptions, 2, {{"model", "m"}, {"stream", "true"}});
  EXPECT_THAT(got.body,
              HasSubstr("data: {\"type\":\"transcript.text.delta\",\"delta\":\" day\"}\n\n"));
  EXPECT_THAT(got.body, HasSubstr(R"("type":"transcript.text.done","text":"good day")"));
  got = transcribe(transcriptions, 2, {{"model", "whisper-1"}, {"stream", "true"}});
  EXPECT_EQ(got.headers.get("Content-Type"), "application/json");
}

TEST_F(SoundTest, E40_whisper_cpp_hears_one_at_a_time_and_forgets_who_left) {
  script(R"({"otherwise":{"delayHeadMs":1000}})");
  with_client([&](http::HttpClient& client) -> Task<> {
    std::vector<milliseconds> took(3);
    TaskGroup tasks([](const std::exception_ptr&) {});
    for (std::size_t i = 0; i < took.size(); ++i) {
      Ask wanted = form("/inference", 1, {});
      if (i == 1) wanted.patience = 500ms;  // it leaves while it waits
      tasks.spawn([](http::HttpClient* of, Ask asked, milliseconds* into) -> Task<> {
        *into = (co_await exchange(of, std::move(asked))).took;
      }(&client, wanted, &took[i]));
    }
    co_await tasks.join();
    EXPECT_THAT(took, ElementsAre(1s, 500ms, 2s));
    EXPECT_EQ(models_.ledger().view().greatest_concurrency, 1);
  });
}

TEST_F(SoundTest, E42_speech_comes_in_pieces_as_wav_pcm_or_events) {
  auto say = [&](std::string_view more) {
    return post("/v1/audio/speech",
                fmt::format(R"({{"model":"m","voice":"alloy","input":"Hello"{}}})", more));
  };
  Got pcm = say(R"(,"response_format":"pcm")");
  EXPECT_EQ(pcm.headers.get("Content-Type"), "audio/pcm");
  EXPECT_EQ(pcm.body.size(), 5u * 1440 * 2);  // 60 ms a character
  EXPECT_EQ(say(R"(,"response_format":"pcm","speed":2)").body.size(), pcm.body.size() / 2);
  Got wav = say(R"(,"response_format":"wav")");
  EXPECT_EQ(wav.body.substr(44), pcm.body);
  EXPECT_EQ(wav.body.substr(40, 4), "\xFF\xFF\xFF\xFF");
  Got events = say(R"(,"response_format":"pcm","stream_format":"sse")");
  std::string first = R"(data: {"type":"speech.audio.delta","audio":")";
  ASSERT_TRUE(events.body.starts_with(first));
  auto end = events.body.find('"', first.size());
  EXPECT_EQ(parse_base64(events.body.substr(first.size(), end - first.size())),
            pcm.body.substr(0, 9600));
  EXPECT_THAT(events.body, HasSubstr(R"("type":"speech.audio.done","usage":{"input_tokens":2)"));
  Got mp3 = say("");
  EXPECT_EQ(mp3.status, 400);
  EXPECT_THAT(mp3.body, HasSubstr("wav and pcm"));
}

TEST_F(SoundTest, E42_style_bert_takes_its_query_and_a_hundred_characters) {
  Got got = ask({.target = "/voice?text=%E3%81%82%E3%81%84&language=JP"});
  EXPECT_EQ(got.headers.get("Content-Type"), "audio/wav");
  EXPECT_EQ(seconds_of(got.body), 2 * 2646 / 44'100.0);
  got = ask({.target = "/voice?text=" + std::string(101, 'a')});
  EXPECT_EQ(got.status, 422);
  EXPECT_THAT(got.body, HasSubstr(R"("loc":["query","text"])"));
  EXPECT_EQ(models_.ledger().view().total.refused, 1);
}

TEST_F(SoundTest, E35_vectors_are_of_unit_length_and_near_for_texts_that_share_words) {
  auto dot = [](std::string_view a, std::string_view b) {
    std::vector<float> left = embed(a, 256);
    std::vector<float> right = embed(b, 256);
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i) sum += left[i] * static_cast<double>(right[i]);
    return sum;
  };
  EXPECT_NEAR(dot("a red house", "a red house"), 1, 1e-5);
  EXPECT_GT(dot("a red house", "the red house"), 0.4);
  EXPECT_LT(std::abs(dot("a red house", "cold winter night")), 0.3);
  EXPECT_NEAR(dot("", ""), 1, 1e-5);
}

TEST_F(SoundTest, E35_openai_gives_floats_or_base64_and_ollama_floats) {
  std::string input = R"("model":"m","input":["one","two"],"dimensions":4)";
  auto floats = schema::parse_value(post("/v1/embeddings", "{" + input + "}").body);
  auto coded = schema::parse_value(
      post("/v1/embeddings", "{" + input + R"(,"encoding_format":"base64"})").body);
  std::string bytes = *parse_base64(coded.at("/data/1/embedding").text());
  ASSERT_EQ(bytes.size(), 16u);
  for (std::size_t i = 0; i < 4; ++i) {
    float value = 0;
    std::memcpy(&value, bytes.data() + i * 4, 4);
    EXPECT_FLOAT_EQ(value,
                    static_cast<float>(floats.at(fmt::format("/data/1/embedding/{}", i)).number()));
  }
  EXPECT_EQ(floats.at("/usage/prompt_tokens").integer(), 2);
  auto ollama = schema::parse_value(post("/api/embed", R"({"model":"m","input":"one"})").body);
  EXPECT_EQ(ollama.at("/embeddings/0").items().size(), 256u);
  EXPECT_EQ(post("/v1/embeddings", R"({"model":"m","input":[1,2]})").status, 400);
}

}  // namespace
}  // namespace antiphon::standin
