#include "engine/live/sample_test.h"
#include "engine/live/session.h"
#include "engine/live/tape.h"

namespace antiphon::live {
namespace {

using ::testing::ElementsAre;

// Notes what it is told, on a clock that goes on by a second with every step.
class NotingTape final : public Tape {
 public:
  Moment step(Step step) override {
    static constexpr std::string_view names[] = {"begun", "message", "sound", "rate",     "came",
                                                 "left",  "seen",    "turn",  "answered", "closed"};
    told.emplace_back(names[step.index()]);
    if (auto* answered = std::get_if<Answered>(&step); answered && answered->failure) {
      told.back() += " " + answered->failure->message;
    }
    moment.steady += std::chrono::seconds(1);
    moment.time += std::chrono::seconds(1);
    return moment;
  }
  std::string fact(std::string_view kind, std::move_only_function<std::string()> tell) override {
    told.push_back(fmt::format("{} is {}", kind, tell()));
    return {};
  }
  void emitted(std::string json) override { events.push_back(std::move(json)); }
  void ended() override { told.emplace_back("ended"); }

  Moment moment{Instant(std::chrono::hours(9)), parse_rfc3339("2026-03-01T08:00:00Z")};
  std::vector<std::string> told;
  std::vector<std::string> events;
};

Message say(std::string text) {
  Message message{.action = "note", .body = schema::Value::object()};
  message.body.set("text", schema::Value(std::move(text)));
  return message;
}

class Nobody final : public Reader {
 public:
  std::uint64_t on_events() override { return UINT64_MAX; }
  void on_taken(const std::string&) override {}
  void on_ended(CloseCode, std::string_view) override {}
};

class SessionTapeTest : public ::testing::Test {
 protected:
  SessionTapeTest() { session_->set_tape(tape_); }
  void settle() { rig_.run(rig_.settle_down()); }

  MemoryLogFiles files_;
  Rig rig_{files_};
  std::shared_ptr<Session> session_ = rig_.open();
  std::shared_ptr<NotingTape> tape_ = std::make_shared<NotingTape>();
  Nobody nobody_;
};

// E-24: all that makes the session's code run is told, and nothing that follows from it.
TEST_F(SessionTapeTest, sees_why_the_code_runs_and_what_comes_of_it) {
  session_->receive(say("one"), nobody_);
  settle();
  EXPECT_THAT(tape_->told, ElementsAre("begun", "message", "turn"));
  ASSERT_EQ(tape_->events.size(), 1u);
  EXPECT_THAT(tape_->events[0], ::testing::HasSubstr(R"("ts":"2026-03-01T08:00:03.000Z")"))
      << "the time of the step, which stands still";
  session_->receive_audio(std::vector<std::int16_t>(160), 0);
  settle();
  session_->close("enough");
  settle();
  EXPECT_THAT(tape_->told,
              ElementsAre("begun", "message", "turn", "sound", "turn", "closed", "turn", "ended"));
}

// E-24: a child begins, learns and fails in steps of its own, never inside the step it comes from.
TEST_F(SessionTapeTest, sees_every_answer_that_a_child_task_waits_for) {
  auto child = [](Session& session) -> Task<> {
    co_await session.sleep_until(Core::here().clock().steady());
    session.fact("answer", [] { return "42"; });
    auto failing = []() -> Task<int> {
      throw Error(Code::timeout, "too late");
      co_return 0;
    };
    co_await session.outside(failing());
  };
  session_->post([&] {
    session_->spawn(child(*session_));
    session_->emit(noted, Note{"before the child"});
  });
  settle();
  rig_.run(until([&] { return tape_->events.size() == 2; }));
  EXPECT_THAT(tape_->told, ElementsAre("begun", "turn", "answered", "answered", "answer is 42",
                                       "answered too late", "turn"));
  EXPECT_THAT(tape_->events[0], ::testing::HasSubstr("before the child"));
  EXPECT_THAT(tape_->events[1], ::testing::HasSubstr("too late"));
}

TEST_F(SessionTapeTest, goes_on_without_a_tape_that_is_dropped) {
  session_->drop_tape("The disk is full.");
  session_->receive(say("two"), nobody_);
  settle();
  EXPECT_THAT(tape_->told, ElementsAre("begun"));
  EXPECT_FALSE(session_->has_tape());
  EXPECT_THAT(rig_.notebook(*session_).texts, ElementsAre("two"));
}

}  // namespace
}  // namespace antiphon::live
