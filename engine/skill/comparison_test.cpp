#include "engine/skill/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/skill/scripted_gateway_test.h"

namespace antiphon::skill {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto group = gateway::Target::Kind::group;
constexpr auto tier = gateway::Target::Kind::tier;
constexpr auto one = gateway::Target::Kind::model;

TEST(ComparedModels, are_all_that_have_a_name_of_their_own) {  // E-37
  ScriptedGateway gateway;
  gateway.names = {{"default", group}, {"fast", tier}, {"small", one}, {"large", one}};
  gateway.names.push_back({.name = "vectors", .kind = one, .chats = false, .embeds = true});
  EXPECT_THAT(compared_models(&gateway, {}), ElementsAre("small", "large"));
  gateway.names = {{"default", group}, {"fast", tier}};
  EXPECT_THAT(compared_models(&gateway, {}), ElementsAre("default")) << "else the groups";
  EXPECT_THAT(compared_models(nullptr, {}), IsEmpty());
}

TEST(ComparedModels, may_be_wished_for) {  // E-37
  ScriptedGateway gateway;
  gateway.names = {{"default", group}, {"small", one}, {"large", one}};
  EXPECT_THAT(compared_models(&gateway, {"default", "large"}), ElementsAre("default", "large"));
  try {
    compared_models(&gateway, {"lage"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.message().contains("the nearest is \"large\"")) << error.message();
  }
  EXPECT_THROW(compared_models(nullptr, {"large"}), Error);
}

TEST(Takings, add_up_what_answers_took) {  // E-37
  Takings takings;
  for (int i = 1; i <= 20; ++i) {
    takings.add({.source = Source::model,
                 .latency = i * 10ms,
                 .usage = {.tokens_in = 100, .tokens_out = 10},
                 .cost = 2'000,
                 .repair = i == 1 ? Repair::mended : Repair::none});
  }
  for (Fallback reason : {Fallback::timeout, Fallback::timeout, Fallback::off_schema}) {
    takings.add({.source = Source::rules, .latency = 9s, .fallback_reason = reason, .cost = 1'000});
  }
  std::map<std::string, double> values;
  for (const eval::Figure& figure : takings.figures()) values[figure.name] = figure.value;
  EXPECT_DOUBLE_EQ(values["answered by the model"], 20.0 / 23);
  EXPECT_DOUBLE_EQ(values["mended"], 1.0 / 23);
  EXPECT_DOUBLE_EQ(values["latency p50"], 100) << "of the model's own answers";
  EXPECT_DOUBLE_EQ(values["latency p95"], 190);
  EXPECT_DOUBLE_EQ(values["tokens in, each"], 2000.0 / 23);
  EXPECT_DOUBLE_EQ(values["cost of 1,000"], 1000 * 0.043 / 23) << "what was paid for nothing too";
  EXPECT_THAT(takings.fallbacks().columns, ElementsAre("timeout", "off_schema"));
  EXPECT_THAT(takings.fallbacks().rows, ElementsAre(ElementsAre(2, 1)));
}

TEST(Takings, of_nothing_are_none) {
  Takings takings;
  for (const eval::Figure& figure : takings.figures()) EXPECT_EQ(figure.value, 0) << figure.name;
  EXPECT_THAT(takings.fallbacks().rows, IsEmpty());
}

}  // namespace
}  // namespace antiphon::skill
