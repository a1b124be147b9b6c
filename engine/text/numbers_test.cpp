#include "engine/text/numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace antiphon::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Each number as "form value first-last".
std::vector<std::string> read(std::string_view source) {
  std::vector<Word> words = split_words(source);
  std::vector<std::string> seen;
  for (const Number& number : find_numbers(source, words)) {
    static constexpr std::string_view forms[] = {"", "order ", "share ", "year ", "?"};
    std::string text(forms[static_cast<std::size_t>(number.form)]);
    if (number.form != Number::Form::unclear) text += fmt::format("{}", number.value);
    if (!number.suffix.empty()) text += fmt::format(" {}", number.suffix);
    seen.push_back(text);
  }
  return seen;
}

TEST(Numbers, are_read_in_words) {
  EXPECT_THAT(read("twenty percent"), ElementsAre("20"));
  EXPECT_THAT(read("Twenty-five cats"), ElementsAre("25"));
  EXPECT_THAT(read("three point five million"), ElementsAre("3500000"));
  EXPECT_THAT(read("two point four degrees"), ElementsAre("2.4"));
  EXPECT_THAT(read("zero point oh five"), ElementsAre("0.05"));
  EXPECT_THAT(read("a hundred and twenty"), ElementsAre("120"));
  EXPECT_THAT(read("twelve hundred"), ElementsAre("1200"));
  EXPECT_THAT(read("two thousand and four"), ElementsAre("2004"));
  EXPECT_THAT(read("three hundred and five thousand two hundred and one"), ElementsAre("305201"));
  EXPECT_THAT(read("one million two hundred thousand"), ElementsAre("1200000"));
  EXPECT_THAT(read("two and a half million"), ElementsAre("2500000"));
  EXPECT_THAT(read("a million and a half"), ElementsAre("1500000"));
  EXPECT_THAT(read("one and three quarters"), ElementsAre("1.75"));
  EXPECT_THAT(read("half a million people, half a dozen dogs"), ElementsAre("500000", "6"));
  EXPECT_THAT(read("two dozen and a dozen"), ElementsAre("24", "12"));
  EXPECT_THAT(read("minus five degrees"), ElementsAre("-5"));
}

TEST(Numbers, are_read_in_digits) {
  EXPECT_THAT(read("$4.2bn and €5m"), ElementsAre("4200000000", "5000000"));
  EXPECT_THAT(read("1,200 of 1,234,567"), ElementsAre("1200", "1234567"));
  EXPECT_THAT(read("3.5 % or 20%"), ElementsAre("3.5", "20"));
  EXPECT_THAT(read("4.2 billion"), ElementsAre("4200000000"));
  EXPECT_THAT(read("5M users, 5m tall, 5km, 3k"), ElementsAre("5000000", "5 m", "5 km", "3000"));
  EXPECT_THAT(read("-5 degrees"), ElementsAre("-5"));
  EXPECT_THAT(read("10-15"), ElementsAre("10", "15"));
  EXPECT_THAT(read("the 21st"), ElementsAre("order 21"));
}

TEST(Numbers, that_are_large_or_fine_are_the_nearest_double) {
  std::string_view source = "nine hundred ninety nine trillion, 0.1, 4.35bn";
  std::vector<Word> words = split_words(source);
  std::vector<Number> numbers = find_numbers(source, words);
  ASSERT_EQ(numbers.size(), 3u);
  EXPECT_EQ(numbers[0].value, 999e12);
  EXPECT_EQ(numbers[1].value, 0.1);
  EXPECT_EQ(numbers[2].value, 4350000000.0) << "4.35 * 1e9 is 4349999999.9999995";
}

TEST(Numbers, know_years_said_in_pairs) {
  EXPECT_THAT(read("in nineteen ninety nine"), ElementsAre("year 1999"));
  EXPECT_THAT(read("twenty twenty four, twenty ten"), ElementsAre("year 2024", "year 2010"));
  EXPECT_THAT(read("nineteen oh five"), ElementsAre("year 1905"));
  EXPECT_THAT(read("nineteen hundred"), ElementsAre("1900"));
  EXPECT_THAT(read("twenty five"), ElementsAre("25"));
}

TEST(Numbers, know_parts_and_orders) {
  EXPECT_THAT(read("half of it, a third, two thirds, three quarters"),
              ElementsAre("share 0.5", "share 0.3333333333333333", "share 0.6666666666666666",
                          "share 0.75"));
  EXPECT_THAT(read("the third of the twenty first"), ElementsAre("order 3", "order 21"));
  EXPECT_THAT(read("the second half, half past, the other half"), ElementsAre("order 2"));
}

TEST(Numbers, that_can_be_read_in_two_ways_are_not_guessed) {
  EXPECT_THAT(read("at three thirty"), ElementsAre("?"));
  EXPECT_THAT(read("five five five one two"), ElementsAre("?"));
  EXPECT_THAT(read("18:45"), ElementsAre("?"));
  EXPECT_THAT(read("3,5 and 1,20,000"), ElementsAre("?", "?"));
  EXPECT_THAT(read("hundred and twenty"), ElementsAre("?", "20"));
  EXPECT_THAT(read("point five"), ElementsAre("?"));
  EXPECT_THAT(read("the 1980s, v2.0, 3.4.2024"), ElementsAre("?", "?", "?"));
  EXPECT_THAT(read("1234567890123456789"), ElementsAre("?"));
}

TEST(Numbers, are_apart_where_a_comma_is) {
  EXPECT_THAT(read("sixty, thirty, ten"), ElementsAre("60", "30", "10"));
  EXPECT_THAT(read("one thousand, two hundred"), ElementsAre("1000", "200"));
}

TEST(Numbers, are_not_in_words_that_only_look_like_them) {
  EXPECT_THAT(read("a point to make, wonder, tens of weights, a cat"), IsEmpty());
  EXPECT_THAT(read(""), IsEmpty());
}

// Whatever is said, numbers keep their order and their place.
TEST(Numbers, stand_in_order_and_inside_the_text) {
  static constexpr std::string_view parts[] = {
      "one",   "twenty",   "hundred", "million", "and",      "a",        "half",
      "point", "third",    "minus",   "3.5",     "1,200",    "nineteen", "dozen",
      "cats",  "thousand", "oh",      ",",       "quarters", "5m"};
  std::uint64_t state = 1;
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (int i = 0; i < 8; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      source += std::string(parts[(state >> 33) % std::size(parts)]) + ' ';
    }
    std::vector<Word> words = split_words(source);
    std::size_t end = 0;
    for (const Number& number : find_numbers(source, words)) {
      ASSERT_GE(number.first, end) << source;
      ASSERT_LT(number.first, number.last) << source;
      ASSERT_LE(number.last, words.size()) << source;
      end = number.last;
    }
  }
}

}  // namespace
}  // namespace antiphon::text
