#include "apps/director/take/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/director/test/take_rig.h"
#include "engine/record/difference.h"
#include "engine/record/replayed_recogniser.h"
#include "engine/record/replayer.h"
#include "engine/skill/scripted_gateway_test.h"

namespace antiphon::director::replay_test {
namespace {

using namespace std::chrono_literals;
using Kind = speech::Transcript::Kind;
using Script = std::vector<speech::ScriptedResult>;

// Runs a recorded take again, on a clock that has nothing to do with the one it was recorded by.
record::Replayed replay(const std::filesystem::path& file, const Script& script,
                        std::string session_id,
                        record::RecordReader::End end = record::RecordReader::End::whole) {
  auto key = [&] { return record::load_key(file / "record.key"); };
  auto path = record::record_path(file, session_id);
  testing::VirtualTime time;
  time.clock().advance(std::chrono::hours(1000));
  record::Recording scanned(path, key);
  speech::ScriptedRecogniser scripted(script);
  record::ReplayedRecogniser recogniser(scripted, record::marks_in(scanned));
  if (end == record::RecordReader::End::whole) EXPECT_EQ(scanned.end(), end);
  return time.run([](record::Recording recording, speech::Recogniser& heard,
                     const Clock& clock) -> Task<record::Replayed> {
    TaskGroup tasks([](const std::exception_ptr&) {});
    log::Logger log(clock, {.sink = [](std::string_view) {}});
    SeededRandom random(1);
    record::Replayer replayer(recording,
                              replay_take({.settings = recording.header().settings,
                                           .recogniser = heard,
                                           .tasks = tasks,
                                           .log = log,
                                           .random = random,
                                           .shipped_folder = [](auto) { return std::string(); }}));
    auto replayed = co_await replayer.run({});
    co_await tasks.stop();
    co_return replayed;
  }(record::Recording(path, key), recogniser, time.clock()));
}

void expect_same(const record::Replayed& replayed, std::size_t events) {
  EXPECT_FALSE(replayed.difference) << "recorded " << replayed.difference->recorded << "\nreplayed "
                                    << replayed.difference->replayed;
  EXPECT_GE(replayed.events, events);
}

TEST(ReplayTest, a_recorded_take_gives_the_same_events) {  // E-24
  Script script{{at(400ms), Kind::partial, "the foot"},
                {at(600ms), Kind::stable, "the football team"},
                {at(1500ms), Kind::final, "the football team won"}};
  TemporaryFolder folder;
  TakeRig rig({.script = script});
  rig.record(folder.path());
  rig.open();
  rig.hear(2s);
  rig.say(R"({"action":"text","text":"rain on the window"})");
  rig.run_for(1s);
  rig.say(R"({"action":"finish"})");
  rig.run_for(5s);
  rig.end_recording();
  ASSERT_EQ(rig.seen.back().type, "ended");
  expect_same(replay(folder.path(), script, rig.session_id()), rig.seen.size());
}

TEST(ReplayTest, what_a_model_said_is_said_again) {  // E-24, E-30
  skill::ScriptedGateway gateway;
  gateway.always(R"({"topic":"rain","sentiment":"negative","visualConcepts":["window"],)"
                 R"("query":"rain umbrella"})");
  TemporaryFolder folder;
  TakeRig rig({.gateway = &gateway});
  rig.record(folder.path());
  rig.open();
  rig.say(R"({"action":"text","text":"look at the window"})");
  rig.run_for(3s);
  rig.say(R"({"action":"finish"})");
  rig.run_for(5s);
  rig.end_recording();
  ASSERT_EQ(gateway.asked.size(), 1u);
  EXPECT_TRUE(rig.bytes().contains(rain_clip)) << "what the model found, and no rule would have";
  expect_same(replay(folder.path(), {}, rig.session_id()), rig.seen.size());
}

// What a creator may do in the middle of a talk.
constexpr std::string_view wishes[] = {
    R"({"action":"text","id":"%","text":"rain on the window"})",
    R"({"action":"text","id":"%","text":"sales grew by 20 percent"})",
    R"({"action":"text","id":"1","text":"sent again, and so not heard again"})",
    R"({"action":"mode","id":"%","mode":"approve"})",
    R"({"action":"mode","id":"%","mode":"automatic"})",
    R"({"action":"approve","id":"%"})",
    R"({"action":"coverage","id":"%","coverage":1})",
    R"({"action":"coverage","id":"%","coverage":7})",
    R"({"action":"pause","id":"%"})",
    R"({"action":"resume","id":"%"})",
    R"({"action":"manualOverride","id":"%","assetId":"ast_r0000000000000000000000000"})",
    R"({"action":"manualOverride","id":"%","assetId":"ast_00000000000000000000000000"})",
    R"({"action":"ban","id":"%","assetId":"ast_g0000000000000000000000000"})",
    R"({"action":"pin","id":"%","assetId":"ast_t0000000000000000000000000"})",
    R"({"action":"rate","id":"%","assetId":"ast_c0000000000000000000000000","thumb":"down"})",
    R"({"action":"rehearse","id":"%","script":"A train. Then rain. And so on."})",
    R"({"action":"sendAudio","id":"%","audioData":"AAABAAIAAwA="})",
    R"({"action":"dance","id":"%"})"};

constexpr std::string_view sentences[] = {"the football team won the match",
                                          "the stock market crash", "a train in the hills",
                                          "well yes I think so"};

Script random_script(Random& random) {
  Script script;
  std::uint64_t now = 0;
  for (std::uint64_t i = 2 + random.below(4); i > 0; --i) {
    std::string sentence(sentences[random.below(std::size(sentences))]);
    for (std::size_t end = sentence.find(' '); end != std::string::npos;
         end = sentence.find(' ', end + 1)) {
      now += at(std::chrono::milliseconds(50 + random.below(300)));
      Kind kind = random.below(2) == 0 ? Kind::partial : Kind::stable;
      script.push_back({now, kind, sentence.substr(0, end)});
    }
    now += at(std::chrono::milliseconds(100 + random.below(800)));
    script.push_back({now, Kind::final, sentence});
  }
  return script;
}

// A talk with wishes in between, over a cache and a database that take their time and may be away.
void talk(TakeRig& rig, Random& random, std::chrono::milliseconds length) {
  std::uint64_t messages = 0;
  rig.cache.delay_ms_max = 1 + random.below(3000);
  rig.database.delay_ms_max = 1 + random.below(200);
  for (std::chrono::milliseconds heard{}; heard < length;) {
    auto piece = std::chrono::milliseconds(100 * (1 + random.below(8)));
    rig.hear(piece);
    heard += piece;
    rig.database.fails = random.below(6) == 0;
    for (std::uint64_t i = random.below(3); i > 0; --i) {
      std::string wish(wishes[random.below(std::size(wishes))]);
      if (std::size_t id = wish.find('%'); id != std::string::npos) {
        wish.replace(id, 1, std::to_string(++messages));
      }
      rig.say(wish);
    }
  }
  rig.database.fails = false;
  if (random.below(4) != 0) rig.say(R"({"action":"finish","id":"end"})");
  rig.run_for(std::chrono::seconds(random.below(40)));
}

TEST(ReplayTest, every_interleaving_comes_out_again_byte_for_byte) {  // E-24
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    TemporaryFolder folder;
    TakeRig::Options options{.seed = seed, .script = random_script(random)};
    Script script = options.script;
    if (random.below(8) == 0) options.fault = speech::ScriptedFault::crash;
    TakeRig rig(std::move(options));
    rig.record(folder.path());
    rig.open();
    talk(rig, random, std::chrono::milliseconds(script.back().at_sample / 16) + 500ms);
    rig.end_recording();
    expect_same(replay(folder.path(), script, rig.session_id()), rig.seen.size() / 2);
    if (HasFailure()) return;
  }
}

TEST(ReplayTest, another_word_is_found_where_it_was_first_told) {  // E-24
  Script script{{at(600ms), Kind::stable, "the football team"},
                {at(1500ms), Kind::final, "the football team won"}};
  TemporaryFolder folder;
  TakeRig rig({.script = script});
  rig.record(folder.path());
  rig.open();
  rig.hear(2s);
  rig.run_for(1s);
  rig.end_recording();
  script[1].text = "the football team lost";
  auto replayed = replay(folder.path(), script, rig.session_id());
  ASSERT_TRUE(replayed.difference);
  EXPECT_THAT(replayed.difference->recorded, ::testing::HasSubstr("the football team won"));
  EXPECT_THAT(replayed.difference->replayed, ::testing::HasSubstr("the football team lost"));
  EXPECT_EQ(
      record::first_differing_member(replayed.difference->recorded, replayed.difference->replayed),
      "/text");
}

TEST(ReplayTest, a_recording_that_is_cut_at_any_byte_replays_up_to_there) {  // E-24
  TemporaryFolder folder;
  TakeRig rig({});
  rig.record(folder.path());
  rig.open();
  for (std::string_view sentence : sentences) {
    rig.say(fmt::format(R"({{"action":"text","text":"{}"}})", sentence));
    rig.run_for(700ms);
  }
  rig.end_recording();
  auto file = record::record_path(folder.path(), rig.session_id());
  std::uint64_t most = 0;
  for (auto size = std::filesystem::file_size(file); size > 0;
       size -= std::min<std::uintmax_t>(size, 61)) {
    SCOPED_TRACE(size);
    std::filesystem::resize_file(file, size);
    try {
      auto replayed = replay(folder.path(), {}, rig.session_id(), record::RecordReader::End::cut);
      EXPECT_FALSE(replayed.difference);
      most = std::max(most, replayed.events);
    } catch (const Error&) {
      EXPECT_LT(size, 1000u) << "nothing but the header stands there";
    }
  }
  EXPECT_GT(most, 4u);
}

}  // namespace
}  // namespace antiphon::director::replay_test
