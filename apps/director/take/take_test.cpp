#include "apps/director/take/take.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/test/take_rig.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using speech::ScriptedFault;
using ::testing::ElementsAre;
using Kind = speech::Transcript::Kind;

std::string text(const schema::Value& event, std::string_view field) {
  return event.find(field)->text();
}

std::vector<std::string> shown(const TakeRig& rig) {
  std::vector<std::string> ids;
  for (const auto& event : rig.events("overlay_command")) ids.push_back(text(event, "assetId"));
  return ids;
}

TEST(TakeTest, a_spoken_sentence_brings_its_clip_on_screen) {  // D-2
  TakeRig rig({.script = {{at(400ms), Kind::partial, "the foot"},
                          {at(600ms), Kind::stable, "the football team"},
                          {at(1500ms), Kind::final, "the football team won"}}});
  rig.open();
  rig.hear(2s);
  rig.run_for(1s);
  EXPECT_THAT(shown(rig), ElementsAre(goal_clip));
  auto overlay = rig.events("overlay_command").front();
  EXPECT_EQ(text(*overlay.find("why"), "words"), "the football team");
  EXPECT_EQ(overlay.at("/why/matches/0/heard").text(), "football");
  ASSERT_EQ(rig.events("timeline").size(), 1u);
  auto timeline = rig.events("timeline").front();
  std::vector<std::string> stages;
  for (const auto& stage : timeline.find("stages")->items()) stages.push_back(text(stage, "name"));
  EXPECT_EQ(stages, (std::vector<std::string>{"heard", "analysed", "found", "chosen"}));
  EXPECT_THAT(rig.database.written, ::testing::Contains("director.utterances.insert"));
}

TEST(TakeTest, the_waterfall_of_a_turn_is_its_timeline) {  // E-26, E-91
  TakeRig rig({.script = {{at(1500ms), Kind::final, "the football team won"}}});
  rig.open();
  rig.cache.delay_ms_max = 100;
  rig.hear(2s);
  rig.run_for(1s);
  auto turns = rig.turns();
  ASSERT_EQ(turns.size(), 1u);
  ASSERT_EQ(turns[0].calls.size(), 3u);
  EXPECT_EQ(turns[0].calls[0].kind, "speech");
  EXPECT_EQ(turns[0].calls[1].name, "director.analyse");
  EXPECT_EQ(turns[0].calls[1].source, "rules");
  EXPECT_GT(turns[0].calls[1].took_ms, 0);
  EXPECT_EQ(turns[0].calls[2].kind, "search");
  auto timeline = rig.events("timeline").front();
  EXPECT_EQ(schema::to_json(*timeline.find("calls")), schema::to_json(turns[0].calls));
  EXPECT_EQ(schema::to_json(*timeline.find("stages")), schema::to_json(turns[0].stages));
}

TEST(TakeTest, a_waterfall_says_what_failed) {  // E-91
  TakeRig rig({.rules = [](const Speech&) -> Analysis {
    throw Error(Code::unavailable, "The analysis is away.");
  }});
  rig.open();
  rig.database.fails = true;
  rig.say(R"({"action":"text","text":"the football team won"})");
  rig.run_for(1s);
  ASSERT_EQ(rig.turns().size(), 1u);
  ASSERT_EQ(rig.turns()[0].calls.size(), 2u);
  EXPECT_EQ(rig.turns()[0].calls[0].error, "unavailable");
  EXPECT_EQ(rig.turns()[0].calls[1].error, "unavailable");
}

TEST(TakeTest, never_acts_on_a_word_that_is_not_stable) {  // D-7
  TakeRig rig({.script = {{at(400ms), Kind::partial, "the football team"}}});
  rig.open();
  rig.hear(1s);
  rig.run_for(1s);
  EXPECT_TRUE(shown(rig).empty());
}

TEST(TakeTest, shows_nothing_when_nothing_fits_and_says_so) {  // D-7
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"text","text":"quarterly philosophy seminars"})");
  rig.run_for(1s);
  EXPECT_TRUE(shown(rig).empty());
  EXPECT_EQ(text(rig.events("broll_suggestion").front(), "verdict"), "nothing_fits");
  EXPECT_EQ(rig.events("timeline").size(), 1u);
}

TEST(TakeTest, tells_partials_at_most_twice_a_second) {  // D-2
  std::vector<speech::ScriptedResult> script;
  for (int i = 1; i <= 30; ++i) {
    script.push_back({at(i * 100ms), Kind::partial, "word" + std::to_string(i)});
  }
  TakeRig rig({.script = script});
  rig.open();
  rig.hear(3s);
  rig.run_for(1s);
  std::size_t told = rig.events("transcription").size();
  EXPECT_GE(told, 5u);
  EXPECT_LE(told, 7u);
}

TEST(TakeTest, searches_the_words_themselves_when_the_analysis_fails) {  // D-3
  TakeRig rig({.rules = [](const Speech&) -> Analysis {
    throw Error(Code::unavailable, "No analysis today.");
  }});
  rig.open();
  rig.say(R"({"action":"text","text":"a train in the hills"})");
  rig.run_for(1s);
  EXPECT_THAT(shown(rig), ElementsAre(train_clip));
  EXPECT_EQ(text(rig.events("broll_suggestion").front(), "fallback"), "keywords");
  EXPECT_EQ(rig.events("overlay_command").front().at("/why/fallback").text(), "keywords");
}

TEST(TakeTest, goes_on_without_an_overlay_when_the_library_is_away) {  // D-3
  TakeRig rig({});
  rig.database.fails = true;
  rig.open();
  rig.say(R"({"action":"text","text":"a train in the hills"})");
  rig.run_for(1s);
  EXPECT_TRUE(shown(rig).empty());
  EXPECT_EQ(text(rig.events("broll_suggestion").front(), "fallback"), "noOverlay");
  rig.database.fails = false;
  rig.say(R"({"action":"text","text":"a train in the hills"})");
  rig.run_for(1s);
  EXPECT_THAT(shown(rig), ElementsAre(train_clip));
}

TEST(TakeTest, a_missing_recogniser_is_told_and_typed_text_still_works) {  // D-3
  TakeRig rig({.fault = ScriptedFault::unavailable});
  rig.open();
  rig.hear(500ms);
  rig.say(R"({"action":"text","text":"rain on the window"})");
  rig.run_for(1s);
  ASSERT_EQ(rig.events("error").size(), 1u);
  EXPECT_EQ(text(rig.events("error").front(), "code"), "recogniser_unavailable");
  EXPECT_THAT(shown(rig), ElementsAre(rain_clip));
}

TEST(TakeTest, a_lost_utterance_is_told_and_the_take_goes_on) {  // D-3
  TakeRig rig({.script = {{at(500ms), Kind::final, "lost"}}, .fault = ScriptedFault::crash});
  rig.open();
  rig.hear(1s);
  rig.say(R"({"action":"finish"})");
  rig.run_for(2s);
  EXPECT_EQ(text(rig.events("error").front(), "code"), "utterance_lost");
  EXPECT_EQ(text(rig.events("status").back(), "state"), "completed");
}

TEST(TakeTest, the_creator_may_override_pause_and_resume) {  // D-1
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"pause"})");
  rig.say(R"({"action":"text","text":"a train in the hills"})");
  rig.run_for(1s);
  EXPECT_TRUE(shown(rig).empty());
  rig.say(fmt::format(R"({{"action":"manualOverride","assetId":"{}"}})", rain_clip));
  rig.run_for(1s);
  EXPECT_THAT(shown(rig), ElementsAre(rain_clip));
  EXPECT_EQ(rig.events("overlay_command").front().at("/why/source").text(), "creator");
  rig.say(R"({"action":"resume"})");
  rig.say(R"({"action":"text","text":"a train in the hills"})");
  rig.run_for(500ms);
  EXPECT_EQ(text(rig.events("broll_suggestion").back(), "verdict"), "held");
  rig.run_for(1s);
  EXPECT_THAT(shown(rig), ElementsAre(rain_clip, train_clip)) << "the hold is over";
}

TEST(TakeTest, one_word_of_a_sentence_that_goes_on_is_not_enough) {  // D-7
  TakeRig rig({.script = {{at(400ms), Kind::stable, "the rain"},
                          {at(1500ms), Kind::final, "the train in the hills"}}});
  rig.open();
  rig.hear(2s);
  rig.run_for(1s);
  EXPECT_THAT(shown(rig), ElementsAre(train_clip));
}

TEST(TakeTest, an_override_with_no_such_clip_is_refused) {
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"manualOverride","assetId":"rain"})");
  rig.say(R"({"action":"manualOverride","assetId":"ast_00000000000000000000000000"})");
  rig.run_for(1s);
  EXPECT_TRUE(shown(rig).empty());
  EXPECT_EQ(text(rig.events("error").front(), "code"), "invalid");
  EXPECT_EQ(text(rig.events("error").back(), "code"), "not_found");
}

TEST(TakeTest, an_unknown_action_names_the_known_ones) {
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"dance"})");
  rig.run_for(100ms);
  EXPECT_NE(text(rig.events("error").front(), "message").find("manualOverride"), std::string::npos);
}

TEST(TakeTest, broken_base64_is_refused_with_the_field) {
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"sendAudio","audioData":"no base64!"})");
  rig.run_for(100ms);
  EXPECT_EQ(rig.events("error").front().at("/fields/0/pointer").text(), "/audioData");
}

TEST(TakeTest, finish_completes_when_everything_is_answered) {  // D-1
  TakeRig rig({.script = {{at(500ms), Kind::final, "rain on the window"}}});
  rig.cache.delay_ms_max = 400;
  rig.open();
  rig.hear(1s);
  rig.say(R"({"action":"finish"})");
  EXPECT_EQ(rig.events("status").back().find("finishAt")->integer(), 16'000);
  rig.run_for(3s);
  EXPECT_EQ(rig.events("timeline").size(), 1u);
  EXPECT_EQ(text(rig.events("status").back(), "state"), "completed");
  EXPECT_EQ(rig.seen.back().type, "ended");
}

// What a take was that a server left behind.
std::string left_behind(std::optional<std::int64_t> finish_at) {
  TakeState state{.state = "processing", .utterances = 2, .end_sample = 16'000};
  state.finish_at = finish_at;
  return schema::to_json(state);
}

TEST(TakeTest, a_finish_that_was_acknowledged_holds_over_a_restart) {  // D-1, E-21
  TakeRig rig({.restored = left_behind(16'000)});
  rig.open();
  rig.run_for(1s);
  EXPECT_EQ(rig.seen.back().type, "ended");
}

TEST(TakeTest, sound_goes_on_in_its_own_rate_after_a_restart) {  // E-21
  TakeRig rig({.restored = left_behind(std::nullopt), .restored_rate = 48'000});
  rig.open();
  EXPECT_EQ(rig.received_samples(), 48'000u) << "a second, whatever the rate";
}

TEST(TakeTest, a_finish_waits_for_the_sound_that_comes_again_after_a_restart) {  // D-1, E-21
  TakeRig rig({.script = {{at(900ms), Kind::final, "rain on the window"}},
               .restored = left_behind(32'000)});
  rig.open();
  rig.run_for(1s);
  EXPECT_TRUE(rig.events("ended").empty());
  rig.hear(1s);
  rig.run_for(1s);
  EXPECT_EQ(rig.events("transcription").size(), 1u);
  EXPECT_EQ(rig.seen.back().type, "ended");
}

TEST(TakeTest, a_finish_does_not_wait_for_ever_for_sound_that_was_lost) {  // D-1
  TakeRig rig({.restored = left_behind(32'000)});
  rig.open();
  rig.run_for(31s);
  EXPECT_EQ(rig.seen.back().type, "ended");
}

TEST(TakeTest, a_turn_that_the_server_left_behind_has_a_timeline) {  // E-26
  Timestamp heard_at = testing::FakeClock().now() - 3s;
  TakeState state{.state = "processing", .utterances = 2, .open_turns = {{2, heard_at}}};
  TakeRig rig({.restored = schema::to_json(state)});
  rig.open();
  rig.run_for(1s);
  ASSERT_EQ(rig.turns().size(), 1u);
  EXPECT_EQ(rig.turns()[0].cut_short, "overlay: the server restarted");
  EXPECT_TRUE(rig.turns()[0].missed);
}

TEST(TakeTest, a_turn_that_the_end_of_the_take_cuts_has_a_timeline) {  // E-26
  TakeRig rig({});
  rig.cache.delay_ms_max = 100'000;
  rig.open();
  rig.say(R"({"action":"text","text":"the football team won"})");
  rig.end("ended");
  rig.run_for(1s);
  ASSERT_EQ(rig.events("timeline").size(), 1u);
  EXPECT_EQ(text(rig.events("timeline").front(), "cutShort"), "overlay: the take ended");
  EXPECT_EQ(rig.seen.back().type, "ended");
}

TEST(TakeTest, all_sound_counts_and_not_only_what_was_understood) {  // D-1
  TakeRig rig({.script = {{at(500ms), Kind::final, "rain on the window"}}});
  rig.open();
  rig.hear(7s);
  EXPECT_THAT(rig.database.lengthened_ms, ElementsAre(5000));
  rig.say(R"({"action":"finish"})");
  rig.run_for(1s);
  EXPECT_THAT(rig.database.lengthened_ms, ElementsAre(5000, 7000));
}

}  // namespace
}  // namespace antiphon::director
