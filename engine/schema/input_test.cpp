#include "engine/schema/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/schema/sample_test.h"

namespace antiphon::schema::input_test {
namespace {

using sample::Take;
using testing::ElementsAre;

template <class Fill>
std::vector<std::string> refusals(Fill fill) {
  Take take;
  Input input(of<Take>(), &take);
  fill(input);
  std::vector<std::string> found;
  try {
    input.finish();
  } catch (const Error& error) {
    for (const FieldError& field : error.fields())
      found.push_back(field.pointer + " " + field.rule);
  }
  return found;
}

TEST(Input, TextsAndBodyFillOneObject) {
  Take take;
  Input input(of<Take>(), &take);
  input.text("title", "på stigen");
  input.text("layout", "side");
  input.text("live", "true");
  input.text("frames", "9007199254740993");
  input.text("waitMs", "20");
  input.text("openedAt", "2026-03-01T00:00:00Z");
  input.text("languages", "sv,ja");
  input.text("languages", "en");
  input.text("note", "");
  input.json(R"({"speed":3,"clips":[{"id":"a","score":1}]})");
  input.finish();
  EXPECT_EQ(take.title, "på stigen");
  EXPECT_EQ(take.layout, sample::Layout::side);
  EXPECT_TRUE(take.live);
  EXPECT_EQ(take.frames, 9007199254740993);
  EXPECT_EQ(take.wait.count(), 20);
  EXPECT_THAT(take.languages, ElementsAre("sv", "ja", "en"));
  EXPECT_EQ(take.note, "");
  EXPECT_EQ(take.speed, 3);
  EXPECT_EQ(take.clips.at(0).id, "a");
}

// E-12: what is wrong in the path, the query and the body comes in one answer.
TEST(Input, E12_EveryPlaceIsToldAtOnce) {
  EXPECT_THAT(refusals([](Input& input) {
                input.text("titel", "a");
                input.text("live", "yes");
                input.text("speed", "3.5");
                input.text("gain", "nan");
                input.text("languages", "en,?");
                input.text("note", "\xff");
                input.text("waitMs", "1");
                input.text("waitMs", "2");
                input.json(R"({"layout":"top","speed":1})");
              }),
              ElementsAre("/titel unknown", "/waitMs duplicate", "/layout enum", "/speed duplicate",
                          "/title required", "/live type", "/speed type", "/gain range",
                          "/languages/1 format", "/note utf8"));
}

TEST(Input, BrokenBodyDoesNotHideTheRest) {
  EXPECT_THAT(refusals([](Input& input) {
                input.text("speed", "1000");
                input.json("{");
              }),
              ElementsAre(" syntax", "/title required", "/speed max"));
}

}  // namespace

}  // namespace antiphon::schema::input_test
