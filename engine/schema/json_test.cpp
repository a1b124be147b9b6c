#include "engine/schema/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/schema/sample_test.h"

namespace antiphon::schema {

namespace {

using sample::Clip;
using sample::Layout;
using sample::Take;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// "pointer rule" of every error, in order.
template <class T = Take>
std::vector<std::string> refusals(std::string_view json, const ParseOptions& options = {}) {
  std::vector<std::string> found;
  try {
    parse<T>(json, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    for (const FieldError& field : error.fields()) {
      found.push_back(field.pointer + " " + field.rule);
      EXPECT_FALSE(field.message.empty());
    }
  }
  return found;
}

std::string message_of(std::string_view json) {
  try {
    parse<Take>(json);
  } catch (const Error& error) {
    return error.fields().at(0).message;
  }
  return "";
}

Take full_take() {
  Take take;
  take.title = "Tågs \"x\"\n\x01";
  take.layout = Layout::side;
  take.live = true;
  take.speed = -7;
  take.frames = std::numeric_limits<std::int64_t>::min();
  take.bytes = std::numeric_limits<std::uint64_t>::max();
  take.gain = 3.95;
  take.opened_at = parse_rfc3339("2026-03-01T08:15:30.250Z");
  take.wait = std::chrono::milliseconds(1500);
  take.clips = {{"a", 0.1}, {"b", 1}};
  take.languages = {"sv-SE", "ja"};
  take.counts = {{"a/b", 1}, {"~", 2}};
  take.note = "noted";
  take.chosen.emplace(Clip{"c", 0.25});
  take.extra = parse_value(R"({"a":[1,2.5,null,{"b":"c"}]})");
  take.raw.text = R"({"kept":[true]})";
  return take;
}

TEST(Json, EveryKindReadsBackAsItWasWritten) {
  const Take take = full_take();
  EXPECT_EQ(parse<Take>(to_json(take)), take);
}

TEST(Json, FieldsAreWrittenInTheirOrderAndEmptyOptionalsLeftOut) {
  Take take;
  take.title = "t";
  EXPECT_EQ(to_json(take),
            R"({"title":"t","layout":"fullscreen","live":false,"speed":1,"frames":0,"bytes":0,)"
            R"("gain":0.5,"openedAt":"1970-01-01T00:00:00.000Z","waitMs":250,"clips":[],)"
            R"("languages":["en"],"counts":{},"chosen":null,"extra":null,"raw":null})");
}

TEST(Json, NumbersAreWrittenInTheirShortestForm) {
  EXPECT_EQ(to_json(3.95), "3.95");
  EXPECT_EQ(to_json(100000000.0), "100000000");
  EXPECT_EQ(to_json(-0.0), "-0");
  EXPECT_EQ(to_json(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(to_json(1e300), "1e+300");
  EXPECT_EQ(to_json(std::int64_t{9007199254740992}), "9007199254740992");
  EXPECT_EQ(to_json(std::int64_t{9007199254740993}), "\"9007199254740993\"");
}

TEST(Json, WhatJsonCannotSayIsRefusedWhenWriting) {
  EXPECT_THROW(to_json(std::nan("")), Error);
  EXPECT_THROW(to_json(std::numeric_limits<double>::infinity()), Error);
  EXPECT_THROW(to_json(std::string("\xff")), Error);
}

TEST(Json, AbsentFieldsKeepTheirDefaultsAndGivenListsReplaceThem) {
  EXPECT_EQ(parse<Take>(R"({"title":"t"})").languages, std::vector<std::string>{"en"});
  EXPECT_EQ(parse<Take>(R"({"title":"t","languages":["sv"]})").languages,
            std::vector<std::string>{"sv"});
}

// E-12: every bad field at once, with its pointer and rule.
TEST(Json, E12_EveryBrokenFieldIsToldAtOnce) {
  EXPECT_THAT(refusals(R"({"layout":"fullscren","live":1,"speed":3.5,"clips":[{"id":"123456789",
                           "score":2},{"score":0.5}],"languages":["en","?"],"nope":{"a":[1]},
                           "counts":{"a/b":"x"},"waitMs":"5"})"),
              ElementsAre("/layout enum", "/live type", "/speed type", "/clips/0/id max_length",
                          "/clips/0/score max", "/clips/1/id required", "/languages/1 format",
                          "/nope unknown", "/counts/a~1b type", "/waitMs type", "/title required"));
}

TEST(Json, UnknownKeysAndNamesAreToldTheNearest) {
  EXPECT_THAT(message_of(R"({"title":"t","openAt":1})"), HasSubstr("\"openedAt\""));
  EXPECT_THAT(message_of(R"({"title":"t","layout":"sied"})"), HasSubstr("\"side\""));
}

struct Refused {
  const char* name;
  const char* json;
  const char* refusal;
};
class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, AreToldWithPointerAndRule) {
  EXPECT_THAT(refusals(GetParam().json), Contains(GetParam().refusal));
}

INSTANTIATE_TEST_SUITE_P(
    Json, Refusals,
    testing::Values(
        Refused{"duplicate", R"({"title":"a","title":"b"})", "/title duplicate"},
        Refused{"duplicate_in_map", R"({"title":"a","counts":{"x":1,"x":2}})",
                "/counts/x duplicate"},
        Refused{"duplicate_by_escape", R"({"title":"a","t\u0069tle":"b"})", "/title duplicate"},
        Refused{"duplicate_in_value", R"({"title":"a","extra":[{"x":1,"y":2,"x":2}]})",
                "/extra/0/x duplicate"},
        Refused{"utf8", "{\"title\":\"\xff\"}", "/title utf8"},
        Refused{"utf8_overlong", "{\"title\":\"\xc0\xaf\"}", "/title utf8"},
        Refused{"utf8_surrogate", "{\"title\":\"\xed\xa0\x80\"}", "/title utf8"},
        Refused{"utf8_outside_text", "{\xff}", " utf8"},
        Refused{"lone_leading", R"({"title":"\ud800"})", "/title utf8"},
        Refused{"lone_trailing", R"({"title":"\udc00"})", "/title utf8"},
        Refused{"leading_and_other", R"({"title":"\ud800\u0041"})", "/title utf8"},
        Refused{"nul_in_text", R"({"title":"a\u0000"})", "/title format"},
        Refused{"too_large_double", R"({"title":"a","gain":1e400})", "/gain range"},
        Refused{"too_large_exponent", R"({"title":"a","gain":1e99999999999})", "/gain range"},
        Refused{"too_small_double", R"({"title":"a","gain":1e-400})", "/gain range"},
        Refused{"too_large_value", R"({"title":"a","extra":1e400})", "/extra range"},
        Refused{"too_large_integer_value", R"({"title":"a","extra":18446744073709551616})",
                "/extra range"},
        Refused{"int32", R"({"title":"a","speed":2147483648})", "/speed range"},
        Refused{"int64", R"({"title":"a","frames":9223372036854775808})", "/frames range"},
        Refused{"int64_text", R"({"title":"a","frames":"9223372036854775808"})", "/frames range"},
        Refused{"int64_not_a_number", R"({"title":"a","frames":"12x"})", "/frames type"},
        Refused{"uint64", R"({"title":"a","bytes":18446744073709551616})", "/bytes range"},
        Refused{"uint64_negative", R"({"title":"a","bytes":-1})", "/bytes range"},
        Refused{"int64_inexact", R"({"title":"a","frames":1e18})", "/frames range"},
        Refused{"fraction", R"({"title":"a","frames":3.5})", "/frames type"},
        Refused{"duration_too_long", R"({"title":"a","waitMs":9223372036854775808})",
                "/waitMs range"},
        Refused{"min", R"({"title":"a","speed":-101})", "/speed min"},
        Refused{"max", R"({"title":"a","speed":101})", "/speed max"},
        Refused{"min_length", R"({"title":""})", "/title min_length"},
        Refused{"max_length", R"({"title":"12345678901"})", "/title max_length"},
        Refused{"max_items", R"({"title":"a","clips":[{},{},{},{},{}]})", "/clips max_items"},
        Refused{"null_optional", R"({"title":"a","note":null})", "/note type"},
        Refused{"null_required", R"({"title":null})", "/title type"},
        Refused{"null_defaulted", R"({"title":"a","speed":null})", "/speed type"},
        Refused{"time", R"({"title":"a","openedAt":"yesterday"})", "/openedAt format"},
        Refused{"array_for_object", R"({"title":"a","chosen":[]})", "/chosen type"},
        Refused{"object_for_text", R"({"title":{"title":"b"}})", "/title type"},
        Refused{"root_is_array", "[]", " type"}, Refused{"root_is_text", "\"a\"", " type"},
        Refused{"trailing", R"({"title":"a"} x)", " syntax"},
        Refused{"twice", R"({"title":"a"}{"title":"a"})", " syntax"},
        Refused{"empty", "", " syntax"}, Refused{"space", "  ", " syntax"},
        Refused{"cut", R"({"title":"a")", "/title syntax"},
        Refused{"comma", R"({"title":"a",})", "/title syntax"},
        Refused{"comment", "/**/{}", " syntax"}, Refused{"nan", R"({"gain":NaN})", "/gain syntax"},
        Refused{"plus", R"({"gain":+1})", "/gain syntax"},
        Refused{"leading_zero", R"({"gain":01})", "/gain syntax"},
        Refused{"byte_order_mark", "\xef\xbb\xbf{}", " syntax"},
        Refused{"single_quotes", "{'title':'a'}", " syntax"},
        Refused{"control_character", "{\"title\":\"\n\"}", "/title syntax"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Json, NulBytesAreRefused) {
  EXPECT_THAT(refusals(std::string_view("{\"title\":\"a\"}\0", 14)), ElementsAre(" syntax"));
  EXPECT_THAT(refusals<Value>(std::string_view("123\0", 4)), ElementsAre(" syntax"));
}

TEST(Json, NestingIsAllowedToTheLimitAndRefusedBeyond) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_NO_THROW(parse_value(nested(64)));
  EXPECT_THAT(refusals<Value>(nested(65)), ElementsAre(testing::EndsWith(" depth")));
  EXPECT_THAT(refusals(R"({"title":"a","nope":)" + nested(64) + "}"),
              Contains(testing::EndsWith(" depth")));
}

TEST(Json, SizeValuesAndErrorsAreBounded) {
  EXPECT_THROW(parse_value("[1,2]", {.bytes_max = 4}), Error);
  EXPECT_THAT(refusals<Value>("[1,2]", {.values_max = 2}), ElementsAre("/1 max_items"));
  EXPECT_THAT(refusals(R"({"a":1,"b":1,"c":1})", {.errors_max = 2}),
              ElementsAre("/a unknown", "/b unknown"));
}

TEST(Json, WholeNumbersMayBeWrittenWithFractionOrExponent) {
  EXPECT_EQ(parse<std::int32_t>("3.0"), 3);
  EXPECT_EQ(parse<std::int64_t>("1e3"), 1000);
  EXPECT_EQ(parse_value("1e3"), Value(1000));
}

TEST(Json, LengthIsCountedInCodePoints) {
  EXPECT_EQ(parse<Take>(R"({"title":"日本語日本語日本語日"})").title, "日本語日本語日本語日");
}

TEST(Json, NullEmptiesANullableEvenWhenItHasADefault) {
  Take take = full_take();
  parse_json(R"({"title":"t","chosen":null})", of<Take>(), &take);
  EXPECT_FALSE(take.chosen.has_value());
}

TEST(Json, RepliesOfOthersMayHoldMoreKeysAndNulls) {
  const auto take = parse<Take>(R"({"title":"t","note":null,"speed":null,"new":{"a":[{}]}})",
                                ParseOptions::outside());
  EXPECT_EQ(take.speed, 1);
  EXPECT_FALSE(take.note.has_value());
}

TEST(Json, DoublesAreReadToTheNearest) {
  EXPECT_EQ(parse<double>("0.1"), 0.1);
  EXPECT_EQ(parse<double>("9007199254740993"), 9007199254740992.0);
  EXPECT_EQ(parse<double>("2.2250738585072011e-308"), 2.2250738585072011e-308);
  EXPECT_EQ(parse<double>("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(Value, AMemberIsTakenOut) {
  Value value = parse_value(R"({"a":1,"b":2})");
  value.remove("a");
  value.remove("not there");
  EXPECT_EQ(value, parse_value(R"({"b":2})"));
}

TEST(Value, PointersReachEveryPlace) {
  const Value value = parse_value(R"({"a/b":[{"~":"x"}],"":1})");
  EXPECT_EQ(value.at("/a~1b/0/~0").text(), "x");
  EXPECT_EQ(value.at("/").integer(), 1);
  EXPECT_EQ(value.at(""), value);
  EXPECT_THROW(value.at("/a~1b/00"), Error);
  EXPECT_THROW(value.at("/a~1b/1"), Error);
  EXPECT_THROW(value.at("a"), Error);
  EXPECT_THROW(value.at("/a~1b").text(), Error);
}

}  // namespace

}  // namespace antiphon::schema
