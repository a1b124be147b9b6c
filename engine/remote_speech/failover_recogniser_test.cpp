#include "engine/remote_speech/failover_recogniser.h"

#include "engine/remote_speech/http_transcriber.h"
#include "engine/remote_speech/sample_server_test.h"
#include "engine/remote_speech/stream_transcriber.h"
#include "engine/speech/scripted_recogniser.h"

// E-40: servers that hear whole stretches, as a recogniser that hears while somebody speaks.

namespace antiphon::remote_speech {
namespace {

using namespace std::chrono_literals;
using samples::answer;
using speech::Recognition;
using speech::Transcript;
using speech::samples::join;
using speech::samples::silence;
using ::testing::HasSubstr;
using Kind = Transcript::Kind;

class FailoverRecogniserTest : public ::testing::Test {
 protected:
  FailoverRecogniserTest() { samples::sentence(); }

  samples::Server& server(const std::string& name) { return network_.servers[name]; }

  void run(std::function<Task<>()> body) {
    auto all = [&]() -> Task<> {
      http::NetworkHttpClient client(network_, {.reach = http::Reach::everywhere});
      client_ = &client;
      co_await body();
      transcribers_.clear();
      co_await client.stop();
      network_.tasks.cancel();
      co_await network_.tasks.join();
    };
    time_.run(all());
  }

  // Adds a server of the kind, which its host has its name from.
  void add(const std::string& name, RecogniserKind kind = RecogniserKind::whisper_cpp,
           std::vector<std::string> languages = {"en"}) {
    RecogniserSettings settings{.name = name,
                                .kind = kind,
                                .url = "http://" + name,
                                .languages = std::move(languages),
                                .partial_ms = 500ms};
    transcribers_.push_back(std::make_shared<HttpTranscriber>(
        *client_, settings,
        std::make_shared<SpeechServer>(name, settings.at_once(), Telling{.metrics = &registry_})));
  }

  static Task<> speak(std::shared_ptr<speech::RecogniserStream> stream, Sound sound) {
    constexpr std::size_t piece = sample_rate_hz / 10;
    for (std::size_t at = 0; at < sound.size(); at += piece) {
      auto begin = sound.begin() + static_cast<long>(at);
      co_await stream->hear({begin, begin + static_cast<long>(std::min(piece, sound.size() - at))});
      co_await sleep_for(100ms);
    }
    co_await stream->finish();
  }

  // Speaks as fast as a person does and gives what was told.
  Task<std::vector<Recognition>> listen(Sound sound, std::string language = "en") {
    FailoverRecogniser recogniser(transcribers_, {.metrics = &registry_});
    std::shared_ptr<speech::RecogniserStream> stream =
        co_await recogniser.open({.language = language});
    TaskGroup speaking([](const std::exception_ptr& failure) { std::rethrow_exception(failure); });
    speaking.spawn(speak(stream, std::move(sound)));
    std::vector<Recognition> results;
    while (auto result = co_await stream->next()) results.push_back(*std::move(result));
    co_await speaking.join();
    co_return results;
  }

  static Sound one_utterance() { return join({silence(0.5), samples::sentence(), silence(1.5)}); }

  static std::vector<Transcript> finals(const std::vector<Recognition>& results) {
    std::vector<Transcript> all;
    for (const Recognition& result : results) {
      if (result && result->kind == Kind::final) all.push_back(*result);
    }
    return all;
  }
  // The one that there is.
  static Transcript only_final(const std::vector<Recognition>& results) {
    auto all = finals(results);
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? Transcript{.words = std::vector<Word>(2)} : all[0];
  }
  static auto count(const std::vector<Recognition>& results, Kind kind) {
    return std::ranges::count_if(
        results, [&](const Recognition& each) { return each && each->kind == kind; });
  }

  testing::VirtualTime time_;
  samples::SpeechNetwork network_;
  metrics::Registry registry_;
  http::HttpClient* client_ = nullptr;
  std::vector<std::shared_ptr<Transcriber>> transcribers_;
};

TEST_F(FailoverRecogniserTest, E40_a_server_that_does_not_stream_is_heard_while_somebody_speaks) {
  server("one").handle = samples::listening();
  run([&]() -> Task<> {
    add("one");
    auto results = co_await listen(one_utterance());
    EXPECT_GE(count(results, Kind::stable), 2) << "hypotheses agreed on more and more";
    std::vector<Word> firm;
    for (const Recognition& result : results) {
      EXPECT_EQ(result->utterance, 0u);
      EXPECT_GE(result->stable_words, firm.size());
      for (std::size_t i = 0; i < firm.size(); ++i) EXPECT_EQ(result->words[i], firm[i]);
      firm.assign(result->words.begin(),
                  result->words.begin() + static_cast<long>(result->stable_words));
    }
    const Transcript final = only_final(results);
    EXPECT_EQ(final.language, "en");
    EXPECT_EQ(final.stable_words, final.words.size());
    std::uint64_t begin_ms = final.begin_sample / 16;
    EXPECT_EQ(final.words[1].start_ms, begin_ms + 400);
    EXPECT_EQ(final.words.size(), (final.end_sample - final.begin_sample) / samples::word_samples);
    EXPECT_GT(final.heard_at, Instant());
  });
  EXPECT_EQ(server("one").most_under_way, 1);
}

TEST_F(FailoverRecogniserTest, E40_the_final_does_not_wait_for_a_hypothesis_under_way) {
  // Takes a second to hear anything, so that one is always under way.
  server("one").handle = [](samples::Came came) -> Task<std::string> {
    return samples::after(1s, answer(samples::heard_json(came.sound())))(came);
  };
  run([&]() -> Task<> {
    add("one");
    auto results = co_await listen(one_utterance());
  });
  // The last hypothesis was cut short: its sound is shorter than the final's, which came at once.
  EXPECT_THAT(registry_.to_text(), HasSubstr("outcome=\"left\",server=\"one\"} 1"));
}

TEST_F(FailoverRecogniserTest, E40_failover_in_the_middle_of_an_utterance_loses_nothing) {
  // Hears two hypotheses and is gone.
  int heard = 0;
  server("one").handle = [&](samples::Came came) -> Task<std::string> {
    return ++heard <= 2 ? samples::listening()(std::move(came)) : samples::always("")(came);
  };
  server("two").handle = samples::listening();
  run([&]() -> Task<> {
    add("one");
    add("two");
    auto results = co_await listen(one_utterance());
    EXPECT_EQ(finals(results).size(), 1u);
    const Transcript final = only_final(results);
    EXPECT_EQ(final.words.size(), (final.end_sample - final.begin_sample) / samples::word_samples);
    EXPECT_GE(count(results, Kind::stable), 2) << "the second one's words agree with the first's";
    for (const Recognition& result : results) EXPECT_TRUE(result);
  });
  EXPECT_EQ(server("two").came.front().sound().front(), server("one").came.front().sound().front())
      << "all of the utterance was given to the next one";
  EXPECT_EQ(server("one").came.size(), 3u) << "it is not asked again while the other one is well";
  EXPECT_THAT(registry_.to_text(), HasSubstr("utterances_total{outcome=\"heard_by_another\"} 1"));
}

TEST_F(FailoverRecogniserTest, E40_whatever_way_a_server_fails_the_next_one_is_asked) {
  std::map<std::string, std::function<Task<std::string>(samples::Came)>> ways = {
      {"cut", samples::always("")},
      {"5xx", samples::always(answer("", "text/html", 502))},
      {"busy", samples::always(answer("", "text/html", 503))},
      {"refused", samples::always(answer("", "text/html", 400))},
      {"stalled", samples::stall()},
      {"empty", samples::always(answer("{}"))},
      {"no words", samples::always(answer(R"({"text":""})"))},
      {"garbage", samples::always(answer("<html>"))}};
  server("two").handle = samples::listening();
  for (const auto& [name, way] : ways) {
    server("one").handle = way;
    run([&]() -> Task<> {
      add("one");
      add("two");
      auto results = co_await listen(one_utterance());
      SCOPED_TRACE(name);
      EXPECT_FALSE(only_final(results).text.empty());
    });
  }
}

TEST_F(FailoverRecogniserTest, E40_success_with_nothing_in_it_is_believed_when_nobody_hears_more) {
  server("one").handle = samples::always(answer(R"({"text":""})"));
  server("two").handle = samples::always(answer(R"({"text":"","segments":[]})"));
  run([&]() -> Task<> {
    add("one");
    add("two");
    auto results = co_await listen(one_utterance());
    EXPECT_EQ(results.size(), 1u);
    EXPECT_EQ(finals(results)[0].text, "");
  });
  EXPECT_FALSE(server("two").came.empty());
}

TEST_F(FailoverRecogniserTest, E40_an_utterance_that_nobody_hears_is_told_and_the_stream_goes_on) {
  server("one").handle = samples::always(answer("", "text/html", 500));
  run([&]() -> Task<> {
    add("one");
    auto results = co_await listen(join({one_utterance(), one_utterance()}));
    EXPECT_EQ(results.size(), 2u);
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i]) {
        ADD_FAILURE() << "it was heard";
        continue;
      }
      EXPECT_EQ(results[i].error().utterance, i);
      EXPECT_THAT(results[i].error().message, HasSubstr("one"));
    }
  });
  EXPECT_THAT(registry_.to_text(), HasSubstr("utterances_total{outcome=\"lost\"} 2"));
}

TEST_F(FailoverRecogniserTest, a_single_failure_of_the_only_server_costs_nothing) {
  // The first hypothesis fails, then the final, once.
  int asked = 0;
  server("one").handle = [&](samples::Came came) -> Task<std::string> {
    return ++asked <= 2 ? samples::always("")(came) : samples::listening()(std::move(came));
  };
  run([&]() -> Task<> {
    add("one");
    auto results = co_await listen(one_utterance());
    EXPECT_EQ(finals(results).size(), 1u);
  });
}

TEST_F(FailoverRecogniserTest, E40_who_knows_the_language_is_asked) {
  server("one").handle = samples::listening();
  server("two").handle = samples::listening();
  run([&]() -> Task<> {
    add("one");
    add("two", RecogniserKind::openai, {"sv", "ja"});
    auto results = co_await listen(one_utterance(), "sv-SE");
    EXPECT_EQ(finals(results).size(), 1u);
    FailoverRecogniser recogniser(transcribers_);
    EXPECT_THAT(recogniser.capabilities().languages, ::testing::ElementsAre("en", "sv", "ja"));
    EXPECT_EQ(recogniser.capabilities().name, "one, then two");
    Code code = Code::internal;
    try {
      co_await recogniser.open({.language = "hi"});
    } catch (const Error& error) {
      code = error.code();
    }
    EXPECT_EQ(code, Code::unsupported);
  });
  EXPECT_TRUE(server("one").came.empty());
  EXPECT_EQ(server("two").came.back().field("language"), "sv");
}

TEST_F(FailoverRecogniserTest, E40_any_recogniser_takes_over_in_the_middle) {
  server("one").handle = samples::always("");
  speech::ScriptedRecogniser embedded({{8'000, Kind::partial, "the"},
                                       {16'000, Kind::partial, "the football"},
                                       {24'000, Kind::final, "the football team"}});
  run([&]() -> Task<> {
    add("one");
    transcribers_.push_back(std::make_shared<StreamTranscriber>(embedded));
    auto results = co_await listen(one_utterance());
    EXPECT_EQ(finals(results).size(), 1u);
    const Transcript final = only_final(results);
    EXPECT_EQ(final.text, "the football team");
    EXPECT_GE(final.words[0].start_ms, final.begin_sample / 16);
    EXPECT_GE(count(results, Kind::stable), 1) << "it hears on while somebody speaks";
  });
}

TEST_F(FailoverRecogniserTest, a_last_resort_that_fails_costs_one_utterance) {
  server("one").handle = samples::always("");
  for (auto fault : {speech::ScriptedFault::unavailable, speech::ScriptedFault::crash}) {
    speech::ScriptedRecogniser embedded({{24'000, Kind::final, "the football team"}}, fault);
    run([&]() -> Task<> {
      add("one");
      transcribers_.push_back(std::make_shared<StreamTranscriber>(embedded));
      auto results = co_await listen(one_utterance());
      EXPECT_EQ(results.size(), 1u);
      EXPECT_FALSE(results.at(0));
    });
  }
}

TEST_F(FailoverRecogniserTest, E40_streams_share_a_server_of_one_request_at_a_time_fairly) {
  server("one").handle = samples::listening(0.15);
  run([&]() -> Task<> {
    add("one");
    TaskGroup streams([](const std::exception_ptr& failure) { std::rethrow_exception(failure); });
    std::vector<std::size_t> told(3);
    auto one = [&](std::size_t* into) -> Task<> {
      auto results = co_await listen(join({one_utterance(), one_utterance()}));
      EXPECT_EQ(finals(results).size(), 2u);
      *into = results.size();
    };
    for (std::size_t& count : told) streams.spawn(one(&count));
    co_await streams.join();
    auto [least, most] = std::ranges::minmax(told);
    EXPECT_GT(least, 2u) << "each had hypotheses too";
    EXPECT_LE(most, least + 3);
  });
  EXPECT_EQ(server("one").most_under_way, 1);
}

TEST_F(FailoverRecogniserTest, so_many_utterances_wait_then_no_more_sound_is_taken) {
  server("one").handle = samples::stall();
  run([&]() -> Task<> {
    add("one");
    FailoverRecogniser recogniser(transcribers_);
    std::shared_ptr<speech::RecogniserStream> stream = co_await recogniser.open({});
    TaskGroup speaking([](const std::exception_ptr&) {});
    std::size_t taken = 0;
    speaking.spawn(
        [](std::shared_ptr<speech::RecogniserStream> into, std::size_t* count) -> Task<> {
          for (; *count < 50; ++*count) co_await into->hear(one_utterance());
        }(stream, &taken));
    co_await sleep_for(1us);
    EXPECT_EQ(taken, utterances_waiting_max + 1);
    co_await sleep_for(60s);
    EXPECT_GT(taken, utterances_waiting_max + 1) << "lost ones make room";
    co_await speaking.stop();
  });
}

TEST_F(FailoverRecogniserTest, who_drops_a_stream_ends_its_requests) {
  server("one").handle = samples::stall();
  run([&]() -> Task<> {
    add("one");
    FailoverRecogniser recogniser(transcribers_);
    auto stream = co_await recogniser.open({});
    co_await stream->hear(one_utterance());
    co_await sleep_for(1s);
    EXPECT_EQ(server("one").under_way, 1);
    stream.reset();
    co_await sleep_for(1us);
    EXPECT_EQ(server("one").under_way, 0);
  });
}

}  // namespace
}  // namespace antiphon::remote_speech
