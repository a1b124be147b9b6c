#include "engine/speech/scripted_recogniser.h"

#include <gtest/gtest.h>

#include "engine/async/core.h"
#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

using Kind = Transcript::Kind;

class ScriptedRecogniserTest : public ::testing::Test {
 protected:
  // Opens a stream, hears one second of sound in pieces of 100 ms, and gives every result.
  std::vector<Recognition> listen(ScriptedFault fault, int sample_rate = sample_rate_hz) {
    return core_.run_until_done(listen_task(fault, sample_rate));
  }

  Task<std::vector<Recognition>> listen_task(ScriptedFault fault, int sample_rate) {
    ScriptedRecogniser recogniser({{4'000, Kind::partial, "the stock"},
                                   {8'000, Kind::stable, "the stock market"},
                                   {12'000, Kind::final, "the stock market"},
                                   {99'000, Kind::final, "never heard"}},
                                  fault);
    auto stream = co_await recogniser.open({.sample_rate = sample_rate});
    std::vector<Recognition> results;
    for (int piece = 0; piece < 10; ++piece) {
      co_await stream->hear(std::vector<Sample>(static_cast<std::size_t>(sample_rate / 10)));
    }
    co_await stream->finish();
    while (auto result = co_await stream->next()) results.push_back(*result);
    co_return results;
  }

  SystemClock clock_;
  Core core_{0, clock_};
};

TEST_F(ScriptedRecogniserTest, gives_what_was_heard_and_no_more) {
  for (int rate : {8'000, 16'000, 48'000}) {
    auto results = listen(ScriptedFault::none, rate);
    ASSERT_EQ(results.size(), 1u) << "the final takes the place of unfetched partials";
    EXPECT_EQ(results[0]->kind, Kind::final);
    EXPECT_EQ(results[0]->text, "the stock market");
    EXPECT_EQ(results[0]->stable_words, 3u);
    EXPECT_EQ(results[0]->words[2].end_ms, 750u);
  }
}

TEST_F(ScriptedRecogniserTest, misbehaves_on_command) {
  EXPECT_TRUE(listen(ScriptedFault::stall).empty());
  EXPECT_EQ(listen(ScriptedFault::crash).back().error().reason, LostUtterance::Reason::crashed);
  auto empty = listen(ScriptedFault::empty);
  ASSERT_TRUE(empty.back().has_value());
  EXPECT_EQ(empty.back()->text, "");
  EXPECT_THROW(listen(ScriptedFault::unavailable), Error);
}

TEST_F(ScriptedRecogniserTest, refuses_what_it_cannot_hear) {
  ScriptedRecogniser recogniser({});
  EXPECT_THROW(core_.run_until_done(recogniser.open({.language = "sv"})), Error);
  EXPECT_THROW(core_.run_until_done(recogniser.open({.sample_rate = 7'999})), Error);
  EXPECT_THROW(core_.run_until_done(recogniser.open({.sample_rate = 48'001})), Error);
  EXPECT_NO_THROW(core_.run_until_done(recogniser.open({.language = "en-GB"})));
}

}  // namespace
}  // namespace antiphon::speech
