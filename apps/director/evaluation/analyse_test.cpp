#include "apps/director/evaluation/analyse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/skill/scripted_gateway_test.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view small_set =
    R"({"input":{"text":"The goal was wonderful"},)"
    R"("expected":{"topic":"football","sentiment":"positive","query":["goal"]}})"
    "\n"
    R"({"input":{"text":"It rains and I hate it"},)"
    R"("expected":{"topic":"rain","sentiment":"negative","query":["rains"]}})"
    "\n"
    R"({"input":{"text":"Well, I do not know"},)"
    R"("expected":{"topic":"","sentiment":"neutral","query":[]}})";

double figure_of(const eval::Side& side, std::string_view name) {
  for (const eval::Figure& figure : side.figures) {
    if (figure.name == name) return figure.value;
  }
  ADD_FAILURE() << name;
  return -1;
}

TEST(AnalyseEvaluation, has_a_side_for_each_model_beside_the_rules) {  // E-37
  skill::ScriptedGateway gateway;
  gateway.names = {{"good", gateway::Target::Kind::model},
                   {"gloomy", gateway::Target::Kind::model}};
  gateway.script = [](const gateway::ChatAsk& ask) {
    const std::string& words = ask.request.messages.at(1).text;
    if (ask.target == "gloomy") {
      return skill::ScriptedReply{
          .text =
              R"({"topic":"rain","sentiment":"negative","visualConcepts":[],"query":"umbrella"})",
          .first_takes = 300ms};
    }
    if (words.contains("goal")) {
      return skill::ScriptedReply{
          .text = R"({"topic":"football","sentiment":"positive","visualConcepts":["goal"],)"
                  R"("query":"goal"})",
          .first_takes = 100ms};
    }
    return skill::ScriptedReply{.text = "I do not know either."};
  };
  testing::VirtualTime time;
  eval::Report report = time.run(evaluate_analysis.run(
      {.set_name = "small.jsonl", .set = std::string(small_set), .gateway = &gateway}));
  ASSERT_EQ(report.sides.size(), 3u);
  EXPECT_EQ(report.sides[0].name, "rules");
  EXPECT_GE(figure_of(report.sides[0], "numbers read"), 0) << "charts are the rules' alone";
  const eval::Side& good = report.sides[1];
  EXPECT_EQ(good.name, "good");
  EXPECT_DOUBLE_EQ(figure_of(good, "answered by the model"), 1.0 / 3);
  EXPECT_EQ(figure_of(good, "sentiment"), 1) << "judged by what it said, not by what rules did";
  EXPECT_NEAR(figure_of(good, "latency p50"), 100, 1);
  EXPECT_GT(figure_of(good, "cost of 1,000"), 0);
  EXPECT_EQ(good.confusions.at(0).cases(), 1);
  EXPECT_EQ(good.tables.at(0).columns.at(0), "off_schema");
  const eval::Side& gloomy = report.sides[2];
  EXPECT_EQ(figure_of(gloomy, "answered by the model"), 1);
  EXPECT_DOUBLE_EQ(figure_of(gloomy, "sentiment"), 1.0 / 3);
  EXPECT_DOUBLE_EQ(figure_of(gloomy, "topic"), 1.0 / 3);
  EXPECT_EQ(gloomy.confusions.at(0).cases(), 3);
  for (const gateway::ChatAsk& ask : gateway.asked)
    EXPECT_EQ(ask.priority, gateway::Priority::batch);
}

TEST(AnalyseEvaluation, asks_the_models_that_are_wished_for) {  // E-37
  skill::ScriptedGateway gateway;
  gateway.names = {{"one", gateway::Target::Kind::model}, {"two", gateway::Target::Kind::model}};
  gateway.always("?");
  testing::VirtualTime time;
  eval::Report report = time.run(evaluate_analysis.run({.set_name = "small.jsonl",
                                                        .set = std::string(small_set),
                                                        .gateway = &gateway,
                                                        .models = {"two"}}));
  ASSERT_EQ(report.sides.size(), 2u);
  EXPECT_EQ(report.sides[1].name, "two");
  EXPECT_EQ(figure_of(report.sides[1], "answered by the model"), 0);
}

}  // namespace
}  // namespace antiphon::director
