#include "engine/speech/embedded_recogniser.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "engine/async/task_group.h"
#include "engine/speech/sample_speech.h"

// E-40: what the embedded recogniser promises, with real workers and flite speech; remote
// recognisers and the ladder are not there yet.

namespace antiphon::speech {
namespace {

using namespace std::chrono_literals;
using Kind = Transcript::Kind;

// The tests run from build/*/engine/speech, the program stands in build/*.
std::string built_program() {
  auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return (here.parent_path().parent_path() / "antiphon-speech").string();
}

std::vector<pid_t> children_of(pid_t parent) {
  std::ifstream in(fmt::format("/proc/{}/task/{}/children", parent, parent));
  std::vector<pid_t> children;
  for (pid_t child; in >> child;) children.push_back(child);
  return children;
}

void ignore(const std::exception_ptr&) {}

Task<> hear_all(RecogniserStream& stream, std::vector<Sample> sound, std::size_t piece) {
  for (std::size_t at = 0; at < sound.size(); at += piece) {
    auto end = sound.begin() + static_cast<long>(std::min(at + piece, sound.size()));
    co_await stream.hear({sound.begin() + static_cast<long>(at), end});
  }
}

Task<> hear_and_finish(RecogniserStream& stream, std::vector<Sample> sound, std::size_t piece) {
  co_await hear_all(stream, std::move(sound), piece);
  co_await stream.finish();
}

Task<> collect(RecogniserStream& stream, std::vector<Recognition>& results) {
  while (auto result = co_await stream.next()) results.push_back(std::move(*result));
}

// Opens a stream and feeds it the sound while it collects what comes.
Task<std::vector<Recognition>> listen(EmbeddedRecogniser& recogniser, std::vector<Sample> sound,
                                      StreamOptions options = {}) {
  auto stream = co_await recogniser.open(options);
  std::vector<Recognition> results;
  TaskGroup group(ignore);
  auto piece = static_cast<std::size_t>(options.sample_rate / 10);
  group.spawn(hear_and_finish(*stream, std::move(sound), piece));
  co_await collect(*stream, results);
  co_await group.join();
  co_return results;
}

class EmbeddedRecogniserTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }
  // However slow the machine is while tests run.
  static EmbeddedOptions options() {
    return {.program = built_program(), .processors = 1000, .pace_max = 1000};
  }

  // Two sentences with a pause.
  std::vector<Sample> two_sentences(const std::string& voice) {
    return samples::join(
        {samples::silence(0.6), run(samples::say(voice, "The stock market crashed today.")),
         samples::silence(1.2), run(samples::say(voice, "The football team won the championship.")),
         samples::silence(0.9)});
  }

  SystemClock clock_;
  Core core_{0, clock_};
};

std::vector<Transcript> finals(const std::vector<Recognition>& results) {
  std::vector<Transcript> found;
  for (const auto& result : results) {
    if (result && result->kind == Kind::final) found.push_back(*result);
  }
  return found;
}

void expect_ordered(const std::vector<Recognition>& results) {
  std::uint64_t utterance = 0, heard = 0;
  for (const auto& result : results) {
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_EQ(result->utterance, utterance);
    EXPECT_GE(result->end_sample, heard);
    EXPECT_LE(result->stable_words, result->words.size());
    EXPECT_GT(result->heard_at, Instant());
    heard = result->end_sample;
    if (result->kind == Kind::final) ++utterance;
  }
}

void expect_times_increase(const Transcript& transcript) {
  std::uint32_t before = static_cast<std::uint32_t>(transcript.begin_sample / 16);
  for (const Word& word : transcript.words) {
    EXPECT_GE(word.start_ms, before) << word.text;
    EXPECT_GT(word.end_ms, word.start_ms) << word.text;
    before = word.end_ms;
  }
  EXPECT_LE(before, transcript.end_sample / 16 + 20);
}

TEST_F(EmbeddedRecogniserTest, E40_two_spoken_sentences_become_partials_and_finals) {
  for (const char* voice : {"slt", "rms"}) {
    EmbeddedRecogniser recogniser(options());
    auto results = run(listen(recogniser, two_sentences(voice)));
    expect_ordered(results);
    auto ends = finals(results);
    ASSERT_EQ(ends.size(), 2u) << voice;
    EXPECT_NE(ends[0].text.find("stock market"), std::string::npos) << ends[0].text;
    EXPECT_NE(ends[1].text.find("football team"), std::string::npos) << ends[1].text;
    EXPECT_NE(ends[1].text.find("championship"), std::string::npos) << ends[1].text;
    for (const Transcript& end : ends) {
      expect_times_increase(end);
      EXPECT_EQ(end.stable_words, end.words.size());
    }
    auto is_kind = [](Kind kind) {
      return [kind](const Recognition& result) { return result && result->kind == kind; };
    };
    EXPECT_TRUE(std::ranges::any_of(results, is_kind(Kind::partial)));
    EXPECT_TRUE(std::ranges::any_of(results, is_kind(Kind::stable)));
  }
}

TEST_F(EmbeddedRecogniserTest, E43_other_sample_rates_are_understood) {
  auto voice = samples::join(
      {run(samples::say("slt", "The football team won the championship.")), samples::silence(0.8)});
  std::vector<Sample> at_48_khz;
  for (Sample sample : voice) at_48_khz.insert(at_48_khz.end(), 3, sample);
  EmbeddedRecogniser recogniser(options());
  auto ends = finals(run(listen(recogniser, at_48_khz, {.sample_rate = 48'000})));
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_NE(ends[0].text.find("football"), std::string::npos) << ends[0].text;
}

TEST_F(EmbeddedRecogniserTest, results_wait_for_one_who_asks_late) {
  EmbeddedRecogniser recogniser(options());
  auto sound = two_sentences("slt");
  std::vector<Recognition> results;
  auto all = [&]() -> Task<> {
    auto stream = co_await recogniser.open({});
    co_await hear_and_finish(*stream, sound, 1'600);
    co_await collect(*stream, results);
  };
  run(all());
  ASSERT_EQ(results.size(), 2u) << "partials that nobody fetched gave way";
  EXPECT_EQ(finals(results).size(), 2u);
}

TEST_F(EmbeddedRecogniserTest, E40_three_streams_at_once_do_not_mix) {
  EmbeddedRecogniser recogniser(options());
  auto first = two_sentences("slt"), second = two_sentences("rms");
  auto all = [&]() -> Task<> {
    auto a = co_await recogniser.open({});
    auto b = co_await recogniser.open({});
    auto c = co_await recogniser.open({});
    std::vector<Recognition> heard_a, heard_b, heard_c;
    TaskGroup group([](const std::exception_ptr&) { ADD_FAILURE(); });
    group.spawn(hear_and_finish(*a, first, 1'600));
    group.spawn(hear_and_finish(*b, second, 500));
    group.spawn(hear_and_finish(*c, first, 4'000));
    group.spawn(collect(*a, heard_a));
    group.spawn(collect(*b, heard_b));
    group.spawn(collect(*c, heard_c));
    co_await group.join();
    for (auto* heard : {&heard_a, &heard_b, &heard_c}) {
      expect_ordered(*heard);
      EXPECT_EQ(finals(*heard).size(), 2u);
    }
    EXPECT_EQ(finals(heard_a)[0].text, finals(heard_c)[0].text) << "the same sound, the same words";
  };
  run(all());
}

// Feeds half of a sentence, breaks something, feeds the rest and a second sentence.
Task<std::vector<Recognition>> listen_through(EmbeddedRecogniser& recogniser,
                                              std::vector<Sample> sound,
                                              std::function<void(pid_t)> damage) {
  auto stream = co_await recogniser.open({});
  std::vector<Recognition> results;
  TaskGroup group(ignore);
  std::vector<Sample> rest(sound.begin() + 24'000, sound.end());
  sound.resize(24'000);
  co_await hear_all(*stream, std::move(sound), 1'600);
  co_await stream->next();  // a word was heard: the worker is in the middle of the utterance
  damage(recogniser.program_pid());
  group.spawn(hear_and_finish(*stream, std::move(rest), 1'600));
  co_await collect(*stream, results);
  co_await group.join();
  co_return results;
}

TEST_F(EmbeddedRecogniserTest, a_killed_worker_costs_one_utterance) {
  EmbeddedRecogniser recogniser(options());
  auto sound = two_sentences("slt");
  auto results = run(listen_through(recogniser, sound, [](pid_t program) {
    auto workers = children_of(program);
    ASSERT_EQ(workers.size(), 1u);
    ::kill(workers[0], SIGKILL);
  }));
  std::vector<LostUtterance> lost;
  for (const auto& result : results) {
    if (!result) lost.push_back(result.error());
  }
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].reason, LostUtterance::Reason::crashed);
  EXPECT_EQ(lost[0].utterance, 0u);
  ASSERT_EQ(finals(results).size(), 1u);
  EXPECT_EQ(finals(results)[0].utterance, 1u);
  EXPECT_NE(finals(results)[0].text.find("football team"), std::string::npos);
}

TEST_F(EmbeddedRecogniserTest, a_stalled_worker_costs_one_utterance) {
  auto limits = options();
  limits.answer_max = 3s;  // far more than a busy worker needs for its next answer
  EmbeddedRecogniser recogniser(limits);
  auto sound = two_sentences("slt");
  auto results = run(listen_through(recogniser, sound, [](pid_t program) {
    for (pid_t worker : children_of(program)) ::kill(worker, SIGSTOP);
  }));
  auto lost = std::ranges::find_if(results, [](const auto& result) { return !result; });
  ASSERT_NE(lost, results.end());
  EXPECT_EQ(lost->error().reason, LostUtterance::Reason::stalled);
  ASSERT_EQ(finals(results).size(), 1u);
  EXPECT_NE(finals(results)[0].text.find("football team"), std::string::npos);
}

TEST_F(EmbeddedRecogniserTest, the_death_of_the_program_is_healed) {
  EmbeddedRecogniser recogniser(options());
  auto sound = two_sentences("slt");
  pid_t first = 0;
  auto results = run(listen_through(recogniser, sound, [&](pid_t program) {
    first = program;
    ::kill(-program, SIGKILL);  // with its workers
  }));
  EXPECT_EQ(results.size(), std::size_t(std::ranges::count_if(
                                results, [](const auto& result) { return result.has_value(); })) +
                                1);
  ASSERT_EQ(finals(results).size(), 1u);
  EXPECT_NE(finals(results)[0].text.find("football team"), std::string::npos);
  EXPECT_NE(recogniser.program_pid(), first);
}

TEST_F(EmbeddedRecogniserTest, workers_outlive_the_program) {
  EmbeddedRecogniser recogniser(options());
  auto results = run(listen_through(recogniser, two_sentences("slt"),
                                    [](pid_t program) { ::kill(program, SIGKILL); }));
  EXPECT_EQ(finals(results).size(), 2u);
}

TEST_F(EmbeddedRecogniserTest, what_is_missing_is_told_at_start_and_on_opening) {
  auto no_model = options();
  no_model.model_directory = "/nonexistent/model";
  EmbeddedOptions no_program{.program = "/nonexistent/antiphon-speech"};
  samples::Folder folder;
  auto broken_model = options();
  broken_model.model_directory = (folder / "").string();
  struct Case {
    EmbeddedOptions options;
    std::string named;
  };
  for (const Case& missing :
       {Case{no_model, "pocketsphinx-en-us"}, Case{no_program, "/nonexistent/antiphon-speech"},
        Case{broken_model, "cannot load the model"}}) {
    EmbeddedRecogniser recogniser(missing.options);
    auto why = run(recogniser.check());
    ASSERT_TRUE(why.has_value());
    EXPECT_TRUE(why->starts_with("English speech recognition is off. ")) << *why;
    EXPECT_NE(why->find(missing.named), std::string::npos) << *why;
    try {
      run(recogniser.open({}));
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::unavailable);
      EXPECT_EQ(error.message(), *why);
    }
  }
  EmbeddedRecogniser good(options());
  EXPECT_EQ(run(good.check()), std::nullopt);
}

TEST_F(EmbeddedRecogniserTest, only_so_many_streams_are_open_at_once) {
  auto limits = options();
  limits.streams_max = 2;
  EmbeddedRecogniser recogniser(limits);
  auto refused = [&](StreamOptions wanted) -> Task<bool> {
    try {
      co_await recogniser.open(wanted);
      co_return false;
    } catch (const Error&) {
      co_return true;
    }
  };
  auto all = [&]() -> Task<> {
    auto first = co_await recogniser.open({});
    auto second = co_await recogniser.open({});
    EXPECT_TRUE(co_await refused({}));
    second.reset();
    EXPECT_FALSE(co_await refused({}));
    EXPECT_TRUE(co_await refused({.language = "ja"}));
  };
  run(all());
}

TEST_F(EmbeddedRecogniserTest, dropped_streams_leave_no_worker_and_no_descriptor) {
  EmbeddedRecogniser recogniser(options());
  auto sound = samples::join({samples::silence(0.3), run(samples::say("slt", "The stock market"))});
  auto open_and_drop = [&]() -> Task<> {
    auto stream = co_await recogniser.open({});
    co_await hear_all(*stream, sound, 1'600);
  };
  run(open_and_drop());
  std::size_t before = samples::open_descriptors();
  for (int i = 0; i < 10; ++i) run(open_and_drop());
  EXPECT_TRUE(run(samples::descriptors_come_down_to(before)));
  auto gone = [&]() -> Task<> {
    auto deadline = clock_.steady() + 20s;
    while (!children_of(recogniser.program_pid()).empty() && clock_.steady() < deadline) {
      co_await sleep_for(5ms);
    }
  };
  run(gone());
  EXPECT_TRUE(children_of(recogniser.program_pid()).empty());
}

// E-90, E-100
TEST_F(EmbeddedRecogniserTest, tells_of_streams_workers_utterances_and_memory) {
  metrics::Registry registry;
  auto value = [&](std::string_view series) {
    std::string text = "\n" + registry.to_text();
    std::size_t at = text.find(fmt::format("\nantiphon_speech_{} ", series));
    if (at == std::string::npos) return -1.0;
    return std::stod(text.substr(text.find(' ', at)));
  };
  EmbeddedOptions counted = options();
  counted.streams_max = 1;
  counted.metrics = &registry;
  EmbeddedRecogniser recogniser(counted);
  auto all = [&]() -> Task<> {
    auto sound = co_await samples::say("slt", "The football team won the championship.");
    auto stream = co_await recogniser.open({});
    EXPECT_EQ(value("streams{rung=\"full\"}"), 1);
    EXPECT_THROW(co_await recogniser.open({}), Error);
    EXPECT_EQ(value("streams_refused_total{reason=\"places\"}"), 1);
    EXPECT_EQ(value("workers{state=\"idle\"}"), 1);
    EXPECT_GT(value("program_resident_memory_bytes"), 20e6);
    std::vector<Recognition> results;
    TaskGroup group(ignore);
    group.spawn(collect(*stream, results));
    co_await hear_all(*stream, sound, 1'600);
    EXPECT_EQ(value("workers{state=\"busy\"}"), 1);
    EXPECT_GT(value("unanswered_seconds"), 0);
    co_await stream->finish();
    co_await group.join();
    EXPECT_EQ(value("utterances_total{outcome=\"heard\"}"), 1);
    EXPECT_EQ(value("real_time_factor_count"), 1);
    EXPECT_GT(value("real_time_factor_sum"), 0);
    EXPECT_EQ(value("unanswered_seconds"), 0);
    // A worker that dies costs an utterance, and another takes its place.
    stream.reset();
    stream = co_await recogniser.open({});
    co_await hear_all(*stream, sound, 1'600);
    ::kill(-recogniser.program_pid(), SIGKILL);  // with its workers
    while (value("utterances_total{outcome=\"crashed\"}") < 1) co_await sleep_for(1ms);
    EXPECT_EQ(value("workers{state=\"busy\"}"), 0);
    EXPECT_EQ(value("unanswered_seconds"), 0);
    stream.reset();
    stream = co_await recogniser.open({});
    EXPECT_EQ(value("program_starts_total"), 2);
    EXPECT_GE(value("worker_starts_total"), 3);
    stream.reset();
    EXPECT_EQ(value("streams{rung=\"full\"}"), 0);
    EXPECT_EQ(value("workers{state=\"idle\"}"), 0);
  };
  run(all());
}

}  // namespace
}  // namespace antiphon::speech
