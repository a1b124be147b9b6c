#include "engine/remote_speech/http_synthesiser.h"

#include "engine/remote_speech/failover_synthesiser.h"
#include "engine/remote_speech/rate_change.h"
#include "engine/remote_speech/sample_server_test.h"
#include "engine/remote_speech/speech_request.h"
#include "engine/schema/json.h"
#include "engine/speech/embedded_synthesiser.h"
#include "engine/speech/wav_header.h"

// E-42: remote voices, and who speaks when they fail.

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;
using samples::answer;
using speech::SpokenPiece;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string sound_bytes(std::size_t samples, Sample value = 500) {
  Sound sound(samples, value);
  return {reinterpret_cast<const char*>(sound.data()), samples * 2};
}

SynthesiserSettings settings_of(SynthesiserKind kind) {
  return {.name = "one", .kind = kind, .url = "http://one/v1"};
}

// What was said: its pieces put together.
struct Said {
  std::vector<std::string> sentences;
  std::vector<std::size_t> numbers;  // of the sentences, as often as each was begun
  std::vector<Sample> samples;
  int sample_rate = 0;
  std::string failure;
};

class HttpSynthesiserTest : public ::testing::Test {
 protected:
  samples::Server& server() { return network_.servers["one"]; }

  static Task<Said> say(speech::Synthesiser* synthesiser, speech::SpeechRequest request) {
    Said said;
    try {
      auto stream = co_await synthesiser->speak(std::move(request));
      while (auto piece = co_await stream->next()) {
        if (!piece->text.empty()) {
          said.sentences.push_back(piece->text);
          said.numbers.push_back(piece->sentence);
        }
        said.sample_rate = piece->sample_rate;
        said.samples.insert(said.samples.end(), piece->samples.begin(), piece->samples.end());
      }
    } catch (const Error& error) {
      said.failure = std::string(to_text(error.code())) + " " + error.detail();
    }
    co_return said;
  }

  // With a synthesiser of the settings, before the others of the list.
  Said say(SynthesiserSettings settings, speech::SpeechRequest request,
           std::vector<std::shared_ptr<speech::Synthesiser>> others = {}) {
    Said said;
    auto all = [&]() -> Task<> {
      http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
      auto server = std::make_shared<SpeechServer>(settings.name, settings.at_once());
      std::vector<std::shared_ptr<speech::Synthesiser>> list = {
          std::make_shared<HttpSynthesiser>(client, settings, server)};
      list.insert(list.end(), others.begin(), others.end());
      FailoverSynthesiser failover(list);
      said = co_await say(others.empty() ? list[0].get() : &failover, std::move(request));
      list.clear();
      co_await client.stop();
      network_.tasks.cancel();
      co_await network_.tasks.join();
    };
    time_.run(all());
    return said;
  }
  std::string failure_of(std::string bytes) {
    server().handle = samples::always(std::move(bytes));
    return say(settings_of(SynthesiserKind::openai), {.text = "Hello."}).failure;
  }

  testing::VirtualTime time_;
  samples::SpeechNetwork network_;
};

TEST_F(HttpSynthesiserTest, E42_an_openai_server_is_asked_sentence_by_sentence) {
  server().handle = samples::always(answer(sound_bytes(12'000), "audio/pcm"));
  SynthesiserSettings settings = settings_of(SynthesiserKind::openai);
  settings.api_key = "sk-secret";
  settings.instructions = "Calmly.";
  Said said = say(settings, {.text = "Hello there. \"Quoted\" text!", .speed = 1.5});
  EXPECT_THAT(said.sentences, ElementsAre("Hello there.", "\"Quoted\" text!"));
  EXPECT_THAT(said.numbers, ElementsAre(0, 1));
  EXPECT_EQ(said.samples.size(), 24'000u);
  EXPECT_EQ(said.sample_rate, 24'000);
  ASSERT_EQ(server().came.size(), 2u);
  samples::Came& came = server().came[1];
  EXPECT_EQ(came.target(), "POST /v1/audio/speech");
  EXPECT_THAT(came.head, HasSubstr("Authorization: Bearer sk-secret"));
  EXPECT_EQ(schema::parse_value(came.body),
            schema::parse_value(R"({"model":"gpt-4o-mini-tts","input":"\"Quoted\" text!",
                "voice":"alloy","instructions":"Calmly.","response_format":"pcm","speed":1.5})"));
}

TEST_F(HttpSynthesiserTest, E42_sound_comes_as_wav_or_in_events_too) {
  SynthesiserSettings settings = settings_of(SynthesiserKind::openai);
  settings.form = SpeechForm::wav;
  std::string wav = speech::make_wav_header(22'050, speech::wav_bytes_unknown) + sound_bytes(9'000);
  server().handle = samples::always(answer(wav, "audio/wav"));
  Said said = say(settings, {.text = "Hello."});
  EXPECT_EQ(said.samples.size(), 9'000u);
  EXPECT_EQ(said.sample_rate, 22'050);
  EXPECT_THAT(server().came.back().body, HasSubstr(R"("response_format":"wav")"));

  settings.form = SpeechForm::events;
  std::string delta = fmt::format("data: {{\"type\":\"speech.audio.delta\",\"audio\":\"{}\"}}\n\n",
                                  to_base64(sound_bytes(100)));
  std::string done = "data: {\"type\":\"speech.audio.done\"}\n\n";
  server().handle = samples::always(answer(delta + delta + done, "text/event-stream"));
  said = say(settings, {.text = "Hello."});
  EXPECT_EQ(said.samples.size(), 200u);
  EXPECT_EQ(said.failure, "");
  EXPECT_THAT(server().came.back().body, HasSubstr(R"("stream_format":"sse")"));
  server().handle = samples::always(answer(delta, "text/event-stream"));
  EXPECT_THAT(say(settings, {.text = "Hello."}).failure, HasSubstr("ended before it was done"));
}

TEST_F(HttpSynthesiserTest, E42_style_bert_vits2_takes_everything_in_the_query) {
  std::string wav = speech::make_wav_header(44'100, 8'000) + sound_bytes(4'000);
  server().handle = samples::always(answer(wav, "audio/wav"));
  SynthesiserSettings settings = settings_of(SynthesiserKind::style_bert_vits2);
  settings.url = "http://one";
  settings.model = "jvnv-F1";
  settings.voice = "小春";
  settings.style = "Happy";
  Said said = say(settings, {.text = "こんにちは。", .language = "ja-JP", .speed = 2});
  EXPECT_EQ(said.samples.size(), 4'000u);
  EXPECT_EQ(said.sample_rate, 44'100);
  EXPECT_EQ(server().came[0].target(),
            "POST /voice?text=" + to_percent("こんにちは。") +
                "&language=JP&length=0.500&auto_split=false&encoding=utf-8&model_name=jvnv-F1"
                "&speaker_name=" +
                to_percent("小春") + "&style=Happy");
  EXPECT_THAT(say(settings, {.text = "Hej.", .language = "sv"}).failure, HasSubstr("unsupported"));
}

TEST_F(HttpSynthesiserTest, E42_no_request_has_more_characters_than_the_server_takes) {
  std::string wav = speech::make_wav_header(44'100, 200) + sound_bytes(100);
  server().handle = samples::always(answer(wav, "audio/wav"));
  std::string text;
  for (int i = 0; i < 150; ++i) text += "あ";
  text += "、い。う";
  SynthesiserSettings settings = settings_of(SynthesiserKind::style_bert_vits2);
  Said said = say(settings, {.text = text, .language = "ja"});
  std::string together;
  for (const std::string& sentence : said.sentences) {
    EXPECT_TRUE(is_utf8(sentence));
    EXPECT_LE(std::ranges::count_if(sentence, [](char c) { return (c & 0xc0) != 0x80; }), 100);
    together += sentence;
  }
  EXPECT_EQ(together, text) << "nothing is left out";
  EXPECT_EQ(said.samples.size(), 100 * said.sentences.size());
}

TEST_F(HttpSynthesiserTest, E42_each_failure_is_told) {
  EXPECT_THAT(failure_of(answer("", "audio/pcm")), HasSubstr("without sound"));
  EXPECT_THAT(failure_of(answer("abc", "audio/mpeg")), HasSubstr("unavailable malformed"));
  EXPECT_THAT(failure_of(answer(R"({"error":{"message":"no"}})")), HasSubstr("malformed"));
  EXPECT_THAT(failure_of(answer("", "text/html", 503)), HasSubstr("unavailable busy"));
  EXPECT_THAT(failure_of(answer("no RIFF at all", "audio/wav")), HasSubstr("unprocessable"));
  EXPECT_THAT(
      failure_of("HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\nContent-Length: 9\r\n\r\nab"),
      HasSubstr("timeout too_slow"));
  server().handle = samples::stall();
  EXPECT_THAT(say(settings_of(SynthesiserKind::openai), {.text = "Hello."}).failure,
              HasSubstr("timeout"));
  EXPECT_THAT(say(settings_of(SynthesiserKind::openai), {.text = ""}).failure,
              HasSubstr("invalid"));
}

TEST_F(HttpSynthesiserTest, sound_without_end_is_refused) {
  EXPECT_THAT(failure_of(answer(std::string(spoken_bytes_max + 2, 'x'), "audio/pcm")),
              HasSubstr("unavailable malformed"));
}

TEST_F(HttpSynthesiserTest, E42_sentences_beyond_a_failure_are_said_by_the_next_one) {
  int asked = 0;
  server().handle = [&](samples::Came came) -> Task<std::string> {
    return samples::always(++asked == 2 ? "" : answer(sound_bytes(5'000, 1), "audio/pcm"))(came);
  };
  network_.servers["two"].handle = samples::always(answer(sound_bytes(100, 2), "audio/pcm"));
  http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
  SynthesiserSettings two = settings_of(SynthesiserKind::openai);
  two.url = "http://two";
  auto other =
      std::make_shared<HttpSynthesiser>(client, two, std::make_shared<SpeechServer>("two", 1));
  Said said = say(settings_of(SynthesiserKind::openai), {.text = "One. Two. Three."}, {other});
  EXPECT_THAT(said.sentences, ElementsAre("One.", "Two.", "Three."));
  EXPECT_EQ(std::ranges::count(said.samples, 1), 5'000);
  EXPECT_EQ(said.samples.size(), 5'200u) << "half of the samples do at half the rate";
  EXPECT_EQ(asked, 2) << "who failed says nothing more of this text";
}

TEST_F(HttpSynthesiserTest, E42_a_sentence_that_is_cut_while_it_is_said_is_said_again) {
  std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: audio/pcm\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string half = sound_bytes(1'000, 1);
  server().handle = samples::always(head + fmt::format("{:x}\r\n{}\r\nbroken", half.size(), half));
  network_.servers["two"].handle = samples::always(answer(sound_bytes(100, 2), "audio/pcm"));
  http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
  SynthesiserSettings two = settings_of(SynthesiserKind::openai);
  two.url = "http://two";
  auto other =
      std::make_shared<HttpSynthesiser>(client, two, std::make_shared<SpeechServer>("two", 1));
  Said said = say(settings_of(SynthesiserKind::openai), {.text = "One. Two."}, {other});
  EXPECT_EQ(said.failure, "");
  EXPECT_THAT(said.numbers, ElementsAre(0, 0, 1)) << "the listener knows that it comes again";
  EXPECT_EQ(std::ranges::count(said.samples, 2), 200);
}

TEST_F(HttpSynthesiserTest, E42_the_embedded_voice_speaks_when_no_server_does) {
  SystemClock clock;
  Core core(0, clock);
  server().refuses = true;
  Said said = core.run_until_done([&]() -> Task<Said> {
    http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
    SynthesiserSettings settings = settings_of(SynthesiserKind::openai);
    FailoverSynthesiser synthesiser(
        {std::make_shared<HttpSynthesiser>(client, settings,
                                           std::make_shared<SpeechServer>("one", 1)),
         std::make_shared<speech::EmbeddedSynthesiser>()});
    EXPECT_EQ(synthesiser.name(), "one, then espeak-ng (embedded)");
    Said all = co_await say(&synthesiser, {.text = "Hello there. Good bye."});
    co_await client.stop();
    co_return all;
  }());
  EXPECT_THAT(said.sentences, ElementsAre("Hello there.", "Good bye."));
  EXPECT_GT(said.samples.size(), 10'000u);
}

TEST(RateChangeTest, a_tone_stays_what_it_was_at_every_cut) {
  Sound tone = speech::samples::tone(300, 0.5, 22'050);
  for (std::size_t piece : {std::size_t{1}, std::size_t{7}, tone.size()}) {
    RateChange change(22'050, 24'000);
    Sound changed;
    for (std::size_t at = 0; at < tone.size(); at += piece) {
      auto begin = tone.begin() + static_cast<long>(at);
      Sound part =
          change.convert({begin, begin + static_cast<long>(std::min(piece, tone.size() - at))});
      changed.insert(changed.end(), part.begin(), part.end());
    }
    EXPECT_NEAR(double(changed.size()), 12'000, 2);
    // The first sample of the input is the second of the line that begins in silence.
    double shift = 300 * 2 * std::numbers::pi / 22'050;
    double worst = 0;
    for (std::size_t i = 10; i < 11'900; ++i) {
      double exact = 8'000 * std::sin(2 * std::numbers::pi * 300 * double(i) / 24'000 - shift);
      worst = std::max(worst, std::abs(exact - changed[i]));
    }
    EXPECT_LT(worst, 20) << "of 8,000";
  }
}

TEST(SynthesiserSettingsTest, E94_options_that_a_kind_lacks_are_refused) {
  auto pointers = [](const SynthesiserSettings& settings) {
    std::string all;
    for (const FieldError& fault : find_faults(settings)) all += fault.pointer + "\n";
    return all;
  };
  SynthesiserSettings settings = settings_of(SynthesiserKind::openai);
  settings.languages = {"sv"};
  settings.instructions = "Calmly.";
  settings.api_key = "k";
  settings.form = SpeechForm::events;
  settings.sample_rate = 16'000;
  EXPECT_EQ(pointers(settings), "");
  settings.kind = SynthesiserKind::style_bert_vits2;
  EXPECT_EQ(pointers(settings), "/apiKey\n/instructions\n/form\n/sampleRate\n/languages/0\n");
  settings = settings_of(SynthesiserKind::openai);
  settings.style = "Happy";
  settings.url = "one";
  EXPECT_EQ(pointers(settings), "/url\n/style\n");
}

}  // namespace
}  // namespace antiphon::remote_speech
