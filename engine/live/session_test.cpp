#include "engine/live/session.h"

#include "engine/live/engine_events.h"
#include "engine/live/sample_test.h"

namespace antiphon::live {
namespace {

using namespace std::chrono_literals;

// Collects everything a session gives, as an eager client would.
class Listener final : public Reader {
 public:
  explicit Listener(Session& session) : session_(session) {
    cursor = session.tail().cursor_after(session.position().seq);
    session.attach(*this);
  }
  ~Listener() override { session_.detach(*this); }

  std::uint64_t on_events() override {
    while (auto next = session_.tail().next(cursor)) {
      while (auto json = take_payload(next.wire)) frames.push_back(schema::parse_value(*json));
    }
    return cursor.seq;
  }
  void on_taken(const std::string& id) override { taken.push_back(id); }
  void on_ended(CloseCode code, std::string_view) override { ended = code; }

  std::vector<std::string> texts(std::string_view type) const {
    std::vector<std::string> found;
    for (const auto& frame : frames) {
      if (frame.at("/type").text() == type) found.push_back(frame.at("/text").text());
    }
    return found;
  }
  const schema::Value* find(std::string_view type) const {
    for (const auto& frame : frames) {
      if (frame.at("/type").text() == type) return &frame;
    }
    return nullptr;
  }

  Cursor cursor;
  std::vector<schema::Value> frames;
  std::vector<std::string> taken;
  std::optional<CloseCode> ended;

 private:
  Session& session_;
};

Message message(std::string action, std::string text, std::string id = {}) {
  Message made{.action = std::move(action), .body = schema::Value::object(), .id = std::move(id)};
  made.body.set("text", schema::Value(std::move(text)));
  return made;
}

class SessionTest : public ::testing::Test {
 protected:
  void settle() { rig_.run(rig_.settle_down()); }

  MemoryLogFiles files_;
  Rig rig_{files_};
  std::shared_ptr<Session> session_ = rig_.open();
};

// E-20: every event has the number after the one before it, and frames are flat objects.
TEST_F(SessionTest, events_are_numbered_without_holes) {
  Listener listener(*session_);
  for (int i = 0; i < 5; ++i) session_->emit(noted, Note{std::to_string(i)});
  settle();
  std::uint64_t seq = 0;
  for (const auto& frame : listener.frames) {
    if (frame.at("/type").text() != "noted") continue;
    EXPECT_EQ(frame.at("/seq").unsigned_integer(), ++seq);
    EXPECT_EQ(frame.members().front().key, "type");
    EXPECT_NO_THROW(parse_rfc3339(frame.at("/ts").text()));
  }
  EXPECT_EQ(seq, 5u);
}

// The log has it: a session costs no memory for what its readers have.
TEST_F(SessionTest, what_its_readers_have_is_in_the_log_alone) {
  session_->emit(noted, Note{"nobody is there"});
  settle();
  EXPECT_EQ(session_->tail().bytes(), 0u);
  Listener listener(*session_);
  session_->emit(noted, Note{"taken at once"});
  settle();
  EXPECT_EQ(session_->tail().bytes(), 0u);
  EXPECT_TRUE(session_->can_resume({1, 0}));
  auto back = rig_.run(session_->read_back(0));
  EXPECT_EQ(back.last_seq, session_->position().seq);
  EXPECT_THAT(payload_of(back.frames), ::testing::HasSubstr("nobody is there"));
}

// What a client has seen is never undone by a crash: nothing leaves before it is in the log.
TEST_F(SessionTest, an_event_is_in_the_log_before_it_leaves) {
  Listener listener(*session_);
  session_->emit(noted, Note{"first"});
  settle();
  files_.refuses = true;
  session_->emit(noted, Note{"held back"});
  // A sync of what was written before says nothing about it.
  rig_.run(until([&, syncs = files_.syncs] { return files_.syncs > syncs; }));
  settle();
  EXPECT_EQ(listener.texts("noted"), std::vector<std::string>{"first"});
  files_.refuses = false;
  rig_.run(until([&] { return listener.texts("noted").size() == 2; }));
}

TEST_F(SessionTest, while_the_disk_refuses_new_work_is_refused) {
  Listener listener(*session_);
  settle();
  files_.refuses = true;
  session_->emit(noted, Note{"held back"});
  settle();
  EXPECT_THROW(session_->receive(message("note", "no"), listener), Error);
  EXPECT_THROW(rig_.open(), Error);
  files_.refuses = false;
  rig_.run(until([&] { return !listener.texts("noted").empty(); }));
  session_->receive(message("note", "yes"), listener);
}

TEST_F(SessionTest, an_event_marked_synced_is_on_the_disk_before_it_leaves) {
  Listener listener(*session_);
  settle();
  int syncs = files_.syncs;
  session_->emit(kept, Note{"precious"});
  rig_.run(until([&] { return listener.texts("kept").size() == 1; }));
  EXPECT_GT(files_.syncs, syncs);
}

// E-21: whoever is told of a session finds it after a power cut, too.
TEST_F(SessionTest, a_session_can_be_waited_for_until_it_is_on_the_disk) {
  auto wait = [](std::shared_ptr<Session> session, Duration time) -> Task<> {
    co_await session->until_synced(Core::here().clock().steady() + time);
  };
  auto sure = rig_.open();
  sure->emit(noted, Note{"precious"});
  rig_.run(wait(sure, 10s));
  auto image = files_.after_power_loss();
  EXPECT_EQ(recover_logs(image, "live").sessions.at(sure->id()).last_seq(), 1u);

  auto unsure = rig_.open();
  files_.refuses = true;
  EXPECT_THROW(rig_.run(wait(unsure, 20ms)), Error);
  image = files_.after_power_loss();
  EXPECT_FALSE(recover_logs(image, "live").sessions.contains(unsure->id()));
  files_.refuses = false;
  rig_.run(wait(unsure, 10s));
}

// After a failed sync nobody knows what the disk has: what waits for one never leaves.
TEST_F(SessionTest, an_event_marked_synced_stays_when_the_disk_is_broken) {
  Listener listener(*session_);
  settle();
  files_.refuses_syncs = true;
  session_->emit(kept, Note{"precious"});
  settle();
  files_.refuses_syncs = false;
  session_->emit(kept, Note{"more"});
  settle();
  EXPECT_TRUE(listener.texts("kept").empty());
  EXPECT_THROW(rig_.open(), Error);
  rig_.run(rig_.stop());
  files_.boot = "another boot";
  EXPECT_TRUE(recover_logs(files_, "live").lost);
}

TEST_F(SessionTest, one_write_for_all_that_a_pass_emits) {
  settle();
  std::size_t before = 0;
  for (const auto& path : files_.segments()) before += files_.file(path).appends;
  for (int i = 0; i < 100; ++i) session_->emit(noted, Note{"x"});
  settle();
  std::size_t after = 0;
  for (const auto& path : files_.segments()) after += files_.file(path).appends;
  EXPECT_EQ(after - before, 1u);
}

// Inputs come one at a time, in their order, with the session's own work between them.
TEST_F(SessionTest, inputs_are_handled_in_order_and_never_inside_each_other) {
  Listener listener(*session_);
  bool inside = false;
  auto& notebook = rig_.notebook(*session_);
  session_->receive(message("note", "1"), listener);
  session_->post([&] {
    inside = true;
    session_->receive(message("note", "3"), listener);
    session_->post([&] { notebook.texts.push_back(inside ? "inside" : "4"); });
    notebook.texts.push_back("2");
    inside = false;
  });
  settle();
  EXPECT_EQ(notebook.texts, (std::vector<std::string>{"1", "2", "3", "4"}));
}

// E-21: a message that is sent again after a reconnect does no harm.
TEST_F(SessionTest, a_message_id_is_taken_once_and_acknowledged_each_time) {
  Listener listener(*session_);
  session_->receive(message("note", "once", "m1"), listener);
  session_->receive(message("note", "once", "m1"), listener);
  settle();
  EXPECT_EQ(listener.texts("noted"), std::vector<std::string>{"once"});
  EXPECT_EQ(listener.taken, (std::vector<std::string>{"m1", "m1"}));
}

// In an interrupted write the front part survives: never the message without its events.
TEST_F(SessionTest, the_events_of_a_message_are_logged_before_it) {
  Listener listener(*session_);
  settle();
  session_->receive(message("note", "its event", "m1"), listener);
  settle();
  auto records = parse_segment(files_.read(files_.segments().back())).records;
  ASSERT_GE(records.size(), 2u);
  EXPECT_EQ(std::get<MessageTaken>(records.back().content).id, "m1");
  const auto& before = std::get<LoggedEvents>(records[records.size() - 2].content);
  EXPECT_THAT(before.events.back().json, ::testing::HasSubstr("its event"));
}

TEST_F(SessionTest, errors_of_a_handler_become_events_and_the_session_goes_on) {
  Listener listener(*session_);
  session_->receive(message("refuse", "that", "m7"), listener);
  session_->post([] { throw std::runtime_error("secret"); });
  rig_.run([](Session& session) -> Task<> {
    session.spawn([]() -> Task<> {
      co_await sleep_for(1ms);
      throw Error(Code::timeout, "Too late.");
    }());
    co_return;
  }(*session_));
  session_->receive(message("note", "still here"), listener);
  rig_.run(until([&] { return listener.frames.size() >= 5; }));
  std::vector<std::string> codes;
  for (const auto& frame : listener.frames) {
    if (frame.at("/type").text() == "error") codes.push_back(frame.at("/code").text());
  }
  EXPECT_EQ(codes.size(), 3u);
  EXPECT_THAT(codes, ::testing::UnorderedElementsAre("conflict", "internal", "timeout"));
  EXPECT_EQ(listener.find("error")->at("/messageId").text(), "m7");
  EXPECT_EQ(listener.texts("noted"), std::vector<std::string>{"still here"});
}

TEST_F(SessionTest, full_queues_refuse_messages_and_say_so) {
  Listener listener(*session_);
  std::size_t taken = 0;
  try {
    for (; taken < 10'000; ++taken) session_->receive(message("note", "x"), listener);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_GT(error.retry_after_s(), 0);
  }
  EXPECT_EQ(taken, Inputs::Limits{}.messages_max);
  settle();
  EXPECT_EQ(listener.texts("noted").size(), taken);
}

// E-22: sound drops oldest, with a gap marker that says what is missing.
TEST_F(SessionTest, too_much_sound_drops_the_oldest_and_tells_the_gap) {
  Listener listener(*session_);
  std::vector<std::int16_t> second(16'000);
  for (std::uint64_t i = 0; i < 13; ++i) session_->receive_audio(second, i * second.size());
  settle();
  const auto* gap = listener.find("audio_gap");
  ASSERT_NE(gap, nullptr);
  EXPECT_EQ(gap->at("/offset").integer(), 0);
  EXPECT_EQ(gap->at("/samples").integer(), 48'000);
  EXPECT_EQ(gap->at("/reason").text(), "overflow");
  EXPECT_EQ(rig_.notebook(*session_).sounds.size(), 10u);
  EXPECT_EQ(rig_.notebook(*session_).sounds.front().first, 48'000u);
}

// E-21: audio is resumed by sample offset.
TEST_F(SessionTest, sound_that_was_received_is_skipped_and_missing_sound_is_told) {
  Listener listener(*session_);
  std::vector<std::int16_t> block(100);
  session_->receive_audio(block, 0);
  session_->receive_audio(block, 50);   // half of it again
  session_->receive_audio(block, 0);    // all of it again
  session_->receive_audio(block, 200);  // 50 never came
  settle();
  using Sounds = std::vector<std::pair<std::uint64_t, std::size_t>>;
  EXPECT_EQ(rig_.notebook(*session_).sounds, (Sounds{{0, 100}, {100, 50}, {200, 100}}));
  const auto* gap = listener.find("audio_gap");
  ASSERT_NE(gap, nullptr);
  EXPECT_EQ(gap->at("/offset").integer(), 150);
  EXPECT_EQ(gap->at("/samples").integer(), 50);
  EXPECT_EQ(gap->at("/reason").text(), "missing");
  EXPECT_EQ(session_->received_samples(), 300u);
}

// E-22: partials coalesce to the newest, and never come after what replaced them.
TEST_F(SessionTest, of_the_partials_of_a_pass_readers_see_the_newest) {
  Listener listener(*session_);
  for (int i = 0; i < 10; ++i) session_->emit(partial_note, Note{std::to_string(i)});
  settle();
  EXPECT_EQ(listener.texts("partial_note"), std::vector<std::string>{"9"});
  session_->emit(partial_note, Note{"late"});
  session_->emit(noted, Note{"final"});
  settle();
  EXPECT_EQ(listener.texts("partial_note"), std::vector<std::string>{"9"});
  EXPECT_EQ(listener.texts("noted"), std::vector<std::string>{"final"});
  session_->emit(partial_note, Note{"newest"});
  settle();
  EXPECT_EQ(listener.cursor.skipped, 10u);  // nine and "late"
}

TEST_F(SessionTest, presence_is_told) {
  Listener first(*session_);
  settle();
  EXPECT_EQ(first.find("presence")->at("/readers").integer(), 1);
  Listener second(*session_);
  settle();
  EXPECT_EQ(first.frames.back().at("/readers").integer(), 2);
  EXPECT_EQ(session_->readers(), 2u);
}

TEST_F(SessionTest, ends_with_a_last_event_and_is_forgotten) {
  Listener listener(*session_);
  std::weak_ptr<Session> weak = session_;
  bool cancelled = false;
  auto wait = [](bool& flag) -> Task<> {
    try {
      co_await sleep_for(1h);
    } catch (...) {
      flag = true;
      throw;
    }
  };
  rig_.run([&]() -> Task<> {
    session_->spawn(wait(cancelled));
    co_return;
  }());
  session_->receive(message("end", ""), listener);
  settle();
  EXPECT_EQ(listener.frames.back().at("/type").text(), "ended");
  EXPECT_EQ(listener.frames.back().at("/reason").text(), "asked to");
  EXPECT_EQ(listener.ended, CloseCode::normal);
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(rig_.hub().find(session_->id()), nullptr);
  session_->emit(noted, Note{"too late"});
  settle();
  EXPECT_TRUE(listener.texts("noted").empty());
}

TEST_F(SessionTest, sessions_of_a_tenant_are_limited_exactly) {
  MemoryLogFiles files;
  Limits limits = Rig::small_limits();
  limits.sessions_per_tenant_max = 2;
  Rig rig(files, limits);
  auto one = rig.open();
  auto two = rig.open();
  EXPECT_THROW(rig.open(), Error);
  EXPECT_NO_THROW(rig.hub().open("notes", "tnt_2", "usr_eve"));
  two->close("done");
  rig.run(rig.settle_down());
  EXPECT_NO_THROW(rig.open());
}

}  // namespace
}  // namespace antiphon::live
