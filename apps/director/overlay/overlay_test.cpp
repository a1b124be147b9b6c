#include "apps/director/overlay/overlay.h"

#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace antiphon::director::overlay_test {
namespace {

using namespace std::chrono_literals;

const Instant start = Instant(1h);

TEST(Overlay, shows_the_best_that_fits) {  // D-2
  std::vector<Candidate> candidates{{"a", 0.8}, {"b", 0.7}};
  Decision decision = choose_overlay({}, {}, candidates, start, start + 100ms);
  EXPECT_EQ(decision.verdict, Verdict::shown);
  EXPECT_EQ(decision.show->asset_id, "a");
}

TEST(Overlay, shows_nothing_when_nothing_fits) {  // D-7
  std::vector<Candidate> weak{{"a", 0.1}};
  EXPECT_EQ(choose_overlay({}, {}, {}, start, start).verdict, Verdict::nothing_fits);
  EXPECT_EQ(choose_overlay({}, {}, weak, start, start).verdict, Verdict::unsure);
}

TEST(Overlay, never_shows_late) {  // D-7
  std::vector<Candidate> candidates{{"a", 0.8}};
  EXPECT_EQ(choose_overlay({}, {}, candidates, start, start + 2501ms).verdict, Verdict::late);
}

TEST(Overlay, holds_repeats_and_pauses) {  // D-2
  OverlayRules rules;
  std::vector<Candidate> a{{"a", 0.8}};
  std::vector<Candidate> b{{"b", 0.8}, {"a", 0.7}};
  OverlayState state = after_showing({}, rules, {"a", start});
  EXPECT_EQ(choose_overlay(state, rules, a, start + 1s, start + 1s).verdict, Verdict::same);
  EXPECT_EQ(choose_overlay(state, rules, b, start + 1s, start + 1s).verdict, Verdict::held);
  state = after_showing(state, rules, {"b", start + 3s});
  EXPECT_EQ(choose_overlay(state, rules, a, start + 6s, start + 6s).verdict, Verdict::repeated);
  EXPECT_EQ(choose_overlay(state, rules, a, start + 61s, start + 61s).verdict, Verdict::shown);
  state.paused = true;
  EXPECT_EQ(choose_overlay(state, rules, a, start + 61s, start + 61s).verdict, Verdict::paused);
}

TEST(Overlay, a_topic_cools_down_before_another_clip_of_it) {  // D-2, D-7
  OverlayRules rules;
  OverlayState state = after_showing({}, rules, {"a", start, "football"});
  auto verdict_of = [&](std::string topic, Duration later) {
    std::vector<Candidate> better{{"b", 0.9, std::move(topic)}, {"c", 0.8, "weather"}};
    return choose_overlay(state, rules, better, start + later, start + later).verdict;
  };
  EXPECT_EQ(verdict_of("football", rules.show_min - 1ms), Verdict::held);
  EXPECT_EQ(verdict_of("football", rules.show_min), Verdict::cooling);
  EXPECT_EQ(verdict_of("football", rules.cool_down - 1ms), Verdict::cooling);
  EXPECT_EQ(verdict_of("football", rules.cool_down), Verdict::shown);
  EXPECT_EQ(verdict_of("weather", rules.show_min), Verdict::shown) << "the talk has moved on";
  EXPECT_EQ(verdict_of("", rules.show_min), Verdict::shown) << "nobody says what it is about";
  state.mode = Mode::approve;
  EXPECT_EQ(verdict_of("football", rules.show_min), Verdict::proposed) << "the creator decides";
}

TEST(Overlay, in_approve_mode_a_choice_waits_for_a_word) {  // D-7
  OverlayRules rules;
  std::vector<Candidate> candidates{{"a", 0.8}, {"b", 0.7}};
  OverlayState state{.mode = Mode::approve};
  Decision decision = choose_overlay(state, rules, candidates, start, start);
  EXPECT_EQ(decision.verdict, Verdict::proposed);
  EXPECT_EQ(decision.show->asset_id, "a");
  state = after_proposing(state, rules, 1, {"a", "b"}, start);
  EXPECT_EQ(choose_overlay(state, rules, candidates, start, start).verdict, Verdict::waiting);
  Instant over = start + rules.approve_within;
  EXPECT_EQ(decide_approval(state, {}, over - 1ms)->asset_id, "a");
  EXPECT_EQ(decide_approval(state, {.asset_id = "b"}, start)->id, 1);
  EXPECT_FALSE(decide_approval(state, {.asset_id = "c"}, start));
  EXPECT_FALSE(decide_approval(state, {.id = 2}, start));
  EXPECT_FALSE(decide_approval(state, {.id = 1}, over)) << "the time is over";
  EXPECT_EQ(choose_overlay(state, rules, candidates, over, over).verdict, Verdict::proposed);
  EXPECT_FALSE(decide_approval(after_answering(state, 1), {}, start)) << "answered already";
}

TEST(Overlay, an_approval_means_the_newest_choice_and_few_wait) {  // D-7
  OverlayRules rules;
  OverlayState state{.mode = Mode::approve};
  for (std::int64_t id = 1; id <= 20; ++id) {
    state = after_proposing(state, rules, id, {"a"}, start);
  }
  EXPECT_EQ(state.waiting.size(), OverlayState::waiting_max);
  EXPECT_EQ(decide_approval(state, {}, start)->id, 20);
  EXPECT_EQ(decide_approval(state, {.id = 15}, start)->id, 15);
  EXPECT_FALSE(decide_approval(state, {.id = 1}, start));
}

TEST(Overlay, more_coverage_never_asks_for_more) {  // D-7
  OverlayRules rules;
  OverlayRules usual = with_coverage(rules, 0.5);
  EXPECT_EQ(usual.confidence_min, rules.confidence_min);
  EXPECT_EQ(usual.show_min, rules.show_min);
  OverlayRules before = with_coverage(rules, 0);
  EXPECT_EQ(before.show_min, 20s);
  for (double coverage = 0.05; coverage <= 1; coverage += 0.05) {
    OverlayRules now = with_coverage(rules, coverage);
    EXPECT_LT(now.confidence_min, before.confidence_min);
    EXPECT_LE(now.show_min, before.show_min);
    EXPECT_GE(now.show_min, rules.show_min) << "no coverage flickers";
    before = now;
  }
}

// Random transcripts, random searches: the rules hold at every step.
TEST(Overlay, keeps_its_rules_over_random_takes) {
  OverlayRules rules;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededRandom random(seed);
    OverlayState state;
    std::map<std::string, Instant> last_shown;
    Instant now = start;
    for (int step = 0; step < 200; ++step) {
      Instant heard = now += std::chrono::milliseconds(random.below(900));
      now += std::chrono::milliseconds(random.below(3500));
      std::vector<Candidate> candidates;
      double confidence = random.unit();
      for (std::uint64_t i = random.below(4); i > 0; --i) {
        candidates.push_back(
            {std::string(1, static_cast<char>('a' + random.below(6))), confidence, {}});
        candidates.back().topic = candidates.back().asset_id < "c" ? "one" : "two";
        confidence *= random.unit();
      }
      auto before = state.current;
      Decision decision = choose_overlay(state, rules, candidates, heard, now);
      bool is_chosen = decision.verdict == Verdict::shown || decision.verdict == Verdict::proposed;
      ASSERT_EQ(decision.show.has_value(), is_chosen);
      ASSERT_EQ(decision.verdict == Verdict::shown, is_chosen) << "nobody is asked";
      if (!decision.show) continue;
      EXPECT_LE(now - heard, rules.late_after);
      if (before) EXPECT_GE(now - before->since, rules.show_min);
      const auto& [id, shown_confidence, topic] = *decision.show;
      EXPECT_GE(shown_confidence, rules.confidence_min);
      bool is_same_topic = before && before->topic == candidates.front().topic;
      if (is_same_topic) EXPECT_GE(now - before->since, rules.cool_down);
      if (last_shown.contains(id)) EXPECT_GE(now - last_shown[id], rules.repeat_window);
      last_shown[id] = now;
      state = after_showing(state, rules, {id, now, topic});
    }
  }
}

}  // namespace
}  // namespace antiphon::director::overlay_test
