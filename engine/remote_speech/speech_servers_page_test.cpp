// docs/speech-servers.md: each block is read and used against a server that answers in its form.

#include <fstream>

#include "engine/remote_speech/make_speech.h"
#include "engine/remote_speech/sample_server_test.h"
#include "engine/schema/config.h"
#include "engine/speech/wav_header.h"

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;

struct PageSpeech {
  std::vector<RecogniserSettings> recognisers;
  std::vector<SynthesiserSettings> voices;
};
auto describe(schema::Tag<PageSpeech>) {
  return schema::object<PageSpeech>("PageSpeech", "As the server has it")
      .field("recognisers", &PageSpeech::recognisers, "Those that hear")
      .field("voices", &PageSpeech::voices, "Those that speak")
      .all_defaulted();
}
struct PageSettings {
  PageSpeech speech;
};
auto describe(schema::Tag<PageSettings>) {
  return schema::object<PageSettings>("PageSettings", "As the server has them")
      .field("speech", &PageSettings::speech, "Speech")
      .all_defaulted();
}

std::vector<std::string> blocks_of_page() {
  std::ifstream in("docs/speech-servers.md");
  std::string page{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> blocks;
  constexpr std::string_view begin = "```toml\n";
  for (auto at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    std::string block = page.substr(at, page.find("```", at) - at);
    // The stand-in has no certificate.
    if (auto secure = block.find("https:"); secure != std::string::npos) block.erase(secure + 4, 1);
    blocks.push_back(block);
  }
  return blocks;
}

// Answers every request in the form of the path it came to.
Task<std::string> answer_any(samples::Came came) {
  std::string target = came.target();
  std::string wav = speech::make_wav_header(44'100, 2'000) + std::string(2'000, 'x');
  if (target.contains("/audio/transcriptions")) return samples::listening()(std::move(came));
  if (target.starts_with("POST /inference")) return samples::listening()(std::move(came));
  if (target.starts_with("POST /asr?")) {
    return samples::always(samples::answer(R"({"segments":[{"start":0,"end":1,"text":"heard"}]})",
                                           "text/plain"))(came);
  }
  if (target.contains("/audio/speech")) {
    return samples::always(samples::answer(std::string(2'000, 'x'), "audio/pcm"))(came);
  }
  if (target.starts_with("POST /voice?")) {
    return samples::always(samples::answer(wav, "audio/wav"))(came);
  }
  return samples::always("")(came);
}

class SpeechServersPageTest : public ::testing::Test {
 protected:
  Task<std::string> hear(const RecogniserServers& servers, http::HttpClient& client) {  // NOLINT
    auto recogniser = make_recogniser(servers, client, nullptr);
    auto language = recogniser->capabilities().languages.front();
    auto stream = co_await recogniser->open({.language = language});
    co_await stream->hear(speech::samples::join(
        {speech::samples::silence(0.5), samples::sentence(), speech::samples::silence(1.5)}));
    co_await stream->finish();
    std::string text;
    while (auto result = co_await stream->next()) text = *result ? (*result)->text : "lost";
    co_return text;
  }

  Task<std::size_t> speak(const SynthesiserServers& servers, http::HttpClient& client) {  // NOLINT
    auto synthesiser = make_synthesiser(servers, client, nullptr);
    const auto& languages = servers.members[0].settings.languages;
    auto stream = co_await synthesiser->speak(
        {.text = "Hello.", .language = languages.empty() ? "en" : languages[0]});
    std::size_t samples = 0;
    while (auto piece = co_await stream->next()) samples += piece->samples.size();
    co_return samples;
  }

  testing::VirtualTime time_;
  samples::SpeechNetwork network_;
};

TEST_F(SpeechServersPageTest, E40_E42_what_the_page_says_works) {
  samples::sentence();
  network_.servers["127.0.0.1"].handle = answer_any;
  network_.servers["api.openai.com"].handle = answer_any;
  int used = 0;
  auto all = [&]() -> Task<> {
    http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
    for (const std::string& block : blocks_of_page()) {
      SCOPED_TRACE(block);
      PageSpeech speech = schema::load_config<PageSettings>({.toml = block}).values.speech;
      if (!speech.recognisers.empty()) {
        std::string heard = co_await hear(make_servers(speech.recognisers, {}), client);
        EXPECT_TRUE(!heard.empty() && heard != "lost");
      } else {
        EXPECT_EQ(co_await speak(make_servers(speech.voices, {}), client), 1'000u);
      }
      ++used;
    }
    co_await client.stop();
    network_.tasks.cancel();
    co_await network_.tasks.join();
  };
  time_.run(all());
  EXPECT_EQ(used, 6) << "blocks of the page";
}

TEST(MakeServersTest, everything_that_is_wrong_is_told_at_once) {
  std::vector<RecogniserSettings> settings = {
      {.name = "one", .url = "http://one"},
      {.name = "one", .kind = RecogniserKind::whisper_cpp, .url = "one", .model = "large"}};
  try {
    make_servers(settings, {}, "/speech/recognisers");
    ADD_FAILURE() << "they were taken";
  } catch (const Error& error) {
    std::vector<std::string> pointers;
    for (const FieldError& fault : error.fields()) pointers.push_back(fault.pointer);
    EXPECT_THAT(pointers,
                ::testing::ElementsAre("/speech/recognisers/1/url", "/speech/recognisers/1/model",
                                       "/speech/recognisers/1/name"));
  }
}

}  // namespace
}  // namespace antiphon::remote_speech
