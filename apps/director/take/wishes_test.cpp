// What the creator wants of choices: mode, approval, coverage, opinions, rehearsal.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/test/take_rig.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string text(const schema::Value& event, std::string_view field) {
  return event.find(field)->text();
}

std::vector<std::string> shown(const TakeRig& rig) {
  std::vector<std::string> ids;
  for (const auto& event : rig.events("overlay_command")) ids.push_back(text(event, "assetId"));
  return ids;
}

void type(TakeRig& rig, std::string_view words) {
  rig.say(fmt::format(R"({{"action":"text","text":"{}"}})", words));
  rig.run_for(1s);
}

void tell(TakeRig& rig, std::string_view action, std::string_view clip,
          std::string_view more = "") {
  rig.say(fmt::format(R"({{"action":"{}","assetId":"{}"{}}})", action, clip, more));
  rig.run_for(100ms);
}

TEST(Wishes, in_approve_mode_only_what_is_approved_comes_on_screen) {  // D-7
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"mode","mode":"approve"})");
  type(rig, "a train in the hills");
  EXPECT_THAT(shown(rig), IsEmpty());
  EXPECT_EQ(text(rig.events("status").back(), "mode"), "approve");
  EXPECT_EQ(text(rig.events("broll_suggestion").back(), "verdict"), "proposed");
  auto proposal = rig.events("overlay_proposal").back();
  EXPECT_EQ(proposal.find("suggestionId")->integer(), 1);
  EXPECT_EQ(proposal.at("/overlays/0/assetId").text(), train_clip);
  tell(rig, "approve", train_clip);
  EXPECT_THAT(shown(rig), ElementsAre(train_clip));
  auto overlay = rig.events("overlay_command").back();
  EXPECT_EQ(overlay.at("/why/source").text(), "approved");
  EXPECT_EQ(overlay.at("/why/words").text(), "a train in the hills");
  EXPECT_EQ(overlay.at("/why/suggestionId").integer(), 1);
  rig.say(R"({"action":"approve","suggestionId":1})");
  rig.run_for(100ms);
  EXPECT_EQ(shown(rig).size(), 1u);
  EXPECT_EQ(text(rig.events("error").back(), "code"), "conflict");
}

TEST(Wishes, an_approval_after_its_time_is_told_and_shows_nothing) {  // D-7
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"mode","mode":"approve"})");
  type(rig, "a train in the hills");
  rig.run_for(10s);
  rig.say(R"({"action":"approve","suggestionId":1})");
  rig.run_for(100ms);
  EXPECT_THAT(shown(rig), IsEmpty());
  EXPECT_EQ(text(rig.events("error").back(), "code"), "conflict");
}

TEST(Wishes, automatic_again_nothing_waits_any_more) {  // D-7
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"mode","mode":"approve"})");
  type(rig, "a train in the hills");
  rig.say(R"({"action":"mode","mode":"automatic"})");
  rig.say(R"({"action":"approve","suggestionId":1})");
  type(rig, "rain on the window");
  EXPECT_THAT(shown(rig), ElementsAre(rain_clip));
  rig.say(R"({"action":"mode","mode":"rehearse"})");
  rig.run_for(100ms);
  EXPECT_EQ(text(rig.events("error").back(), "code"), "unsupported");
}

TEST(Wishes, a_banned_clip_is_never_chosen_until_the_ban_is_lifted) {  // D-8
  TakeRig rig({});
  rig.open();
  tell(rig, "ban", train_clip);
  EXPECT_EQ(text(rig.events("opinion").back(), "standing"), "banned");
  type(rig, "a train in the hills");
  EXPECT_THAT(shown(rig), IsEmpty());
  EXPECT_THAT(rig.events("broll_suggestion").back().find("clips")->items(), IsEmpty());
  tell(rig, "pin", train_clip, R"(,"pinned":false)");
  EXPECT_EQ(text(rig.events("opinion").back(), "standing"), "banned") << "it was not pinned";
  tell(rig, "ban", train_clip, R"(,"banned":false)");
  EXPECT_EQ(text(rig.events("opinion").back(), "standing"), "free");
  type(rig, "a train in the hills");
  EXPECT_THAT(shown(rig), ElementsAre(train_clip));
}

TEST(Wishes, a_ban_holds_for_a_choice_that_waits) {  // D-8
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"mode","mode":"approve"})");
  type(rig, "a train in the hills");
  tell(rig, "ban", train_clip);
  tell(rig, "approve", train_clip);
  EXPECT_THAT(shown(rig), IsEmpty());
}

TEST(Wishes, a_pinned_clip_goes_before_a_better_one_and_says_so) {  // D-8
  TakeRig rig({});
  rig.open();
  tell(rig, "pin", rain_clip);
  type(rig, "a train in the hills in the rain");
  EXPECT_THAT(shown(rig), ElementsAre(rain_clip));
  auto overlay = rig.events("overlay_command").back();
  EXPECT_EQ(overlay.at("/why/standing").text(), "pinned");
  EXPECT_LT(overlay.at("/why/searchConfidence").number(), overlay.at("/confidence").number());
  type(rig, "the football team");
  rig.run_for(3s);
  EXPECT_THAT(shown(rig), ElementsAre(rain_clip, goal_clip)) << "a pinned clip must fit";
}

std::vector<std::string> shown_with_thumb(std::string_view thumb) {
  TakeRig rig({});
  rig.open();
  tell(rig, "rate", train_clip, fmt::format(R"(,"thumb":"{}")", thumb));
  EXPECT_EQ(text(rig.events("opinion").back(), "thumb"), thumb);
  type(rig, "train hills philosophy");
  return shown(rig);
}

TEST(Wishes, a_thumb_down_makes_a_clip_that_half_fits_stay_away) {  // D-8
  EXPECT_THAT(shown_with_thumb("none"), ElementsAre(train_clip));
  EXPECT_THAT(shown_with_thumb("up"), ElementsAre(train_clip));
  EXPECT_THAT(shown_with_thumb("down"), IsEmpty());
}

TEST(Wishes, opinions_are_the_creators_and_hold_in_the_next_take) {  // D-8
  TakeRig rig({});
  rig.database.opinions[std::string(train_clip)] = {store::Value("none"), store::Value("banned")};
  rig.open();
  type(rig, "a train in the hills");
  EXPECT_THAT(shown(rig), IsEmpty());
}

TEST(Wishes, an_opinion_of_no_clip_is_refused) {
  TakeRig rig({});
  rig.open();
  tell(rig, "ban", "ast_00000000000000000000000000");
  EXPECT_EQ(text(rig.events("error").back(), "code"), "not_found");
  tell(rig, "rate", train_clip, R"(,"thumb":"sideways")");
  EXPECT_EQ(text(rig.events("error").back(), "code"), "invalid");
  rig.say(R"({"action":"coverage","coverage":1.5})");
  rig.run_for(100ms);
  EXPECT_EQ(text(rig.events("error").back(), "code"), "invalid");
  EXPECT_TRUE(rig.database.opinions.empty());
}

TEST(Wishes, little_coverage_lets_a_clip_stay_longer) {  // D-7
  TakeRig rig({});
  rig.open();
  rig.say(R"({"action":"coverage","coverage":0})");
  type(rig, "a train in the hills");
  EXPECT_THAT(shown(rig), ElementsAre(train_clip));
  rig.run_for(5s);
  type(rig, "rain on the window");
  EXPECT_EQ(shown(rig).size(), 1u);
  EXPECT_EQ(rig.events("status").back().find("coverage")->number(), 0);
}

TEST(Wishes, a_script_gives_a_cue_sheet_and_shows_nothing) {  // D-7
  TakeRig rig({});
  rig.open();
  rig.say(
      R"({"action":"rehearse","script":"A train in the hills. And so on. Rain on the window."})");
  rig.run_for(2s);
  EXPECT_THAT(shown(rig), IsEmpty());
  ASSERT_EQ(rig.events("cue_sheet").size(), 1u);
  auto sheet = rig.events("cue_sheet").front();
  EXPECT_EQ(sheet.find("cues")->items().size(), 3u);
  EXPECT_EQ(sheet.at("/cues/0/overlay/assetId").text(), train_clip);
  EXPECT_EQ(sheet.at("/cues/1/verdict").text(), "nothing_fits");
  EXPECT_EQ(sheet.at("/cues/2/atMs").integer(), 8 * 400);
  EXPECT_EQ(sheet.at("/cues/2/overlay/assetId").text(), rain_clip);
  EXPECT_TRUE(rig.events("transcription").empty());
}

// Everything at once in an order that chance brings: a ban holds from the moment it is told, and in
// approve mode nothing comes that was not proposed and approved.
TEST(Wishes, chance_never_shows_what_is_banned_or_not_approved) {  // D-7, D-8
  constexpr std::string_view clips[] = {goal_clip, chart_clip, rain_clip, train_clip};
  constexpr std::string_view words[] = {"the football team won", "the stock market crash",
                                        "rain on the window", "a train in the hills"};
  std::size_t shown_at_all = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    TakeRig rig({.seed = seed});
    SeededRandom random(seed);
    rig.cache.delay_ms_max = 1 + random.below(1500);
    rig.database.delay_ms_max = 1 + random.below(200);
    rig.open();
    for (int step = 0; step < 40; ++step) {
      std::string_view clip = clips[random.below(4)];
      switch (random.below(5)) {
        case 0: tell(rig, "ban", clip, random.below(2) ? "" : R"(,"banned":false)"); break;
        case 1: tell(rig, "approve", clip); break;
        case 2:
          rig.say(fmt::format(R"({{"action":"mode","mode":"{}"}})",
                              random.below(3) ? "approve" : "automatic"));
          break;
        default: rig.say(fmt::format(R"({{"action":"text","text":"{}"}})", words[random.below(4)]));
      }
      rig.run_for(std::chrono::milliseconds(random.below(2500)));
    }
    rig.run_for(10s);
    std::set<std::string> banned;
    std::set<std::string> proposed;
    bool asks = false;
    for (const SeenEvent& event : rig.seen) {
      if (event.type == "status") asks = text(event.body, "mode") == "approve";
      if (event.type == "opinion") {
        banned.erase(text(event.body, "assetId"));
        if (text(event.body, "standing") == "banned") banned.insert(text(event.body, "assetId"));
      }
      if (event.type == "overlay_proposal") {
        for (const auto& overlay : event.body.find("overlays")->items()) {
          proposed.insert(fmt::format("{} {}", event.body.find("suggestionId")->integer(),
                                      text(overlay, "assetId")));
          EXPECT_FALSE(banned.contains(text(overlay, "assetId"))) << event.json;
        }
      }
      if (event.type != "overlay_command") continue;
      ++shown_at_all;
      std::string id = text(event.body, "assetId");
      EXPECT_FALSE(banned.contains(id)) << event.json;
      if (!asks) continue;
      EXPECT_EQ(event.body.at("/why/source").text(), "approved") << event.json;
      EXPECT_EQ(
          proposed.erase(fmt::format("{} {}", event.body.at("/why/suggestionId").integer(), id)),
          1u)
          << event.json;
    }
  }
  EXPECT_GT(shown_at_all, 50u);
}

TEST(Wishes, a_restored_take_still_asks_for_what_waits) {  // D-7, E-21
  TakeState state;
  auto event = [](std::string type, std::string body) {
    return live::LoggedEvent{.epoch = 1,
                             .seq = 1,
                             .type = type,
                             .json = live::make_frame_json(type, 1, Timestamp{}, body)};
  };
  apply(state,
        event("status", R"({"state":"processing","language":"en","paused":false,)"
                        R"("layout":"pip","mode":"approve","coverage":0.8,"recogniser":"x"})"));
  auto proposal = [&](std::int64_t id) {
    OverlayProposal told{.suggestion_id = id, .overlays = {{.asset_id = std::string(rain_clip)}}};
    return event("overlay_proposal", schema::to_json(told));
  };
  apply(state, proposal(1));
  apply(state, proposal(2));
  OverlayCommand approved{.asset_id = std::string(rain_clip), .why = {.suggestion_id = 1}};
  apply(state, event("overlay_command", schema::to_json(approved)));
  state = schema::parse<TakeState>(schema::to_json(state));
  EXPECT_EQ(state.mode, Mode::approve);
  EXPECT_EQ(state.coverage, 0.8);
  EXPECT_EQ(state.suggestions, 2);
  ASSERT_EQ(state.proposals.size(), 1u);
  EXPECT_EQ(state.proposals.front().suggestion_id, 2);
}

}  // namespace
}  // namespace antiphon::director
