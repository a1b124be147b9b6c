// Figures that are said become charts (D-5).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/chart/certainty.h"
#include "apps/director/chart/choose_chart.h"
#include "apps/director/test/take_rig.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using Kind = speech::Transcript::Kind;

void type(TakeRig& rig, std::string_view words) {
  rig.say(fmt::format(R"({{"action":"text","text":"{}"}})", words));
  rig.run_for(1s);
}

TEST(Charts, typed_figures_are_drawn_with_the_numbers_typed) {  // D-5
  TakeRig rig({});
  rig.open();
  type(rig, "Sales grew from 3 to 5 million in 2024");
  ASSERT_EQ(rig.events("chart").size(), 1u);
  auto chart = rig.events("chart").front();
  EXPECT_EQ(chart.at("/spec/kind").text(), "bar");
  EXPECT_EQ(chart.at("/spec/title").text(), "Sales, 2024");
  EXPECT_EQ(chart.at("/spec/points/0/value").number(), 3e6);
  EXPECT_EQ(chart.at("/spec/points/1/value").number(), 5e6);
  EXPECT_EQ(chart.at("/why/source").text(), "typed");
  EXPECT_EQ(chart.find("utterance")->integer(), 1);
}

TEST(Charts, heard_figures_are_drawn_when_they_stood_firm) {  // D-5, D-7
  TakeRig rig({.script = {{at(400ms), Kind::stable, "sales grew by twenty percent"},
                          {at(900ms), Kind::final, "sales grew by twenty percent"}}});
  rig.open();
  rig.hear(2s);
  rig.run_for(1s);
  ASSERT_EQ(rig.events("chart").size(), 1u);
  EXPECT_EQ(rig.events("chart").front().at("/why/source").text(), "speech");
}

TEST(Charts, heard_figures_that_changed_at_the_end_are_not_drawn) {  // D-5
  TakeRig rig({.script = {{at(400ms), Kind::stable, "sales grew by sixteen percent"},
                          {at(900ms), Kind::final, "sales grew by sixty percent"}}});
  rig.open();
  rig.hear(2s);
  rig.run_for(1s);
  EXPECT_TRUE(rig.events("chart").empty());
}

TEST(Charts, heard_figures_that_never_stood_firm_are_not_drawn) {  // D-5, D-7
  TakeRig rig({.script = {{at(400ms), Kind::partial, "sales grew by sixty percent"},
                          {at(900ms), Kind::final, "sales grew by sixty percent"}}});
  rig.open();
  rig.hear(2s);
  rig.run_for(1s);
  EXPECT_TRUE(rig.events("chart").empty());
}

TEST(Charts, a_word_that_the_recogniser_doubts_is_no_figure) {  // D-5
  std::string text = "sales grew by twenty percent";
  auto chart = choose_chart(text);
  ASSERT_TRUE(chart);
  speech::Transcript final{.kind = Kind::final, .text = text, .words = {}};
  for (std::string_view word : {"sales", "grew", "by", "twenty", "percent"}) {
    final.words.push_back({.text = std::string(word), .confidence = 0.95});
  }
  EXPECT_TRUE(is_certain(*chart, final, text));
  final.words[3].confidence = 0.4;
  EXPECT_FALSE(is_certain(*chart, final, text));
}

TEST(Charts, none_is_drawn_while_the_take_is_paused_or_twice) {
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"pause"})");
  type(rig, "Sales grew by 20 percent");
  EXPECT_TRUE(rig.events("chart").empty());
  rig.say(R"({"action":"resume"})");
  type(rig, "Sales grew by 20 percent");
  type(rig, "Sales grew by 20 percent");
  EXPECT_EQ(rig.events("chart").size(), 1u) << "it is on screen already";
}

TEST(Charts, in_approve_mode_a_chart_waits) {  // D-5, D-7
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"mode","mode":"approve"})");
  type(rig, "Sales grew by 20 percent");
  EXPECT_TRUE(rig.events("chart").empty());
  ASSERT_EQ(rig.events("chart_proposal").size(), 1u);
  rig.say(R"({"action":"approve","chartId":1})");
  rig.run_for(100ms);
  ASSERT_EQ(rig.events("chart").size(), 1u);
  EXPECT_EQ(rig.events("chart").front().at("/why/source").text(), "approved");
  rig.say(R"({"action":"approve","chartId":1})");
  rig.run_for(100ms);
  EXPECT_EQ(rig.events("chart").size(), 1u) << "it waits no longer";
  type(rig, "Sales grew by 30 percent");
  rig.run_for(11s);
  rig.say(R"({"action":"approve","chartId":2})");
  rig.run_for(100ms);
  EXPECT_EQ(rig.events("chart").size(), 1u) << "its time is over";
}

}  // namespace
}  // namespace antiphon::director
