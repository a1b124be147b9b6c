#include "engine/skill/answer_text.h"

#include <gtest/gtest.h>

namespace antiphon::skill {
namespace {

TEST(FindObject, finds_the_object_alone) {  // E-30
  EXPECT_EQ(find_object(R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(find_object("  \n{\"a\":{\"b\":2}}\n"), R"({"a":{"b":2}})");
}

TEST(FindObject, passes_over_what_stands_around_it) {  // E-30
  EXPECT_EQ(find_object("Here you are:\n```json\n{\"a\":1}\n```\nAnything else?"), R"({"a":1})");
  EXPECT_EQ(find_object("```\n{\"a\":1}```"), R"({"a":1})");
  EXPECT_EQ(find_object("I use {x} so:\n```json\n{\"a\":1}\n```"), R"({"a":1})");
  EXPECT_EQ(find_object("The answer is {\"a\":1}, I think."), R"({"a":1})");
  EXPECT_EQ(find_object("<think>maybe {\"a\":0}?</think>\n{\"a\":1}"), R"({"a":1})");
  EXPECT_EQ(find_object("```python\nprint(1)\n```\n{\"a\":1}"), R"({"a":1})");
}

TEST(FindObject, knows_braces_in_texts) {
  EXPECT_EQ(find_object(R"({"a":"}{\"}"} tail)"), R"({"a":"}{\"}"})");
  EXPECT_EQ(find_object(R"({"a":"\\"} tail)"), R"({"a":"\\"})");
}

TEST(FindObject, finds_nothing_where_none_ends) {
  EXPECT_EQ(find_object(""), "");
  EXPECT_EQ(find_object("I cannot help with that."), "");
  EXPECT_EQ(find_object(R"({"a":"never)"), "");
  EXPECT_EQ(find_object("<think>{\"a\":1}"), "") << "a thought that never ends";
  EXPECT_EQ(find_object(std::string(200'000, '{')), "");
}

TEST(ProblemsOf, are_a_line_each_and_not_too_many) {
  std::vector<FieldError> errors(problems_told_max + 5, {"/a", "type", "Expected text."});
  errors[0] = {"", "syntax", "Not JSON."};
  std::string text = problems_of(errors);
  EXPECT_TRUE(text.starts_with("all of it: Not JSON.\n/a: Expected text.\n")) << text;
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), problems_told_max);
}

}  // namespace
}  // namespace antiphon::skill
