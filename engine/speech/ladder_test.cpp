#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <thread>

#include "engine/async/task_group.h"
#include "engine/speech/cost_measurement.h"
#include "engine/speech/embedded_recogniser.h"
#include "engine/speech/sample_speech.h"
#include "engine/speech/speech_program.h"

// E-40: the ladder through real workers, and one antiphon-speech for all cores.

namespace antiphon::speech::ladder_test {
namespace {

using Kind = Transcript::Kind;

std::string built_program() {
  auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return (here.parent_path().parent_path() / "antiphon-speech").string();
}

std::shared_ptr<SpeechProgram> make_program(double processors) {
  return std::make_shared<SpeechProgram>(
      EmbeddedOptions{.program = built_program(), .processors = processors, .pace_max = 1000});
}

Task<> feed(RecogniserStream& stream, std::vector<Sample> sound) {
  for (std::size_t at = 0; at < sound.size(); at += 1'600) {
    auto end = sound.begin() + static_cast<long>(std::min(at + 1'600, sound.size()));
    co_await stream.hear({sound.begin() + static_cast<long>(at), end});
  }
  co_await stream.finish();
}

Task<std::vector<Transcript>> listen(RecogniserStream& stream, std::vector<Sample> sound) {
  TaskGroup group([](const std::exception_ptr&) { ADD_FAILURE(); });
  group.spawn(feed(stream, std::move(sound)));
  std::vector<Transcript> heard;
  while (auto result = co_await stream.next()) heard.push_back(result->value());
  co_await group.join();
  co_return heard;
}

class LadderTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  std::vector<Sample> sentence() {
    return samples::join({samples::silence(0.3),
                          run(samples::say("rms", "The football team won the championship.")),
                          samples::silence(0.8)});
  }

  SystemClock clock_;
  Core core_{0, clock_};
};

TEST_F(LadderTest, E40_the_next_stream_gets_a_lower_rung_and_then_none) {
  // Two fast streams fit, or one full one; so the second takes the rung of the first, too.
  auto program = make_program(0.13);
  EmbeddedRecogniser recogniser(program);
  auto sound = sentence();
  auto all = [&]() -> Task<> {
    auto first = co_await recogniser.open({});
    auto alone = co_await listen(*first, sound);
    EXPECT_EQ(alone.back().rung, Rung::full);
    first = co_await recogniser.open({});
    // What was just measured decides: at least what one more costs must be there.
    StreamCosts costs = program->capacity()->costs();
    EXPECT_NE(costs.full, StreamCosts().full) << "the utterance was measured";
    EXPECT_GT(costs.full, 0.01);
    program->capacity()->note_cost(Rung::full, 100, 1000);
    program->capacity()->note_cost(Rung::fast, 60, 1000);
    auto second = co_await recogniser.open({});
    auto heard = co_await listen(*first, sound);
    EXPECT_EQ(heard.back().rung, Rung::fast) << "it gave way";
    EXPECT_THAT(heard.back().text, ::testing::HasSubstr("football team"));
    EXPECT_THROW(co_await recogniser.open({}), Error);
  };
  run(all());
}

// All that a result says but when its sound came in.
std::string said(const Transcript& heard) {
  std::string all =
      fmt::format("{} {} {} {}", heard.utterance, heard.end_sample, heard.text, heard.stable_words);
  for (const Word& word : heard.words) {
    all += fmt::format(" {}-{}:{}", word.start_ms, word.end_ms, word.confidence.value_or(-1));
  }
  return all;
}

TEST_F(LadderTest, E24_what_was_heard_before_is_heard_the_same_again) {
  auto program = make_program(1);
  EmbeddedRecogniser recogniser(program);
  auto sound = samples::join({sentence(), sentence(), sentence()});
  auto before = std::make_shared<HeardBefore>();
  before->rungs = {Rung::fast, Rung::full, Rung::fast};
  before->lost = {1};
  auto all = [&]() -> Task<> {
    std::vector<std::vector<std::string>> runs;
    for (int run = 0; run < 2; ++run) {
      auto stream = co_await recogniser.open({.before = before});
      runs.emplace_back();
      for (const Transcript& heard : co_await listen(*stream, sound)) {
        EXPECT_EQ(heard.rung, before->rung(heard.utterance)) << "the load decides nothing";
        runs.back().push_back(said(heard));
      }
    }
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_GT(runs[0].size(), 10u);
  };
  run(all());
}

TEST_F(LadderTest, E40_words_have_a_confidence_in_the_full_rung_alone) {
  auto program = make_program(0.13);
  EmbeddedRecogniser recogniser(program);
  auto sound = sentence();
  auto all = [&]() -> Task<> {
    auto full = co_await recogniser.open({});
    for (const Transcript& each : co_await listen(*full, sound)) {
      for (const Word& word : each.words) {
        EXPECT_EQ(word.confidence.has_value(), each.kind == Kind::final) << word.text;
        EXPECT_LE(word.confidence.value_or(0), 1);
        EXPECT_GE(word.confidence.value_or(1), 0);
      }
    }
    full = co_await recogniser.open({});
    program->capacity()->note_cost(Rung::full, 100, 1000);
    program->capacity()->note_cost(Rung::fast, 60, 1000);
    auto another = co_await recogniser.open({});
    auto heard = co_await listen(*another, sound);
    EXPECT_EQ(heard.back().rung, Rung::fast);
    for (const Word& word : heard.back().words) EXPECT_FALSE(word.confidence) << word.text;
  };
  run(all());
}

TEST_F(LadderTest, E40_stable_words_stay_in_every_partial_of_a_real_utterance) {
  EmbeddedRecogniser recogniser(make_program(1));
  auto sound = sentence();
  auto all = [&]() -> Task<> {
    auto stream = co_await recogniser.open({});
    std::vector<Word> firm;
    std::size_t stable_told = 0;
    for (const Transcript& each : co_await listen(*stream, sound)) {
      if (each.kind == Kind::final) break;
      if (each.kind == Kind::stable) ++stable_told;
      EXPECT_GE(each.stable_words, firm.size());
      for (std::size_t i = 0; i < firm.size(); ++i) EXPECT_EQ(each.words[i], firm[i]);
      firm.assign(each.words.begin(), each.words.begin() + static_cast<long>(each.stable_words));
    }
    EXPECT_GT(stable_told, 1u);
    EXPECT_GE(firm.size(), 3u);
  };
  run(all());
}

TEST_F(LadderTest, E40_the_cost_of_a_stream_is_measured_before_the_first_one_comes) {
  auto program = make_program(1);
  EmbeddedRecogniser recogniser(program);
  EXPECT_EQ(run(recogniser.check()), std::nullopt);
  StreamCosts costs = program->capacity()->costs();
  EXPECT_NE(costs.full, StreamCosts().full);
  EXPECT_NE(costs.fast, StreamCosts().fast);
  EXPECT_GT(costs.fast, 0.005);
  EXPECT_LT(costs.fast, costs.full);
}

TEST_F(LadderTest, the_reference_sound_is_the_same_each_time_and_loud_enough) {
  auto sound = make_reference_sound(std::chrono::milliseconds(500));
  EXPECT_EQ(sound.size(), 8'000u);
  EXPECT_FALSE(is_silent(sound));
  auto longer = make_reference_sound(std::chrono::milliseconds(800));
  EXPECT_TRUE(std::ranges::equal(sound, std::span(longer).first(8'000)));
}

TEST_F(LadderTest, all_cores_share_one_program) {
  auto program = make_program(2);
  auto sound = sentence();
  std::array<std::string, 2> heard;
  std::latch all_done(2);  // the program goes with the thread that has started it
  auto serve = [&](unsigned index) {
    Core core(index, clock_);
    EmbeddedRecogniser recogniser(program);
    auto task = [&]() -> Task<> {
      auto stream = co_await recogniser.open({});
      heard[index] = (co_await listen(*stream, sound)).back().text;
    };
    core.run_until_done(task());
    all_done.arrive_and_wait();
  };
  std::thread first([&] { serve(0); });
  std::thread second([&] { serve(1); });
  first.join();
  second.join();
  EXPECT_THAT(heard[0], ::testing::HasSubstr("football"));
  EXPECT_EQ(heard[0], heard[1]);
  EXPECT_GT(program->pid(), 0);
  EXPECT_EQ(program->starts(), 1);
}

}  // namespace
}  // namespace antiphon::speech::ladder_test
