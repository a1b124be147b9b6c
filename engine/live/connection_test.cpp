#include "engine/live/connection.h"

#include <gmock/gmock.h>

#include "engine/live/sample_test.h"

namespace antiphon::live {
namespace {

using namespace std::chrono_literals;

class ConnectionTest : public ::testing::Test {
 protected:
  Client client(std::string token = "ann") {
    return Client(*rig_, rig_->random, rig_->client_options(*session_, std::move(token)));
  }
  Client client_from(Position position) {
    auto options = rig_->client_options(*session_);
    options.resume_from = position;
    return Client(*rig_, rig_->random, std::move(options));
  }
  // What the server closes a client with that it does not let in.
  CloseCode refusal(Client::Options options) {
    Client refused(*rig_, rig_->random, std::move(options));
    auto connect = [&]() -> Task<> { co_await refused.connect(); };
    EXPECT_THROW(rig_->run(refused.run(connect())), Error);
    return refused.close_code();
  }
  // Sends one raw first frame and gives how the server closes.
  CloseCode close_after(Opcode kind, std::string frame) {
    std::optional<CloseCode> code;
    auto talk = [&]() -> Task<> {
      WebSocketTarget target{.path = "/ws", .protocol = std::string(native_protocol)};
      auto socket = co_await connect_websocket(*rig_, rig_->random, target, Instant::max());
      if (!frame.empty()) socket->send(kind, frame);
      while (co_await socket->receive()) {
      }
      code = socket->end()->code;
      co_await socket->finish();
    };
    rig_->run(talk());
    return code.value();
  }
  void restart(MemoryLogFiles image) {
    session_.reset();
    rig_.reset();
    files_ = std::move(image);
    rig_ = std::make_unique<Rig>(files_, limits_);
  }

  MemoryLogFiles files_;
  Limits limits_ = Rig::small_limits();
  std::unique_ptr<Rig> rig_ = std::make_unique<Rig>(files_, limits_);
  std::shared_ptr<Session> session_ = rig_->open();
};

Task<std::string> next_text(Client& client) {
  for (;;) {
    auto frame = co_await client.receive();
    if (!frame) throw Error(Code::gone, "The connection is closed.");
    if (frame->type == "noted" || frame->type == "kept") co_return frame->value.at("/text").text();
  }
}

TEST_F(ConnectionTest, hello_welcome_message_event_ack) {
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    EXPECT_EQ(ann.welcome().session_id, session_->id());
    EXPECT_FALSE(ann.welcome().recovered);
    EXPECT_EQ(ann.welcome().snapshot->text, R"({"texts":[]})");
    EXPECT_EQ(ann.welcome().audio.rate, 16'000u);
    ann.send(R"({"action":"note","text":"hi","id":"m1"})");
    EXPECT_EQ(co_await next_text(ann), "hi");
    auto ack = co_await ann.receive();
    EXPECT_EQ(ack->type, "ack");
    EXPECT_EQ(ack->value.at("/id").text(), "m1");
    EXPECT_FALSE(ack->is_logged);
    ann.send(R"({"type":"ping"})");
    EXPECT_EQ((co_await ann.receive())->type, "pong");
    ann.acknowledge();
    co_await until([&] { return rig_->notebook(*session_).acknowledged == 1; });
  };
  rig_->run(ann.run(talk()));
  EXPECT_EQ(ann.close_code(), CloseCode::normal);
}

// E-23: who is not let in is told why by the close code.
TEST_F(ConnectionTest, hello_errors) {
  EXPECT_EQ(refusal(rig_->client_options(*session_, "mallory")), CloseCode::unauthorised);
  EXPECT_EQ(refusal(rig_->client_options(*session_, "")), CloseCode::unauthorised);
  auto nobody = rig_->client_options(*session_);
  nobody.session_id = "ses_00000000000000000000000000";
  EXPECT_EQ(refusal(nobody), CloseCode::no_such_session);
  nobody.session_id = "";
  EXPECT_EQ(refusal(nobody), CloseCode::no_such_session);
  for (std::string frame :
       {R"({"type":"note"})", "[]", "not json", R"({"type":"hello","token":1})"}) {
    EXPECT_EQ(close_after(Opcode::text, frame), CloseCode::hello_expected) << frame;
  }
  EXPECT_EQ(close_after(Opcode::binary, "xx"), CloseCode::hello_expected);
  rig_->route.permission = "notes:admin";
  EXPECT_EQ(refusal(rig_->client_options(*session_)), CloseCode::policy_violation);
}

// Nobody is to blame, and coming again helps.
TEST_F(ConnectionTest, who_cannot_be_looked_up_now_is_told_to_come_again) {  // E-23
  for (Code code : {Code::unavailable, Code::timeout}) {
    rig_->route.authenticate = [code](std::string) -> Task<std::shared_ptr<const Principal>> {
      throw Error(code, "The database is away.");
      co_return nullptr;
    };
    EXPECT_EQ(refusal(rig_->client_options(*session_)), CloseCode::try_later);
  }
  rig_->route.authenticate = [](std::string) -> Task<std::shared_ptr<const Principal>> {
    throw std::runtime_error("a fault");
    co_return nullptr;
  };
  EXPECT_EQ(refusal(rig_->client_options(*session_)), CloseCode::internal_error);
}

// Another tenant's session, and another person's, do not exist.
TEST_F(ConnectionTest, sessions_of_others_are_not_there) {
  EXPECT_EQ(refusal(rig_->client_options(*session_, "eve")), CloseCode::no_such_session);
  EXPECT_EQ(refusal(rig_->client_options(*session_, "bob")), CloseCode::no_such_session);
  rig_->route.may_attach = [](const Principal&, const SessionOwner&) { return true; };
  EXPECT_EQ(refusal(rig_->client_options(*session_, "eve")), CloseCode::no_such_session);
  Client bob = client("bob");
  auto talk = [&]() -> Task<> { co_await bob.connect(); };
  EXPECT_NO_THROW(rig_->run(bob.run(talk())));
}

TEST_F(ConnectionTest, a_client_without_hello_is_closed) {
  limits_.hello_timeout = 20ms;
  restart(MemoryLogFiles());
  EXPECT_EQ(close_after(Opcode::text, ""), CloseCode::hello_expected);
}

TEST_F(ConnectionTest, a_client_that_says_nothing_for_long_is_closed) {
  limits_.idle_timeout = 30ms;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    while (co_await ann.receive()) {
    }
  };
  rig_->run(ann.run(talk()));
  EXPECT_EQ(ann.close_code(), CloseCode::idle);
}

TEST_F(ConnectionTest, connections_of_a_principal_are_limited) {
  limits_.connections_per_principal_max = 1;
  restart(MemoryLogFiles());
  session_ = rig_->open();
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    Client again = client();
    auto connect = [&]() -> Task<> { co_await again.connect(); };
    auto outcome = std::make_shared<Outcome<void>>();
    co_await settle(again.run(connect()), outcome);
    EXPECT_THROW(outcome->take(), Error);
    EXPECT_EQ(again.close_code(), CloseCode::too_many);
  };
  rig_->run(ann.run(talk()));
}

TEST_F(ConnectionTest, a_bad_message_is_answered_and_the_connection_stays) {
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    for (std::string bad :
         {"{", "7", "{}", R"({"type":7})", R"({"type":"ack"})", R"({"type":"ack","seq":-1})",
          R"({"type":"x","id":7})", R"({"type":"audio","rate":7})",
          R"({"type":"audio","offset":9e15})", R"({"type":"note","text":"a","id":""})"}) {
      ann.send(bad);
      std::optional<ServerFrame> answer;
      do answer = co_await ann.receive();
      while (answer && answer->type == "presence");
      EXPECT_EQ(answer->type, "error") << bad;
      EXPECT_FALSE(answer->is_logged) << bad;
    }
    ann.send(R"({"type":"note","text":"good"})");
    EXPECT_EQ(co_await next_text(ann), "good");
  };
  rig_->run(ann.run(talk()));
}

TEST_F(ConnectionTest, sound_goes_on_at_the_offset_that_welcome_tells) {
  std::vector<std::int16_t> block(1'600, 7);
  Client ann = client();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    ann.send_audio(block);
    co_await until([&] { return session_->received_samples() == 1'600; });
    ann.cut();
    co_await ann.resume();
    EXPECT_EQ(ann.welcome().audio.received_samples, 1'600u);
    // It is not sure which part arrived, so it sends some of it again.
    ann.send(R"({"type":"audio","offset":800})");
    ann.send_audio(block);
    co_await until([&] { return session_->received_samples() == 2'400; });
  };
  rig_->run(ann.run(talk()));
  using Sounds = std::vector<std::pair<std::uint64_t, std::size_t>>;
  EXPECT_EQ(rig_->notebook(*session_).sounds, (Sounds{{0, 1'600}, {1'600, 800}}));
}

TEST_F(ConnectionTest, all_readers_of_a_session_get_every_event) {
  Client one = client();
  Client two = client();
  auto talk = [&]() -> Task<> {
    co_await one.connect();
    co_await two.connect();
    one.send(R"({"type":"note","text":"from one"})");
    EXPECT_EQ(co_await next_text(one), "from one");
    EXPECT_EQ(co_await next_text(two), "from one");
    EXPECT_EQ(one.position(), two.position());
    co_await two.run([]() -> Task<> { co_return; }());
  };
  rig_->run(one.run(talk()));
}

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

// E-5: whoever is on the way in when the server stops is told so, whatever it waits for.
TEST_F(ConnectionTest, a_hello_under_way_at_a_stop_is_closed_with_restart) {
  auto codes = [&]() -> Task<std::vector<CloseCode>> {
    WebSocketTarget target{.path = "/ws", .protocol = std::string(native_protocol)};
    std::string hello = R"({"type":"hello","token":"ann","sessionId":")" + session_->id() + "\"}";
    bool is_asked = false;
    Waiter database;
    rig_->route.authenticate = [&](std::string) -> Task<std::shared_ptr<const Principal>> {
      is_asked = true;
      co_await database.wait();
      throw Error(Code::unavailable, "The database is away.");
    };
    auto silent = co_await connect_websocket(*rig_, rig_->random, target, Instant::max());
    auto waiting = co_await connect_websocket(*rig_, rig_->random, target, Instant::max());
    waiting->send(Opcode::text, hello);
    co_await until([&] { return is_asked; });
    TaskGroup stopping([](const std::exception_ptr&) {});
    stopping.spawn(rig_->live.close_connections(Instant::max()));
    co_await until([&] { return rig_->hub().is_stopping(); });
    auto late = co_await connect_websocket(*rig_, rig_->random, target, Instant::max());
    late->send(Opcode::text, hello);
    std::vector<CloseCode> found;
    for (WebSocket* socket : {silent.get(), waiting.get(), late.get()}) {
      while (co_await socket->receive()) {
      }
      found.push_back(socket->end()->code);
      database.wake();
      co_await socket->finish();
    }
    co_await stopping.join();
    co_return found;
  };
  EXPECT_EQ(rig_->run(codes()), std::vector(3, CloseCode::restart));
}

// E-5: who does not answer the close does not hold the stop up.
TEST_F(ConnectionTest, a_client_that_does_not_answer_is_cut_at_the_deadline) {
  auto stop = [&]() -> Task<> {
    WebSocketTarget target{.path = "/ws", .protocol = std::string(native_protocol)};
    auto mute = co_await connect_websocket(*rig_, rig_->random, target, Instant::max());
    mute->send(Opcode::text,
               R"({"type":"hello","token":"ann","sessionId":")" + session_->id() + "\"}");
    EXPECT_TRUE(co_await mute->receive());
    Instant deadline = Core::here().clock().steady() + 5ms;
    co_await rig_->live.close_connections(deadline);
    co_await until([&] { return rig_->hub().connections() == 0; });
    // It reads only now, and sees the reason all the same.
    while (co_await mute->receive()) {
    }
    EXPECT_EQ(mute->end()->code, CloseCode::restart);
    co_await mute->finish();
  };
  rig_->run(stop());
}

// E-5: the session goes on until nobody can reach it any more, and what it emits is in the log.
TEST_F(ConnectionTest, what_a_session_emits_after_its_readers_left_is_kept) {
  auto stop = [&]() -> Task<> {
    co_await rig_->live.close_connections(Instant::max());
    session_->emit(noted, Note{"late"});
    co_await rig_->stop();
  };
  rig_->run(stop());
  std::string id = session_->id();
  restart(files_.after_power_loss());
  auto found = rig_->hub().find(id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->position(), (Position{1, 1}));
}

TEST_F(ConnectionTest, a_stopping_server_says_so_and_sessions_go_on_after_it) {
  Client ann = client();
  std::string id = session_->id();
  auto talk = [&]() -> Task<> {
    co_await ann.connect();
    ann.send(R"({"type":"note","text":"a"})");
    co_await next_text(ann);
    rig_->servers.spawn(rig_->stop());
    while (co_await ann.receive()) {
    }
  };
  rig_->run(ann.run(talk()));
  rig_->run(until([&] { return rig_->stopped; }));
  EXPECT_EQ(ann.close_code(), CloseCode::restart);
  session_.reset();
  rig_.reset();
  files_.boot = "another boot";  // after a clean end it does not matter
  rig_ = std::make_unique<Rig>(files_, limits_);
  EXPECT_FALSE(rig_->live.lost_events());
  session_ = rig_->hub().find(id);
  ASSERT_NE(session_, nullptr);
  EXPECT_EQ(session_->position(), (Position{1, 1}));
}

}  // namespace
}  // namespace antiphon::live
