#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/text/language.h"
#include "engine/text/stemmer.h"
#include "engine/text/words.h"

namespace antiphon::text {
namespace {

std::vector<std::string> folded_words(std::string_view source) {
  std::vector<std::string> words;
  for (const Word& word : split_words(source)) words.push_back(word.folded);
  return words;
}

using Strings = std::vector<std::string>;

TEST(Language, is_read_from_tags) {
  EXPECT_EQ(parse_language("en"), Language::english);
  EXPECT_EQ(parse_language("EN-gb"), Language::english);
  EXPECT_EQ(parse_language("sv-Latn-SE"), Language::swedish);
  for (Language language : {Language::english, Language::swedish}) {
    EXPECT_EQ(parse_language(to_tag(language)), language);
  }
}

TEST(Language, is_nothing_for_other_languages_and_for_no_tag) {
  for (std::string_view tag : {"", "e", "eng", "ja", "english", "en_GB", "en-", "-en", "en--GB",
                               "en GB", "en-\xff", "en-123456789", "en;q=1"}) {
    EXPECT_FALSE(parse_language(tag)) << tag;
  }
  EXPECT_FALSE(parse_language("en" + std::string(10'000, '-')));
  EXPECT_FALSE(parse_language("en-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s"));
}

TEST(Words, are_split_and_folded) {
  EXPECT_EQ(folded_words("The STOCK-market crashed: 3.5 percent!"),
            (Strings{"the", "stock", "market", "crashed", "3.5", "percent"}));
  EXPECT_EQ(folded_words("Smörgås på Åre, straße"), (Strings{"smörgås", "på", "åre", "strasse"}));
  EXPECT_EQ(folded_words("ﬁne ＡＢＣ"), (Strings{"fine", "abc"}));
  EXPECT_EQ(folded_words("don't don’t"), (Strings{"don't", "don't"}));
  EXPECT_EQ(folded_words("cafe\u0301"), (Strings{"café"}));
  EXPECT_EQ(folded_words(" \t\n …—!? 🎬 "), Strings{});
  EXPECT_EQ(folded_words(""), Strings{});
}

TEST(Words, know_their_place_in_the_source) {
  std::string source = "På Åre – ＡＢＣ\xff x";
  std::vector<std::string> pieces;
  for (const Word& word : split_words(source)) {
    pieces.push_back(source.substr(word.begin, word.end - word.begin));
  }
  EXPECT_EQ(pieces, (Strings{"På", "Åre", "ＡＢＣ", "x"}));
}

TEST(Words, take_broken_utf8_for_a_gap) {
  EXPECT_EQ(folded_words("stock\xffmarket \xc0\xaf\xed\xa0\x80 crash\xe2\x82"),
            (Strings{"stock", "market", "crash"}));
}

TEST(Words, pass_over_runs_that_are_no_words) {
  EXPECT_EQ(folded_words(std::string(word_bytes_max, 'a')).size(), 1u);
  EXPECT_EQ(folded_words(std::string(word_bytes_max + 1, 'a') + " b"), Strings{"b"});
}

TEST(Words, have_a_limit) {
  EXPECT_NO_THROW(split_words(std::string(text_bytes_max, ' ')));
  EXPECT_THROW(split_words(std::string(text_bytes_max + 1, ' ')), Error);
  EXPECT_THROW(fold(std::string(text_bytes_max + 1, ' ')), Error);
}

TEST(Fold, gives_one_form_and_replaces_broken_bytes) {
  EXPECT_EQ(fold("Ångström"), fold("A\u030angstro\u0308m"));
  EXPECT_EQ(fold("a\xff b"), "a\ufffd b");
  EXPECT_EQ(fold(""), "");
}

TEST(Stemmer, brings_inflections_together) {
  Stemmer english(Language::english);
  EXPECT_EQ(english.stem("crashes"), english.stem("crashing"));
  EXPECT_EQ(english.stem("companies"), english.stem("company"));
  EXPECT_NE(english.stem("market"), english.stem("marble"));
  Stemmer swedish(Language::swedish);
  EXPECT_EQ(swedish.stem("bilarna"), swedish.stem("bil"));
  EXPECT_EQ(swedish.stem("marknaden"), swedish.stem("marknader"));
  EXPECT_EQ(english.stem(""), "");
}

TEST(StopWords, are_grammar_and_not_topics) {
  for (std::string_view word : {"a", "the", "and", "don't", "yourself"}) {
    EXPECT_TRUE(is_stop_word(word, Language::english)) << word;
  }
  for (std::string_view word : {"och", "att", "över"}) {
    EXPECT_TRUE(is_stop_word(word, Language::swedish)) << word;
    EXPECT_FALSE(is_stop_word(word, Language::english)) << word;
  }
  for (std::string_view word : {"", "market", "mine", "well", "may", "two"}) {
    EXPECT_FALSE(is_stop_word(word, Language::english)) << word;
  }
}

}  // namespace
}  // namespace antiphon::text
