#include <gtest/gtest.h>

#include "apps/director/test/take_rig.h"

namespace antiphon::director {
namespace {

using namespace std::chrono_literals;
using Kind = speech::Transcript::Kind;

// Words that arrive while others are still being considered, in every order that chance brings.

constexpr std::string_view sentences[] = {"the football team won the match",
                                          "the stock market crash",
                                          "rain on the window",
                                          "a train in the hills",
                                          "nothing that anybody could show",
                                          "well yes I think so"};

std::vector<speech::ScriptedResult> random_script(Random& random) {
  std::vector<speech::ScriptedResult> script;
  std::uint64_t now = 0;
  for (std::uint64_t i = 3 + random.below(6); i > 0; --i) {
    std::string_view sentence = sentences[random.below(std::size(sentences))];
    for (std::size_t end = sentence.find(' '); end != std::string_view::npos;
         end = sentence.find(' ', end + 1)) {
      now += at(std::chrono::milliseconds(100 + random.below(300)));
      Kind kind = random.below(2) == 0 ? Kind::partial : Kind::stable;
      script.push_back({now, kind, std::string(sentence.substr(0, end))});
    }
    now += at(std::chrono::milliseconds(100 + random.below(800)));
    script.push_back({now, Kind::final, std::string(sentence)});
  }
  return script;
}

struct RandomTake {
  std::vector<SeenEvent> seen;
  std::string bytes;
  std::size_t finals = 0;
};

RandomTake run_random_take(std::uint64_t seed) {
  SeededRandom random(seed);
  TakeRig::Options options{.seed = seed, .script = random_script(random)};
  RandomTake run;
  for (const auto& result : options.script) run.finals += result.kind == Kind::final;
  auto length =
      std::chrono::milliseconds(options.script.back().at_sample * 1000 / speech::sample_rate_hz);
  TakeRig rig(std::move(options));
  rig.cache.delay_ms_max = 1 + random.below(4000);
  rig.database.delay_ms_max = 1 + random.below(50);
  rig.open();
  rig.hear(length + 500ms);
  rig.say(R"({"action":"finish"})");
  rig.run_for(30s);
  run.seen = rig.seen;
  run.bytes = rig.bytes();
  return run;
}

TEST(RandomTakeTest, words_that_overtake_others_never_bring_an_old_clip_back) {  // D-7, E-28
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    RandomTake run = run_random_take(seed);
    std::int64_t heard_utterance = 0;
    std::size_t finals = 0;
    std::size_t timelines = 0;
    std::uint64_t seq = 0;
    for (const SeenEvent& event : run.seen) {
      std::uint64_t event_seq = event.body.find("seq")->unsigned_integer();
      bool is_logged = event_seq == seq + 1;
      EXPECT_TRUE(is_logged || event_seq == seq) << event.json;
      seq = event_seq;
      if (event.type == "transcription" && is_logged) {
        ++finals;
        EXPECT_EQ(event.body.find("utterance")->integer(), static_cast<std::int64_t>(finals));
      }
      if (event.type == "transcription") heard_utterance = event.body.find("utterance")->integer();
      if (event.type == "timeline") ++timelines;
      if (event.type == "broll_suggestion" && event.body.find("verdict")->text() == "shown") {
        EXPECT_GE(event.body.find("utterance")->integer() + 1, heard_utterance) << event.json;
      }
      if (event.type == "overlay_command") {
        EXPECT_LE(event.body.at("/why/latencyMs").integer(), 2500) << event.json;
      }
    }
    EXPECT_EQ(finals, run.finals);
    EXPECT_EQ(timelines, run.finals) << "each turn tells its timeline once (E-26)";
    EXPECT_EQ(run.seen.back().type, "ended");
  }
}

TEST(RandomTakeTest, the_same_seed_gives_the_same_bytes) {  // E-28
  for (std::uint64_t seed : {3, 17, 42}) {
    EXPECT_EQ(run_random_take(seed).bytes, run_random_take(seed).bytes);
  }
  EXPECT_NE(run_random_take(3).bytes, run_random_take(17).bytes);
}

}  // namespace
}  // namespace antiphon::director
