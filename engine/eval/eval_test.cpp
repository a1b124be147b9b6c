#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/eval/dataset.h"
#include "engine/eval/report.h"

namespace antiphon::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Sentence {
  std::string text;
};
auto describe(schema::Tag<Sentence>) {
  return schema::object<Sentence>("Sentence").field("text", &Sentence::text, "Its words");
}
struct Label {
  std::string feeling;
};
auto describe(schema::Tag<Label>) {
  return schema::object<Label>("Label").field("feeling", &Label::feeling, "How it feels",
                                              schema::one_of({"good", "bad"}));
}

std::vector<std::string> errors_of(std::string_view set) {
  try {
    parse_set<Sentence, Label>(set, "set.jsonl");
  } catch (const Error& error) {
    std::vector<std::string> messages;
    for (const FieldError& field : error.fields()) messages.push_back(field.message);
    return messages;
  }
  return {};
}

Report report_of(std::vector<Figure> figures) {
  Report report{.evaluation = "sample.feel", .set = "set.jsonl", .cases = 4};
  report.sides.push_back({.name = "rules", .figures = std::move(figures)});
  return report;
}

TEST(EvalSet, is_read_case_by_case) {  // E-37
  auto cases = parse_set<Sentence, Label>(
      "{\"input\":{\"text\":\"fine\"},\"expected\":{\"feeling\":\"good\"},\"tags\":[\"short\"]}\n"
      "\r\n"
      "{\"expected\":{\"feeling\":\"bad\"},\"input\":{\"text\":\"oh \\u00e9\"}}",
      "set.jsonl");
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[0].input.text, "fine");
  EXPECT_EQ(cases[0].expected.feeling, "good");
  EXPECT_THAT(cases[0].tags, ElementsAre("short"));
  EXPECT_EQ(cases[1].input.text, "oh é");
  EXPECT_EQ(cases[1].line, 3u);
}

TEST(EvalSet, tells_everything_that_is_wrong_with_its_line) {
  auto errors = errors_of(
      "{\"input\":{\"text\":\"a\"},\"expected\":{\"feeling\":\"sad\"}}\n"
      "{\"input\":{\"txt\":\"a\"},\"expected\":{\"feeling\":\"good\"}}\n"
      "{\"input\":{\"text\":\"a\"}}\n"
      "not json\n");
  ASSERT_EQ(errors.size(), 5u);
  EXPECT_THAT(errors[0], HasSubstr("set.jsonl:3: /expected: "));
  EXPECT_THAT(errors[1], HasSubstr("set.jsonl:4: "));
  EXPECT_THAT(errors[2], HasSubstr("set.jsonl:1: /expected/feeling: "));
  EXPECT_THAT(errors[3], HasSubstr("set.jsonl:2: /input/txt: "));
  EXPECT_THAT(errors[4], HasSubstr("set.jsonl:2: /input/text: "));
}

TEST(EvalSet, without_a_case_is_refused) {
  EXPECT_THAT(errors_of("\n\n"), ElementsAre(HasSubstr("The set has no case")));
}

TEST(EvalSet, tells_at_most_a_hundred_errors) {
  std::string set;
  for (int i = 0; i < 300; ++i) set += "{}\n";
  EXPECT_EQ(errors_of(set).size(), 100u);
}

TEST(EvalSet, has_a_largest_size) {
  try {
    parse_set<Sentence, Label>(std::string(set_bytes_max + 1, ' '), "set.jsonl");
    FAIL() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::too_large);
  }
}

TEST(EvalSet, has_so_many_cases_and_tags_and_no_more) {
  std::string one = R"({"input":{"text":"a"},"expected":{"feeling":"good"}})"
                    "\n";
  std::string set;
  for (std::size_t i = 0; i <= cases_max; ++i) set += one;
  EXPECT_THAT(errors_of(set), ElementsAre(HasSubstr("at most 100000 cases")));
  std::string tags = R"("tag")";
  for (std::size_t i = 0; i < tags_max; ++i) tags += R"(,"tag")";
  std::string tagged =
      R"({"input":{"text":"a"},"expected":{"feeling":"good"},"tags":[)" + tags + "]}";
  EXPECT_THAT(errors_of(tagged).at(0), HasSubstr("/tags"));
}

TEST(EvalReport, counts_which_label_was_taken_for_which) {  // E-37
  Confusion confusion{.name = "feeling"};
  EXPECT_EQ(confusion.accuracy(), 0);
  confusion.add("good", "good");
  confusion.add("good", "bad");
  confusion.add("bad", "bad");
  confusion.add("bad", "bad");
  EXPECT_THAT(confusion.labels, ElementsAre("good", "bad"));
  EXPECT_THAT(confusion.counts, ElementsAre(ElementsAre(1, 1), ElementsAre(0, 2)));
  EXPECT_EQ(confusion.cases(), 4);
  EXPECT_DOUBLE_EQ(confusion.accuracy(), 0.75);
}

TEST(EvalReport, says_which_aim_is_not_reached) {
  Report report = report_of({{.name = "accuracy", .value = 0.8, .cases = 4, .at_least = 0.85},
                             {.name = "recall", .value = 0.9, .cases = 4, .at_least = 0.9},
                             {.name = "latency", .value = 7, .unit = "ms", .at_most = 5},
                             {.name = "told only", .value = 0}});
  EXPECT_THAT(unreached(report), ElementsAre("rules: accuracy is 0.800, the aim is at least 0.85",
                                             "rules: latency is 7.000, the aim is at most 5"));
  set_aim(report, "accuracy=0.8");
  set_aim(report, "latency=7");
  EXPECT_THAT(unreached(report), ElementsAre());
  set_aim(report, "told only=0.1");
  EXPECT_THAT(unreached(report), ElementsAre(HasSubstr("told only")));
}

TEST(EvalReport, refuses_an_aim_that_is_none) {
  Report report = report_of({{.name = "accuracy"}});
  for (const char* wish : {"accuracy", "accuracy=", "accuracy=high", "accuracy=0.8x", ""}) {
    EXPECT_THROW(set_aim(report, wish), Error) << wish;
  }
  try {
    set_aim(report, "acuracy=0.8");
    FAIL() << "a figure that is none was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("the nearest is \"accuracy\""));
  }
}

TEST(EvalReport, is_a_table_for_people) {
  Report report = report_of({{.name = "accuracy", .value = 0.8, .cases = 4, .at_least = 0.85}});
  report.limits = {"One author wrote it."};
  Side& side = report.sides.front();
  side.confusions = {{.name = "feeling"}};
  side.confusions[0].add("good", "bad");
  side.tables = {{.name = "curve", .columns = {"threshold", "recall"}, .rows = {{0.5, 1}}}};
  side.misses = {{.line = 1, .input = "fine", .expected = "good", .given = "bad"},
                 {.line = 2, .input = "grim", .expected = "bad", .given = "good"}};
  std::string text = to_table(report, 1);
  EXPECT_THAT(text, HasSubstr("sample.feel: 4 cases of set.jsonl"));
  EXPECT_THAT(text, HasSubstr("accuracy     0.800     of 4      at least 0.85   NOT reached"));
  EXPECT_THAT(text, HasSubstr("  good            0        1\n"));
  EXPECT_THAT(text, HasSubstr("     0.500         1\n"));
  EXPECT_THAT(text, HasSubstr("1 of 2 misses"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("grim")));
  EXPECT_THAT(text, HasSubstr("One author wrote it."));
}

TEST(EvalReport, is_json_for_programs) {
  Report report = report_of({{.name = "accuracy", .value = 0.8, .cases = 4, .at_least = 0.85}});
  EXPECT_EQ(schema::to_json(report),
            R"({"evaluation":"sample.feel","set":"set.jsonl","cases":4,"limits":[],"sides":[{)"
            R"("name":"rules","figures":[{"name":"accuracy","value":0.8,"unit":"","cases":4,)"
            R"("atLeast":0.85}],"confusions":[],"tables":[],"misses":[]}]})");
}

}  // namespace
}  // namespace antiphon::eval
