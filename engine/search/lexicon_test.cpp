#include "engine/search/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"
#include "engine/search/small_net_test.h"

namespace antiphon::search {
namespace {

using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What the query's word meets: "tap synonym", the strongest first.
std::vector<std::string> met_by(const Lexicon& lexicon, std::string_view stem) {
  std::vector<std::string> met;
  for (const Lexicon::Relative& relative : lexicon.relatives(lexicon.find(stem).value())) {
    met.push_back(fmt::format("{} {}", lexicon.stem(relative.word), to_text(relative.relation)));
  }
  return met;
}

float cosine(const Lexicon& lexicon, std::string_view a, std::string_view b) {
  std::vector<float> first(lexicon_dimensions);
  std::vector<float> second(lexicon_dimensions);
  lexicon.add_vector(lexicon.find(a).value(), 1, first);
  lexicon.add_vector(lexicon.find(b).value(), 1, second);
  float sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) sum += first[i] * second[i];
  return sum;
}

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.message();
  }
  return "nothing was thrown";
}

TEST(WordNet, reads_synsets_senses_and_forms) {
  WordNet net = parse_wordnet(small_wordnet_files());
  ASSERT_THAT(net.synsets, SizeIs(9));
  EXPECT_THAT(net.synsets[0].words, ElementsAre("tap", "faucet"));
  EXPECT_EQ(net.synsets[0].links.at(0).symbol, "@");
  EXPECT_EQ(net.synsets[0].links.at(0).target, 1u);
  EXPECT_EQ(net.synsets[5].links.at(0).word, 1u);
  EXPECT_EQ(net.synsets[8].gloss, " grow corn  ");
  const std::vector<WordNet::Sense>& tap = net.senses.at("tap");
  ASSERT_THAT(tap, SizeIs(2));
  EXPECT_THAT(tap[0].share, DoubleNear(9.5 / 9.75, 1e-9));  // 9 times, and never
  EXPECT_EQ(net.forms.at(0).word, "mouse");
}

TEST(WordNet, says_which_line_it_cannot_read) {
  auto refusal = [](std::string noun) {
    WordNetFiles files = small_wordnet_files();
    files.noun.data = std::move(noun);
    return message_of([&] { parse_wordnet(files); });
  };
  EXPECT_THAT(refusal("00000100 06 n 02 tap\n"), HasSubstr("data.noun has a line"));
  EXPECT_THAT(refusal("word 06 n 01 tap 0 000 | it\n"), HasSubstr("\"word 06"));
  EXPECT_THAT(refusal("00000100 06 n 01 tap 0 001 @ 00000999 n 0000 | it\n"),
              HasSubstr("none of WordNet's"));
  EXPECT_THAT(message_of([] { load_wordnet_files("/nowhere"); }), HasSubstr("is not there"));
}

TEST(Lexicon, tells_what_a_word_of_a_query_meets) {  // E-50
  std::shared_ptr<const Lexicon> lexicon = small_lexicon();
  EXPECT_THAT(met_by(*lexicon, "faucet"), Contains("tap synonym"));
  EXPECT_THAT(met_by(*lexicon, "faucet"), Contains("fit broader"));
  EXPECT_THAT(met_by(*lexicon, "fit"), Contains("faucet narrower"));
  EXPECT_THAT(met_by(*lexicon, "fit"), Contains("pipe part"));
  EXPECT_THAT(met_by(*lexicon, "farmer"), Contains("farm derived"));
  EXPECT_THAT(met_by(*lexicon, "mice").front(), "mous form");
  EXPECT_THAT(met_by(*lexicon, "mice"), Contains("anim broader"));
  EXPECT_THAT(met_by(*lexicon, "water"), IsEmpty());  // stands in glosses only
  EXPECT_EQ(lexicon->find("cream"), lexicon->find("cream"));
  EXPECT_EQ(lexicon->find("zebra"), std::nullopt);
}

TEST(Lexicon, weighs_every_relative_below_the_word_itself) {  // E-50
  std::shared_ptr<const Lexicon> lexicon = small_lexicon();
  for (Lexicon::Word word = 0; word < lexicon->size(); ++word) {
    float before = 1;
    for (const Lexicon::Relative& relative : lexicon->relatives(word)) {
      EXPECT_NE(relative.word, word);
      EXPECT_GT(relative.weight, 0);
      EXPECT_LT(relative.weight, 1);
      EXPECT_LE(relative.weight, before);
      before = relative.weight;
    }
  }
}

TEST(Lexicon, puts_words_of_near_meanings_near) {  // E-50
  std::shared_ptr<const Lexicon> lexicon = small_lexicon();
  EXPECT_GT(cosine(*lexicon, "faucet", "tap"), 0.5);
  EXPECT_GT(cosine(*lexicon, "faucet", "tap"), cosine(*lexicon, "faucet", "anim") + 0.3);
  EXPECT_GT(cosine(*lexicon, "mous", "beast"), cosine(*lexicon, "mous", "pipe"));
  EXPECT_NEAR(cosine(*lexicon, "pipe", "pipe"), 1, 0.02);
}

TEST(Lexicon, is_the_same_each_time) { EXPECT_EQ(small_lexicon_bytes(), small_lexicon_bytes()); }

TEST(Lexicon, tells_of_its_making) {
  std::vector<std::size_t> steps;
  std::size_t all = 0;
  build_lexicon(parse_wordnet(small_wordnet_files()), [&](std::size_t done, std::size_t of) {
    steps.push_back(done);
    all = of;
  });
  ASSERT_FALSE(steps.empty());
  EXPECT_TRUE(std::ranges::is_sorted(steps));
  EXPECT_EQ(steps.back(), all);
}

TEST(Lexicon, refuses_a_file_that_is_cut_anywhere) {
  std::string whole = small_lexicon_bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    if (size % 256 > 40 && size + 40 < whole.size()) continue;  // vectors are long
    EXPECT_THAT(message_of([&] { Lexicon::parse(whole.substr(0, size)); }),
                HasSubstr("This is no lexicon"))
        << size;
  }
  EXPECT_THAT(message_of([&] { Lexicon::parse(whole + "x"); }), HasSubstr("goes on"));
}

// A damaged byte is told, or it changes a number and nothing is read outside of the file.
TEST(Lexicon, bears_damage_at_any_byte) {
  std::string whole = small_lexicon_bytes();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    try {
      std::shared_ptr<const Lexicon> lexicon = Lexicon::parse(damaged);
      for (Lexicon::Word word = 0; word < lexicon->size(); ++word) {
        for (const Lexicon::Relative& relative : lexicon->relatives(word)) {
          ASSERT_LT(relative.word, lexicon->size());
        }
      }
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::invalid);
    }
  }
}

TEST(Lexicon, is_mapped_from_its_file) {
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "english.lexicon";
  EXPECT_THAT(message_of([&] { Lexicon::load(path); }), HasSubstr("is not there"));
  std::ofstream(path, std::ios::binary) << small_lexicon_bytes();
  std::shared_ptr<const Lexicon> lexicon = Lexicon::load(path);
  std::filesystem::remove(path);
  EXPECT_THAT(met_by(*lexicon, "faucet"), Contains("tap synonym"));
  std::ofstream(path, std::ios::binary) << "";
  EXPECT_THAT(message_of([&] { Lexicon::load(path); }), HasSubstr("it is empty"));
}

}  // namespace
}  // namespace antiphon::search
