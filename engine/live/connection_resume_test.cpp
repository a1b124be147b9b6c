// E-21: who comes back, and what it gets.
#include "engine/live/connection_sample_test.h"

namespace antiphon::live {
namespace {

// E-22: who does not read is closed with a code that says resume, holds nobody up, and gets all.
TEST_F(ConnectionTest, a_slow_reader_is_closed_resumes_and_misses_nothing) {
  limits_.tail.bytes_max = 10'000;
  limits_.stall_timeout = 30ms;
  limits_.close_timeout = 10s;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  rig_->stream_bytes = 4096;
  Client slow = client();
  Client quick = client();
  const int count = 500;
  std::string text(1'000, 'x');
  auto talk = [&]() -> Task<> {
    co_await slow.connect();
    co_await quick.connect();
    for (int i = 0; i < count; ++i) {
      session_->emit(noted, Note{text});
      EXPECT_EQ(co_await next_text(quick), text);
    }
    Instant stalled = rig_->core().clock().steady() + 2 * limits_.stall_timeout;
    co_await until([&] { return rig_->core().clock().steady() >= stalled; });
    int received = 0;
    while (received < count) {
      auto frame = co_await slow.receive();
      if (frame) {
        received += frame->type == "noted";
        continue;
      }
      EXPECT_EQ(slow.close_code(), CloseCode::slow);
      co_await slow.resume();
      EXPECT_TRUE(slow.welcome().recovered);
    }
    EXPECT_GE(rig_->connections_made, 3);
    co_await quick.run([]() -> Task<> { co_return; }());
  };
  rig_->run(slow.run(talk()));
}

// E-21: what is not in memory any more comes from the log, in order and once.
TEST_F(ConnectionTest, events_older_than_the_memory_are_read_from_the_log) {
  limits_.tail.events_max = 10;
  limits_.log.segment_bytes = 10'000;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  const int count = 1'000;
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    ann.cut();
    for (int i = 0; i < count; ++i) {
      session_->emit(noted, Note{std::to_string(i)});
      if (i % 7 == 0) co_await rig_->settle_down();
    }
    co_await ann.resume();
    EXPECT_TRUE(ann.welcome().recovered);
    for (int i = 0; i < count; ++i) EXPECT_EQ(co_await next_text(ann), std::to_string(i));
  };
  rig_->run(ann.run(talk()));
}

// What waits for the disk is no reason to lose what the disk has.
TEST_F(ConnectionTest, what_the_log_has_is_read_while_the_disk_refuses_more) {
  limits_.tail.events_max = 2;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    ann.cut();
    for (int i = 0; i < 10; ++i) session_->emit(noted, Note{std::to_string(i)});
    co_await rig_->settle_down();
    files_.refuses = true;
    for (int i = 10; i < 80; ++i) session_->emit(noted, Note{std::to_string(i)});
    co_await ann.resume();
    EXPECT_TRUE(ann.welcome().recovered);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(co_await next_text(ann), std::to_string(i));
    files_.refuses = false;
    for (int i = 10; i < 80; ++i) EXPECT_EQ(co_await next_text(ann), std::to_string(i));
  };
  rig_->run(ann.run(talk()));
}

// E-21: what was trimmed is not guessed: the client is told, and gets a snapshot.
TEST_F(ConnectionTest, behind_the_trimmed_log_there_is_a_snapshot) {
  limits_.tail.events_max = 10;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    ann.send(R"({"type":"note","text":"first"})");
    co_await next_text(ann);
    ann.cut();
    for (int i = 0; i < 50; ++i) session_->emit(noted, Note{"while away"});
    co_await rig_->settle_down();
    for (const std::string& segment : files_.segments()) files_.remove(segment);
    do {
      co_await ann.resume();
    } while (ann.welcome().recovered && !co_await ann.receive());
    EXPECT_FALSE(ann.welcome().recovered);
    EXPECT_EQ(ann.welcome().snapshot->text, R"({"texts":["first"]})");
    EXPECT_EQ(ann.position().seq, 51u);
  };
  rig_->run(ann.run(talk()));
}

TEST_F(ConnectionTest, a_position_from_the_future_gets_a_snapshot) {
  Client ann = client_from({1, 99});
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    EXPECT_FALSE(ann.welcome().recovered);
    EXPECT_EQ(ann.position(), (Position{1, 0}));
  };
  rig_->run(ann.run(talk()));
}

// E-21: over a killed process the epoch stays, and the client misses nothing.
TEST_F(ConnectionTest, resumes_over_a_killed_server) {
  std::string id = session_->id();
  Position before;
  {
    Client ann = client();
    auto talk = [&]() -> Task<> {
      co_await ann.connect();
      for (std::string text : {"a", "b", "c"}) {
        ann.send(fmt::format(R"({{"type":"note","text":"{0}","id":"id-{0}"}})", text));
        co_await next_text(ann);
        before = ann.position();
        if (text == "a") ann.cut();
        if (text == "a") co_await ann.resume();
      }
    };
    rig_->run(ann.run(talk()));
  }
  session_->emit(noted, Note{"unseen"});
  rig_->run(rig_->settle_down());
  restart(files_.after_kill());
  EXPECT_FALSE(rig_->live.lost_events());
  session_ = rig_->hub().find(id);
  ASSERT_NE(session_, nullptr);
  EXPECT_TRUE(rig_->notebook(*session_).restored);
  EXPECT_EQ(rig_->notebook(*session_).texts, (std::vector<std::string>{"a", "b", "c", "unseen"}));
  Client again = client_from(before);
  auto talk = [&]() -> Task<> {
    co_await again.connect();
    EXPECT_TRUE(again.welcome().recovered);
    EXPECT_EQ(co_await next_text(again), "unseen");
    EXPECT_EQ(again.position().seq, before.seq + 1);
    // A message from before the crash is known: sent again, it changes nothing.
    again.send(R"({"type":"note","text":"b","id":"id-b"})");
    while ((co_await again.receive())->type != "ack") {
    }
    EXPECT_EQ(rig_->notebook(*session_).texts.size(), 4u);
  };
  rig_->run(again.run(talk()));
}

// A number is never used again with other content: a lost tail means a new epoch.
TEST_F(ConnectionTest, a_lost_tail_means_a_new_epoch_and_a_snapshot) {
  Client ann = client();
  std::string id = session_->id();
  auto before = [&]() -> Task<> {
    co_await ann.connect();
    ann.send(R"({"type":"keep","text":"synced"})");
    EXPECT_EQ(co_await next_text(ann), "synced");
    ann.send(R"({"type":"note","text":"only written"})");
    EXPECT_EQ(co_await next_text(ann), "only written");
  };
  rig_->run(ann.run(before()));
  EXPECT_EQ(ann.position(), (Position{1, 2}));
  restart(files_.after_power_loss());
  EXPECT_TRUE(rig_->live.lost_events());
  session_ = rig_->hub().find(id);
  ASSERT_NE(session_, nullptr);
  EXPECT_EQ(rig_->notebook(*session_).texts, std::vector<std::string>{"synced"});
  session_->emit(noted, Note{"other content"});
  EXPECT_EQ(session_->position(), (Position{2, 2}));
  Client again = client_from(ann.position());
  auto talk = [&]() -> Task<> {
    co_await again.connect();
    EXPECT_FALSE(again.welcome().recovered);
    EXPECT_EQ(again.welcome().snapshot->text, R"({"texts":["synced"]})");
    EXPECT_EQ(again.position(), (Position{2, 2}));
  };
  rig_->run(again.run(talk()));
  // The new epoch itself was on the disk before anything happened in it.
  restart(files_.after_power_loss());
  EXPECT_EQ(rig_->hub().find(id)->position().epoch, 3u);
}

}  // namespace
}  // namespace antiphon::live
