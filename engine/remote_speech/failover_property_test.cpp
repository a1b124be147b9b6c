#include "engine/base/random.h"
#include "engine/remote_speech/failover_recogniser.h"
#include "engine/remote_speech/http_transcriber.h"
#include "engine/remote_speech/sample_server_test.h"

// E-40: whatever the servers do, and whenever, each utterance gets one final or is told as lost, in
// order, and nothing that was told as stable changes before the final.

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;
using speech::Recognition;
using speech::Transcript;

constexpr int seeds = 40;

// A server that does something else with each request.
std::function<Task<std::string>(samples::Came)> moody(Random* random, double well) {
  return [=](samples::Came came) -> Task<std::string> {
    std::string good = samples::answer(samples::heard_json(came.sound()));
    if (random->unit() < well) return samples::listening(random->unit() / 2)(std::move(came));
    switch (random->below(8)) {
      case 0: return samples::always("")(came);
      case 1: return samples::stall()(came);
      case 2: return samples::always(samples::answer("", "text/html", 500))(came);
      case 3: return samples::always(samples::answer("{}", "", 429, "Retry-After: 2\r\n"))(came);
      case 4: return samples::always(samples::answer("{}"))(came);
      case 5: return samples::always(samples::answer("{\"text\":\"\"}"))(came);
      case 6: return samples::after(random->below(4'000) * 1ms, good)(came);
      default: return samples::always(good.substr(0, random->below(good.size())))(came);
    }
  };
}

// So many pieces of a sentence, with pauses that end utterances.
Sound draw_sound(Random& random) {
  Sound sound = speech::samples::silence(0.5);
  for (auto left = 1 + random.below(5); left > 0; --left) {
    const Sound& sentence = samples::sentence();
    std::size_t from = random.below(sentence.size() / 2);
    sound.insert(sound.end(), sentence.begin() + static_cast<long>(from), sentence.end());
    Sound pause = speech::samples::silence(1.5 + random.unit());
    sound.insert(sound.end(), pause.begin(), pause.end());
  }
  return sound;
}

// Where voice activity finds utterances begin when it is fed in the same pieces.
std::vector<std::uint64_t> utterances_in(const Sound& sound) {
  speech::VoiceActivity voice;
  std::vector<std::uint64_t> begins;
  for (const speech::VoiceEvent& event : voice.hear(sound)) {
    if (auto* began = std::get_if<speech::UtteranceBegan>(&event)) {
      begins.push_back(began->begin_sample);
    }
  }
  return begins;
}

class FailoverPropertyTest : public ::testing::TestWithParam<int> {
 protected:
  Task<std::vector<Recognition>> listen(FailoverRecogniser* recogniser, Sound sound) {
    std::shared_ptr<speech::RecogniserStream> stream = co_await recogniser->open({});
    TaskGroup speaking([](const std::exception_ptr& failure) { std::rethrow_exception(failure); });
    speaking.spawn([](std::shared_ptr<speech::RecogniserStream> into, Sound all) -> Task<> {
      constexpr std::size_t piece = sample_rate_hz / 10;
      for (std::size_t at = 0; at < all.size(); at += piece) {
        auto begin = all.begin() + static_cast<long>(at);
        co_await into->hear({begin, begin + static_cast<long>(std::min(piece, all.size() - at))});
        co_await sleep_for(100ms);
      }
      co_await into->finish();
    }(stream, std::move(sound)));
    std::vector<Recognition> results;
    while (auto result = co_await stream->next()) results.push_back(*std::move(result));
    co_await speaking.join();
    co_return results;
  }

  static void check(const std::vector<Recognition>& results, const Sound& sound) {
    std::vector<std::uint64_t> begins = utterances_in(sound);
    std::size_t utterance = 0;
    std::vector<Word> firm;
    for (const Recognition& result : results) {
      std::uint64_t number = result ? result->utterance : result.error().utterance;
      ASSERT_EQ(number, utterance) << "in order, one final each";
      ASSERT_LT(utterance, begins.size());
      bool is_over = !result || result->kind == Transcript::Kind::final;
      if (result) {
        ASSERT_EQ(result->begin_sample, begins[utterance]);
        check_words(*result, sound);
        if (!is_over) check_firm(*result, firm);
      }
      if (!is_over) continue;
      firm.clear();
      ++utterance;
    }
    EXPECT_EQ(utterance, begins.size()) << "none was forgotten";
  }

  static void check_firm(const Transcript& told, std::vector<Word>& firm) {
    ASSERT_GE(told.stable_words, firm.size());
    for (std::size_t i = 0; i < firm.size(); ++i) ASSERT_EQ(told.words[i], firm[i]);
    firm.assign(told.words.begin(), told.words.begin() + static_cast<long>(told.stable_words));
  }

  // The words are those of this utterance's sound, from its beginning.
  static void check_words(const Transcript& told, const Sound& sound) {
    Sound own(sound.begin() + static_cast<long>(told.begin_sample), sound.end());
    for (std::size_t i = 0; i < told.words.size(); ++i) {
      ASSERT_EQ(told.words[i].text, samples::word_of(own, i));
      ASSERT_EQ(told.words[i].start_ms, told.begin_sample / 16 + i * 400);
    }
  }
};

TEST_P(FailoverPropertyTest, E40_each_utterance_gets_one_final_or_is_told_as_lost) {
  const Sound& warm = samples::sentence();
  ASSERT_FALSE(warm.empty());
  SeededRandom random(static_cast<std::uint64_t>(GetParam()));
  testing::VirtualTime time;
  samples::SpeechNetwork network;
  network.servers["one"].handle = moody(&random, random.unit());
  network.servers["two"].handle = moody(&random, random.unit());
  network.servers["two"].refuses = random.below(4) == 0;
  Sound first = draw_sound(random), second = draw_sound(random);
  std::vector<Recognition> heard_first, heard_second;
  auto all = [&]() -> Task<> {
    http::NetworkHttpClient client(network, {.reach = http::Reach::everywhere});
    std::vector<std::shared_ptr<Transcriber>> transcribers;
    for (const char* name : {"one", "two"}) {
      RecogniserSettings settings{.name = name,
                                  .kind = RecogniserKind::whisper_cpp,
                                  .url = std::string("http://") + name,
                                  .languages = {"en"},
                                  .concurrency = 1,
                                  .partial_ms = std::chrono::milliseconds(random.below(3) * 400)};
      transcribers.push_back(std::make_shared<HttpTranscriber>(
          client, settings, std::make_shared<SpeechServer>(name, settings.at_once())));
    }
    FailoverRecogniser recogniser(transcribers);
    TaskGroup streams([](const std::exception_ptr& failure) { std::rethrow_exception(failure); });
    auto run = [&](const Sound* sound, std::vector<Recognition>* into) -> Task<> {
      *into = co_await listen(&recogniser, *sound);
    };
    streams.spawn(run(&first, &heard_first));
    streams.spawn(run(&second, &heard_second));
    co_await streams.join();
    transcribers.clear();
    co_await client.stop();
    co_await network.tasks.stop();
  };
  time.run(all());
  check(heard_first, first);
  check(heard_second, second);
  EXPECT_LE(network.servers["one"].most_under_way, 1);
  EXPECT_LE(network.servers["two"].most_under_way, 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, FailoverPropertyTest, ::testing::Range(0, seeds));

}  // namespace
}  // namespace antiphon::remote_speech
