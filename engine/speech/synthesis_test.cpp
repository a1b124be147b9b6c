#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/async/call.h"
#include "engine/speech/embedded_synthesiser.h"
#include "engine/speech/sample_speech.h"
#include "engine/speech/spoken_text.h"

namespace antiphon::speech {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Spoken {
  std::vector<Sample> samples;
  std::vector<std::string> sentences;
  int sample_rate = 0;
  double seconds() const { return static_cast<double>(samples.size()) / sample_rate; }
};

class SynthesisTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }

  static Task<Spoken> speak(EmbeddedSynthesiser* synthesiser, SpeechRequest request) {
    Spoken spoken;
    auto stream = co_await synthesiser->speak(std::move(request));
    while (auto piece = co_await stream->next()) {
      EXPECT_FALSE(piece->samples.empty());
      EXPECT_EQ(piece->text.empty(), piece->sentence + 1 == spoken.sentences.size());
      if (!piece->text.empty()) spoken.sentences.push_back(piece->text);
      spoken.sample_rate = piece->sample_rate;
      spoken.samples.insert(spoken.samples.end(), piece->samples.begin(), piece->samples.end());
    }
    co_return spoken;
  }

  Spoken speak(SpeechRequest request, EmbeddedSynthesiserOptions options = {}) {
    EmbeddedSynthesiser synthesiser(std::move(options));
    return run(speak(&synthesiser, std::move(request)));
  }

  Error fault(SpeechRequest request, EmbeddedSynthesiserOptions options = {}) {
    try {
      speak(std::move(request), std::move(options));
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "it was spoken";
    return Error(Code::internal, "");
  }

  // A program in the place of espeak-ng that knows English and then does as `script` says.
  std::string stand_in(const std::string& script) {
    auto path = folder_.write("stand-in",
                              "#!/bin/sh\nif [ \"$1\" = --voices ]; then echo head; echo '5 "
                              "en-us x'; exit 0; fi\n" +
                                  script);
    ::chmod(path.c_str(), 0700);
    return path.string();
  }

  samples::Folder folder_;
  SystemClock clock_;
  Core core_{0, clock_};
};

TEST_F(SynthesisTest, E42_several_languages_are_spoken) {
  for (auto [language, text] : {std::pair{"en", "The football team won."},
                                {"en-GB", "The football team won."},
                                {"sv-SE", "Laget vann matchen igår kväll."},
                                {"ja", "チームが かちました。おめでとう！"},
                                {"hi", "टीम जीत गई"},
                                {"de_DE", "Die Mannschaft hat gewonnen."}}) {
    Spoken spoken = speak({.text = text, .language = language});
    EXPECT_GT(spoken.seconds(), 0.8) << language;
    EXPECT_LT(spoken.seconds(), 8) << language;
    EXPECT_FALSE(is_silent(spoken.samples)) << language;
  }
}

TEST_F(SynthesisTest, E42_comes_sentence_by_sentence) {
  Spoken spoken = speak({.text = "One. Two is longer than one! Is three the last?\nNo"});
  EXPECT_THAT(spoken.sentences,
              ElementsAre("One.", "Two is longer than one!", "Is three the last?", "No"));
}

TEST_F(SynthesisTest, E42_the_speed_is_heeded) {
  std::string text = "A sentence that takes some seconds to be said from its begin to its end.";
  double slow = speak({.text = text, .speed = 0.5}).seconds();
  double fast = speak({.text = text, .speed = 2}).seconds();
  EXPECT_GT(slow, 2 * fast);
}

TEST_F(SynthesisTest, E42_kanji_are_refused_with_what_would_be_right) {
  Error error = fault({.text = "きょうは天気がいい", .language = "ja-JP"});
  EXPECT_EQ(error.code(), Code::unsupported);
  EXPECT_THAT(error.message(), HasSubstr("cannot read \"天\""));
  EXPECT_THAT(error.message(), HasSubstr("hiragana or katakana"));
}

TEST_F(SynthesisTest, what_cannot_be_said_is_told_field_by_field) {
  Error error = fault({.text = " \n", .speed = 3});
  ASSERT_EQ(error.fields().size(), 2u);
  EXPECT_EQ(error.fields()[0].pointer, "/text");
  EXPECT_EQ(error.fields()[1].pointer, "/speed");
  EXPECT_EQ(fault({.text = "\xff"}).fields()[0].rule, "utf8");
  EXPECT_THAT(fault({.text = std::string(spoken_text_bytes_max + 1, 'a')}).fields()[0].message,
              HasSubstr("at most 16384"));
  EXPECT_EQ(fault({.text = "a", .speed = std::nan("")}).fields()[0].pointer, "/speed");
  Error unknown = fault({.text = "a", .language = "tlh"});
  EXPECT_EQ(unknown.code(), Code::unsupported);
  EXPECT_THAT(unknown.message(), HasSubstr("no voice for the language \"tlh\""));
}

TEST_F(SynthesisTest, E42_a_missing_program_is_named) {
  Error error = fault({.text = "Hello"}, {.program = "no-such-espeak"});
  EXPECT_EQ(error.code(), Code::unavailable);
  EXPECT_THAT(error.message(), HasSubstr("no-such-espeak is not installed. Install the package"));
}

TEST_F(SynthesisTest, E42_a_program_that_fails_or_gives_nothing_is_told) {
  EXPECT_EQ(fault({.text = "Hello"}, {.program = stand_in("exit 3\n")}).code(), Code::unavailable);
  EXPECT_EQ(fault({.text = "Hello"}, {.program = stand_in("echo nonsense\n")}).code(),
            Code::unavailable);
  EXPECT_EQ(fault({.text = "Hello"}, {.program = stand_in("exec sleep 1000\n"), .idle_max = 300ms})
                .code(),
            Code::timeout);
  EXPECT_EQ(
      fault({.text = "Hello"},
            {.program = stand_in("while :; do :; done\n"), .processor_max = 1s, .idle_max = 60s})
          .code(),
      Code::unavailable);
}

TEST_F(SynthesisTest, E42_a_program_has_so_much_memory) {
  EXPECT_GT(speak({.text = "Hello"}).seconds(), 0);
  Error error = fault({.text = "Hello"}, {.memory_bytes_max = std::size_t{1} << 20});
  EXPECT_EQ(error.code(), Code::unavailable) << error.message();
}

TEST_F(SynthesisTest, E42_commands_of_the_program_are_no_part_of_the_text) {
  EXPECT_EQ(without_commands("a\x01\x1b b [[h@l'oU]]"), "a   b [ [h@l'oU]]");
  EXPECT_EQ(without_commands("[[["), "[ [ [");
  Spoken plain = speak({.text = "[ [h@l'oU]]"});
  EXPECT_EQ(speak({.text = "[[h@l'oU]]"}).samples, plain.samples);
}

TEST_F(SynthesisTest, E42_dropping_the_stream_ends_the_work_at_once) {
  EmbeddedSynthesiser synthesiser;
  std::string text(8'000, 'a');
  for (std::size_t i = 5; i < text.size(); i += 6) text[i] = ' ';
  auto drop = [&]() -> Task<> {
    auto stream = co_await synthesiser.speak({.text = text});
    co_await stream->next();
  };
  run(drop());
  std::size_t before = samples::open_descriptors();
  for (int i = 0; i < 5; ++i) run(drop());
  EXPECT_TRUE(run(samples::descriptors_come_down_to(before)));
  std::ifstream children(fmt::format("/proc/self/task/{}/children", ::getpid()));
  std::string child;
  EXPECT_FALSE(children >> child) << "process " << child << " goes on";
}

TEST_F(SynthesisTest, E42_so_many_texts_are_spoken_at_once) {
  EmbeddedSynthesiser synthesiser({.speaking_max = 2});
  auto all = [&]() -> Task<> {
    auto first = co_await synthesiser.speak({.text = "one"});
    auto second = co_await synthesiser.speak({.text = "two"});
    bool is_refused = false;
    try {
      co_await synthesiser.speak({.text = "three"});
    } catch (const Error& error) {
      is_refused = error.code() == Code::unavailable;
    }
    EXPECT_TRUE(is_refused);
    second.reset();
    EXPECT_TRUE(co_await synthesiser.speak({.text = "three"}));
  };
  run(all());
}

TEST(SpokenText, long_stretches_are_cut_at_commas_blanks_or_anywhere_between_characters) {
  std::string clause(400, 'x');
  EXPECT_THAT(split_spoken_text(clause + ", " + clause), ElementsAre(clause + ",", clause));
  EXPECT_THAT(split_spoken_text(clause + " " + clause), ElementsAre(clause, clause));
  std::string kana;
  for (int i = 0; i < 1'000; ++i) kana += "あ";
  std::string joined;
  for (const std::string& part : split_spoken_text(kana)) {
    EXPECT_LE(part.size(), spoken_sentence_bytes_max);
    EXPECT_EQ(part.size() % 3, 0u) << "no character is cut";
    joined += part;
  }
  EXPECT_EQ(joined, kana);
}

TEST(SpokenText, sentences_end_where_people_end_them) {
  EXPECT_THAT(split_spoken_text("It costs 3.5 kronor. Really?  Yes"),
              ElementsAre("It costs 3.5 kronor.", "Really?", "Yes"));
  EXPECT_THAT(split_spoken_text("はい。いいえ！"), ElementsAre("はい。", "いいえ！"));
  EXPECT_TRUE(split_spoken_text(" \n\t ").empty());
}

TEST(SpokenText, E42_kana_marks_and_numbers_are_readable) {
  EXPECT_EQ(first_unreadable_japanese("コーヒーを 3つ、ください。ｶﾀｶﾅ「OK」"), "");
  EXPECT_EQ(first_unreadable_japanese("さけ々"), "々");
  EXPECT_EQ(first_unreadable_japanese("한글"), "한");
}

}  // namespace
}  // namespace antiphon::speech
