#include "engine/testing/pattern.h"

#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::testing {
namespace {

std::string trouble(std::string_view pattern, std::string_view json, Captures captures = {}) {
  return Pattern::parse(pattern).mismatch(schema::parse_value(json), captures).value_or("");
}

TEST(Pattern, fits_members_in_any_order) {
  EXPECT_EQ(trouble(R"({"a":1,"b":[true,null]})", R"({"b":[true,null],"a":1})"), "");
}

TEST(Pattern, names_the_place_and_both_values) {
  EXPECT_EQ(trouble(R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,3]}})"), "/a/b/1: expected 2, came 3");
  EXPECT_EQ(trouble("[1]", "{}"), "the whole: expected an array, came {}");
}

// A subset only where the pattern says so.
TEST(Pattern, refuses_further_members_unless_open) {
  EXPECT_EQ(trouble(R"({"a":1})", R"({"a":1,"b":2})"), "/b: expected no such member, came 2");
  EXPECT_EQ(trouble(R"({"a":1,...})", R"({"a":1,"b":2})"), "");
  EXPECT_EQ(trouble("{...}", R"({"b":2})"), "");
  EXPECT_EQ(trouble(R"({"a":*,...})", R"({"b":2})"), R"(/a is missing in {"b":2})");
}

TEST(Pattern, counts_items_unless_open) {
  EXPECT_NE(trouble("[*]", "[1,2]"), "");
  EXPECT_NE(trouble("[*,*]", "[1]"), "");
  EXPECT_NE(trouble("[*,*,...]", "[1]"), "");
  EXPECT_EQ(trouble("[1,...]", "[1,2,3]"), "");
}

TEST(Pattern, knows_types) {
  EXPECT_EQ(trouble("[<number>,<integer>,<text>,<boolean>,<array>,<object>]",
                    R"([1.5,2,"x",false,[],{}])"),
            "");
  EXPECT_NE(trouble("<integer>", "1.5"), "");
  EXPECT_NE(trouble("<text>", "1"), "");
  EXPECT_EQ(trouble("<time>", R"("2026-03-01T08:15:30.250Z")"), "");
  EXPECT_NE(trouble("<time>", R"("yesterday")"), "");
  EXPECT_EQ(trouble("<id ses>", R"("ses_0123456789abcdefghjkmnpqrs")"), "");
  EXPECT_NE(trouble("<id ses>", R"("usr_0123456789abcdefghjkmnpqrs")"), "");
}

TEST(Pattern, captures_once_and_compares_afterwards) {
  Captures captures;
  auto json = schema::parse_value(R"({"a":7,"b":7,"c":"x7"})");
  EXPECT_FALSE(Pattern::parse(R"({"a":$n,"b":$n,"c":"x$n"})").mismatch(json, captures));
  EXPECT_EQ(captures.at("n"), schema::Value(7));
  EXPECT_EQ(trouble("$n", "8", captures), "the whole: expected $n = 7, came 8");
}

TEST(Pattern, captures_nothing_when_it_does_not_fit) {
  Captures captures;
  auto json = schema::parse_value("[1,2]");
  EXPECT_TRUE(Pattern::parse("[$a,3]").mismatch(json, captures));
  EXPECT_TRUE(captures.empty());
}

TEST(Pattern, refuses_what_is_no_pattern) {
  for (std::string_view bad : {"", "{", "[1,", R"({"a" 1})", R"({a:1})", "{...,\"a\":1}", "<word>",
                               "<number", "$", "tru", "\"x", "1 2", "[1 2]", "{\"a\":}", "[,]"}) {
    EXPECT_THROW(Pattern::parse(bad), Error) << bad;
  }
  EXPECT_THROW(Pattern::parse(std::string(1000, '[')), Error);
}

TEST(TextPattern, stars_stand_for_anything) {
  Captures captures;
  EXPECT_TRUE(match_text("*", "", captures));
  EXPECT_TRUE(match_text("held by process * at *", "held by process 7 at home", captures));
  EXPECT_FALSE(match_text("held*", "was held", captures));
  EXPECT_TRUE(match_text("**", "*", captures));
  EXPECT_FALSE(match_text("**", "x", captures));
}

TEST(TextPattern, captures_within_a_text) {
  Captures captures;
  EXPECT_TRUE(match_text("/ws?id=$id&x=*", "/ws?id=abc&x=1", captures));
  EXPECT_EQ(captures.at("id"), schema::Value("abc"));
  EXPECT_FALSE(match_text("$id", "other", captures));
  EXPECT_FALSE(match_text("<$empty>", "<>", captures));
  EXPECT_TRUE(match_text("3 $$", "3 $", captures));
}

TEST(TextPattern, fills_in) {
  Captures captures{{"a", schema::Value("x")}, {"n", schema::Value(4)}};
  EXPECT_EQ(substitute("/$a/$n?cost=3$$", captures), "/x/4?cost=3$");
  EXPECT_EQ(substitute("5 $ and * too", captures), "5 $ and * too");
  EXPECT_THROW(substitute("$unknown", captures), Error);
}

}  // namespace
}  // namespace antiphon::testing
