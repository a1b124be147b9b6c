#include "engine/gateway/gateway_rig_test.h"

// E-33: what fails before the first content is tried elsewhere, what fails afterwards is told.

namespace antiphon::gateway::testing {
namespace {

using Kind = Failure::Kind;
using Reason = GatewayFailure::Reason;
using ::testing::PrintToString;

// "first" does what the script says, "second" answers; asked in this order.
void with_fallback(GatewayRig& rig, Script script) {
  rig.add("first", std::move(script));
  rig.add("second", Script{});
  rig.settings_.groups = {{.name = "default", .members = {"first"}, .fallback = {"spare"}},
                          {.name = "spare", .members = {"second"}}};
}

using FailingWellTest = GatewayTest;

TEST_F(FailingWellTest, answers_in_pieces_and_says_who_did) {  // E-39
  add("only", Script{.gap = 10ms});
  Told told = ask("Hi");
  ASSERT_TRUE(told.is_whole()) << PrintToString(told);
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

TEST_F(FailingWellTest, a_stream_without_content_is_none) {  // E-33
  for (const Script& script :
       {empty(), cut_after(0), cut_after(0, Kind::overloaded), Script{.pieces = {"", ""}}}) {
    GatewayRig rig;
    with_fallback(rig, script);
    Told told = rig.ask("Hi");
    EXPECT_EQ(told.text, "Hello there.");
    EXPECT_EQ(told.account.instance, "second");
  }
}

TEST_F(FailingWellTest, what_the_provider_withheld_is_not_asked_for_elsewhere) {
  with_fallback(*this, {.pieces = {}, .end = {.finish = model::Finish::content_filter}});
  Told told = ask("Hi");
  ASSERT_TRUE(told.failure);
  EXPECT_EQ(told.failure->last->kind, Kind::refused);
  EXPECT_EQ(asked("second").calls, 0);
}

TEST_F(FailingWellTest, a_bad_question_is_asked_once) {  // E-33
  with_fallback(*this, refused(Kind::bad_request));
  Told told = ask("Hi");
  ASSERT_TRUE(told.failure);
  EXPECT_EQ(told.failure->reason, Reason::invalid);
  EXPECT_EQ(told.failure->attempts, 1);
  EXPECT_EQ(asked("second").calls, 0);
}

TEST_F(FailingWellTest, too_long_for_every_model_is_the_questions_fault) {
  with_fallback(*this, refused(Kind::context_too_long));
  add("third", refused(Kind::context_too_long));
  settings_.groups[1].members = {"third"};
  Told told = ask("Hi");
  EXPECT_EQ(told.failure->reason, Reason::invalid);
  EXPECT_EQ(told.failure->attempts, 2);
}

TEST_F(FailingWellTest, a_cut_after_content_is_told_and_never_asked_again) {  // E-33
  for (Kind kind : {Kind::truncated, Kind::transient, Kind::too_slow, Kind::malformed}) {
    GatewayRig rig;
    with_fallback(rig, cut_after(2, kind));
    Told told = rig.ask("Hi");
    ASSERT_TRUE(told.is_answered());
    EXPECT_EQ(told.end.finish, model::Finish::truncated);
    EXPECT_EQ(told.text, "Hello there");
  }
  Script half = cut_after(0);
  half.pieces = {"Half an", " answ"};
  with_fallback(*this, half);
  Told told = ask("Hi");
  EXPECT_EQ(told.text, "Half an answ");
  EXPECT_EQ(told.end.finish, model::Finish::truncated);
  EXPECT_TRUE(told.account.is_usage_estimated);
  EXPECT_EQ(told.account.usage.tokens_out, 4);
  EXPECT_EQ(asked("second").calls, 0);
}

TEST_F(FailingWellTest, an_end_that_was_not_said_is_a_cut) {  // E-33
  add("only", Script{.end = {.finish = model::Finish::truncated}});
  Told told = ask("Hi");
  EXPECT_EQ(told.text, "Hello there.");
  EXPECT_EQ(told.end.finish, model::Finish::truncated);
}

TEST_F(FailingWellTest, attempts_are_bounded_over_the_whole_chain) {  // E-33, E-95
  for (int i = 0; i < 6; ++i) add("bad" + std::to_string(i), refused(Kind::transient));
  Told told = ask("Hi");
  ASSERT_TRUE(told.failure);
  EXPECT_EQ(told.failure->reason, Reason::failed);
  EXPECT_EQ(told.failure->attempts, 3);
  int calls = 0;
  for (int i = 0; i < 6; ++i) calls += asked("bad" + std::to_string(i)).calls;
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(told.failure->detail.contains("transient at first_byte (500)"));
  EXPECT_FALSE(told.failure->message.contains("bad")) << "names are for the log";
}

TEST_F(FailingWellTest, one_alone_is_asked_again_after_a_wait) {  // E-33
  add("only", [](int call, const model::ChatRequest&) {
    return call < 3 ? refused(Kind::transient) : Script{};
  });
  Instant begun = time_.clock().steady();
  Told told = ask("Hi");
  EXPECT_TRUE(told.is_whole());
  EXPECT_EQ(told.account.attempts, 3);
  EXPECT_GT(time_.clock().steady(), begun);
  EXPECT_LE(time_.clock().steady(), begun + 750ms + 10ms);
}

TEST_F(FailingWellTest, a_hint_is_waited_for_where_there_is_time_and_else_told) {  // E-33
  add("only", [](int call, const model::ChatRequest&) {
    return call == 1 ? refused(Kind::rate_limited, 3s) : Script{};
  });
  Instant begun = time_.clock().steady();
  EXPECT_TRUE(ask("Hi").is_whole());
  EXPECT_GE(time_.clock().steady(), begun + 3s);

  GatewayRig rig;
  rig.add("only", refused(Kind::rate_limited, 30s));
  Told told = rig.ask("Hi");
  ASSERT_TRUE(told.failure);
  EXPECT_EQ(told.failure->reason, Reason::exhausted);
  EXPECT_EQ(told.failure->attempts, 1);
  EXPECT_EQ(told.failure->retry_after, Duration(30s));
}

TEST_F(FailingWellTest, each_step_has_its_limit_of_time) {  // E-33
  struct Case {
    const char* what;
    Script script;
  };
  for (const Case& one : {Case{"first byte", {.head_after = 3s}},
                          Case{"first token", {.head_after = 500ms, .first_after = 4s}}}) {
    SCOPED_TRACE(one.what);
    GatewayRig rig;
    with_fallback(rig, one.script);
    rig.settings_.instances[0].first_byte_ms = 1s;
    rig.settings_.instances[0].first_token_ms = 2s;
    Instant begun = rig.time_.clock().steady();
    Told told = rig.ask("Hi");
    EXPECT_EQ(told.account.instance, "second");
    EXPECT_LT(rig.time_.clock().steady() - begun, 2100ms);
    EXPECT_EQ(rig.asked("first").running, 0) << "what is too slow is let go";
  }
}

TEST_F(FailingWellTest, without_a_limit_of_the_instance_the_providers_counts) {  // E-33
  add("only", Script{.first_after = 50s});
  EXPECT_EQ(ask("Hi", 60s).account.attempts, 1);
}

TEST_F(FailingWellTest, an_answer_in_one_piece_has_all_the_time_there_is) {  // E-33
  add("only", Script{.head_after = 50s});
  settings_.instances[0].first_byte_ms = settings_.instances[0].first_token_ms = 1s;
  ChatAsk whole = question("Hi");
  whole.request.is_streamed = false;
  auto answer = time_.run(gateway().chat(std::move(whole), call(60s)));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)->account().attempts, 1);
}

TEST_F(FailingWellTest, a_gap_or_a_drip_ends_an_answer_as_cut) {  // E-33
  add("only", Script{.stalls_at = 2});
  settings_.instances[0].gap_ms = 2s;
  Instant begun = time_.clock().steady();
  Told told = ask("Hi", 60s);
  EXPECT_EQ(told.text, "Hello there");
  EXPECT_EQ(told.end.finish, model::Finish::truncated);
  EXPECT_LE(time_.clock().steady() - begun, 2100ms);

  GatewayRig rig;
  rig.add("only", Script{.pieces = std::vector<std::string>(1000, "x"), .gap = 5s});
  rig.settings_.instances[0].tokens_per_second_min = 1;
  rig.settings_.instances[0].total_ms = 3600s;
  begun = rig.time_.clock().steady();
  told = rig.ask("Hi", 3600s);
  EXPECT_EQ(told.end.finish, model::Finish::truncated);
  EXPECT_LE(rig.time_.clock().steady() - begun, 16s) << "ten of grace, and what it earned";
}

TEST_F(FailingWellTest, the_deadline_is_kept_whatever_happens) {  // E-33
  for (const Script& script :
       {Script{.head_after = 1h}, Script{.first_after = 1h}, Script{.stalls_at = 1},
        refused(Kind::transient), refused(Kind::rate_limited, 1h), Script{.gap = 1s}}) {
    GatewayRig rig;
    rig.add("only", script);
    Instant begun = rig.time_.clock().steady();
    Told told = rig.ask("Hi", 1500ms);
    EXPECT_LE(rig.time_.clock().steady() - begun, 1510ms);
    EXPECT_FALSE(told.is_whole());
    if (told.is_answered()) {
      EXPECT_EQ(told.end.finish, model::Finish::truncated);
      EXPECT_TRUE(told.text.starts_with("Hello"));
    }
    EXPECT_EQ(rig.asked("only").running, 0);
  }
}

TEST_F(FailingWellTest, a_retry_that_cannot_finish_in_time_is_not_made) {  // E-33
  add("only", [](int call, const model::ChatRequest&) {
    return call == 1 ? Script{.gap = 2s} : refused(Kind::transient);
  });
  ASSERT_TRUE(ask("To learn how long it takes").is_whole());
  Told told = ask("Hi", 5s);
  EXPECT_EQ(told.failure->attempts, 1) << "answers take six seconds";
  EXPECT_EQ(asked("only").calls, 2);
  EXPECT_GT(ask("Hi", 30s).failure->attempts, 1);
}

TEST_F(FailingWellTest, retries_of_all_calls_together_have_a_budget) {  // E-33
  add("one", refused(Kind::transient));
  settings_.breaker_failures = 1000;
  settings_.retry_share = 0.1;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(ask("Hi").is_answered());
  EXPECT_LE(asked("one").calls, 100 + 10 + 10);
  EXPECT_GE(asked("one").calls, 100 + 10);
}

TEST_F(FailingWellTest, no_answer_is_larger_than_any_may_be) {
  add("only", Script{.pieces = std::vector<std::string>(5, std::string(1 << 20, 'x'))});
  Told told = ask("Hi");
  EXPECT_EQ(told.text.size(), Flight::answer_bytes_max);
  EXPECT_EQ(told.end.finish, model::Finish::truncated);
}

TEST_F(FailingWellTest, what_no_model_has_is_refused_and_nobody_asked) {  // E-94
  add("only", Script{});
  ChatAsk wanted = question("Hi");
  wanted.request.options.repeat_penalty = 1.1;
  EXPECT_EQ(ask(wanted).failure->reason, Reason::unsupported);
  EXPECT_EQ(asked("only").calls, 0);
}

TEST_F(FailingWellTest, unknown_names_and_empty_questions_are_refused) {
  add("only", Script{});
  ChatAsk wanted = question("Hi");
  wanted.target = "nobody";
  EXPECT_EQ(ask(wanted).failure->reason, Reason::unknown_target);
  wanted.target = "default";
  wanted.request.messages.clear();
  EXPECT_EQ(ask(wanted).failure->reason, Reason::invalid);
  EXPECT_EQ(ask(question("Hi"), 0s).failure->reason, Reason::timeout);
}

TEST_F(FailingWellTest, failures_are_errors_for_who_knows_no_other_way) {
  auto code = [](Reason reason) { return error_of({.reason = reason}).code(); };
  EXPECT_EQ(code(Reason::invalid), Code::invalid);
  EXPECT_EQ(code(Reason::unknown_target), Code::not_found);
  EXPECT_EQ(code(Reason::unsupported), Code::unsupported);
  EXPECT_EQ(code(Reason::budget), Code::quota_exceeded);
  EXPECT_EQ(code(Reason::exhausted), Code::unavailable);
  EXPECT_EQ(code(Reason::failed), Code::unavailable);
  EXPECT_EQ(code(Reason::timeout), Code::timeout);
  EXPECT_EQ(error_of({.retry_after = 1500ms}).retry_after_s(), 2);
}

TEST(JoinParts, makes_calls_of_their_pieces) {
  EXPECT_EQ(join_parts({{0, "a", "look", "{\"x\""}, {1, "b", "see", "{}"}, {0, "", "", ":1}"}}),
            (std::vector<model::ToolCall>{{"a", "look", "{\"x\":1}"}, {"b", "see", "{}"}}));
}

}  // namespace
}  // namespace antiphon::gateway::testing
