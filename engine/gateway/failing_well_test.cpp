#include "engine/gateway/scripted_models_test.h"

// E-33: what fails before the first content is tried elsewhere, what fails afterwards is told.

namespace antiphon::gateway::testing {
namespace {

using Kind = Failure::Kind;
using Reason = GatewayFailure::Reason;

// "first" does what the script says, "second" answers; asked in this order.
void with_fallback(GatewayRig& rig, Script script) {
  rig.add("first", std::move(script));
  rig.add("second", Script{});
  rig.settings_.groups = {{.name = "default", .members = {"first"}, .fallback = {"spare"}},
                          {.name = "spare", .members = {"second"}}};
}

using FailingWellTest = GatewayTest;

TEST_F(FailingWellTest, answers_in_pieces_and_says_who_did) {
  add("only", Script{.gap = 10ms});
  Told told = ask("Hi");
  ASSERT_TRUE(told.is_whole()) << ::testing::PrintToString(told);
  EXPECT_EQ(told.pieces, (std::vector<std::string>{"Hello", " there", "."}));
  EXPECT_EQ(told.account.instance, "only");
  EXPECT_EQ(told.account.provider, "openai");
  EXPECT_EQ(told.account.model, "only-model");
  EXPECT_EQ(told.account.attempts, 1);
  EXPECT_EQ(told.account.usage.tokens_out, 5);
  EXPECT_FALSE(told.account.is_usage_estimated);
  EXPECT_EQ(asked("only").finished, 1);
}

TEST_F(FailingWellTest, each_failure_before_content_is_answered_elsewhere) {  // E-33
  for (Kind kind : {Kind::auth, Kind::quota_exhausted, Kind::rate_limited, Kind::overloaded,
                    Kind::transient, Kind::too_slow, Kind::empty, Kind::truncated, Kind::malformed,
                    Kind::context_too_long, Kind::unsupported}) {
    SCOPED_TRACE(to_text(kind));
    GatewayRig rig;
    with_fallback(rig, refused(kind));
    Told told = rig.ask("Hi");
    EXPECT_TRUE(told.is_whole());
    EXPECT_EQ(told.account.instance, "second");
    EXPECT_EQ(told.account.attempts, kind == Kind::unsupported ? 1 : 2);
  }
}

}  // namespace
}  // namespace antiphon::gateway::testing
