#include "engine/live/limits.h"

#include "engine/live/handshake.h"
#include "engine/live/sample_test.h"

// The limits that no other test of this room reaches (docs/limits.md). E-22, E-23.

namespace antiphon::live {
namespace {

using namespace std::chrono_literals;

class LimitsTest : public ::testing::Test {
 protected:
  // Before rig().
  Limits limits_ = Rig::small_limits();
  MemoryLogFiles files_;

  Rig& rig() {
    if (!rig_) rig_ = std::make_unique<Rig>(files_, limits_);
    return *rig_;
  }
  // Talks as Ann, and gives how the server closed.
  CloseCode talk(const Session& session, std::function<Task<>(Client&)> words) {
    Client ann(rig(), rig().random, rig().client_options(session));
    auto conversation = [&]() -> Task<> {
      co_await ann.connect();
      co_await words(ann);
    };
    rig().run(ann.run(conversation()));
    return ann.close_code();
  }

 private:
  std::unique_ptr<Rig> rig_;
};

// The next frame of that type; nothing when the connection ends before.
Task<std::optional<ServerFrame>> next(Client& client, std::string_view type) {
  for (;;) {
    auto frame = co_await client.receive();
    if (!frame || frame->type == type) co_return frame;
  }
}

TEST_F(LimitsTest, a_core_holds_so_many_sessions_and_says_when_to_come_again) {
  limits_.sessions_per_core_max = 3;
  std::vector<std::shared_ptr<Session>> sessions;
  for (int i = 0; i < 3; ++i) sessions.push_back(rig().open());
  try {
    rig().open();
    FAIL() << "a fourth session";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::unavailable);
    EXPECT_GT(error.retry_after_s(), 0);
  }
  sessions.back()->close("enough");
  rig().run(rig().settle_down());
  EXPECT_NO_THROW(rig().open());
}

TEST(Inputs, so_many_message_ids_are_remembered_and_the_oldest_go) {
  Inputs inputs(Inputs::Limits{.remembered_ids = 2});
  for (std::string id : {"a", "b", "c"}) EXPECT_TRUE(inputs.remember(id));
  EXPECT_FALSE(inputs.remember("b"));
  EXPECT_FALSE(inputs.remember("c"));
  EXPECT_TRUE(inputs.remember("a"));
  EXPECT_EQ(inputs.seen_ids(), (std::vector<std::string>{"c", "a"}));
}

TEST_F(LimitsTest, while_the_disk_refuses_so_much_is_kept_and_the_rest_refused) {
  limits_.log.unwritten_bytes_max = 5'000;
  auto session = rig().open();
  rig().run(rig().settle_down());
  files_.refuses = true;
  std::size_t kept_events = 0;
  EXPECT_THROW(
      {
        for (; kept_events < 100; ++kept_events) session->emit(noted, Note{std::string(500, 'x')});
      },
      Error);
  EXPECT_GE(kept_events, 5u);
  EXPECT_LE(kept_events, 10u);
  files_.refuses = false;
  rig().run(session->until_synced(rig().core().clock().steady() + 10s));
  EXPECT_EQ(session->position().seq, kept_events);
  EXPECT_NO_THROW(session->emit(noted, Note{"again"}));
}

TEST_F(LimitsTest, an_event_beyond_the_limit_is_refused_and_the_session_goes_on) {
  auto session = rig().open();
  try {
    session->emit(noted, Note{std::string(event_bytes_max + 1, 'x')});
    FAIL() << "an event of more than event_bytes_max";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Code::too_large);
  }
  session->emit(noted, Note{"small"});
  rig().run(session->until_synced(rig().core().clock().steady() + 10s));
  EXPECT_EQ(session->position().seq, 1u);
}

// It reads all the time, but never catches up with what is in memory.
TEST_F(LimitsTest, who_stays_behind_the_memory_for_too_long_is_closed) {
  limits_.tail.events_max = 2;
  limits_.behind_timeout = 50ms;
  rig().stream_bytes = 4096;
  auto session = rig().open();
  CloseCode code = talk(*session, [&](Client& ann) -> Task<> {
    for (int i = 0; i < 10'000; ++i) {
      for (int j = 0; j < 5; ++j) session->emit(noted, Note{std::string(1'000, 'x')});
      if (!co_await ann.receive()) co_return;
      co_await sleep_for(1ms);
    }
  });
  EXPECT_EQ(code, CloseCode::slow);
}

// Pings go out, nothing comes back, and what is sent is taken: only the silence tells.
TEST_F(LimitsTest, a_peer_that_stays_silent_is_dropped) {
  limits_.ping_interval = 10ms;
  limits_.silence_timeout = 60ms;
  auto session = rig().open();
  std::size_t pings = 0;
  auto listen = [&]() -> Task<> {
    http::ClientRequest request{.target = "/ws"};
    request.headers = {{"Connection", "Upgrade"},
                       {"Upgrade", "websocket"},
                       {"Sec-WebSocket-Version", "13"},
                       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                       {"Sec-WebSocket-Protocol", std::string(native_protocol)}};
    auto upgraded = co_await rig().upgrade(request, Instant::max());
    Hello hello{.type = "hello", .token = "ann", .session_id = session->id()};
    Frames frame = make_frame(Opcode::text, schema::to_json(hello), Mask{1, 2, 3, 4});
    co_await upgraded.socket.stream->write_all(frame.wire);
    FrameParser parser(Role::client, 1 << 20);
    std::array<char, 1000> buffer;
    while (std::size_t count = co_await upgraded.socket.stream->read_some(buffer)) {
      std::string_view bytes(buffer.data(), count);
      while (!bytes.empty()) {
        auto item = parser.take(bytes);
        if (item && *item && (**item).kind == Opcode::ping) ++pings;
      }
    }
  };
  rig().run(listen());
  EXPECT_GT(pings, 0u);
}

TEST_F(LimitsTest, a_hello_has_a_size) {
  auto session = rig().open();
  auto options = rig().client_options(*session, std::string(20'000, 'x'));
  Client wordy(rig(), rig().random, options);
  auto connect = [&]() -> Task<> { co_await wordy.connect(); };
  EXPECT_THROW(rig().run(wordy.run(connect())), Error);
  EXPECT_EQ(wordy.close_code(), CloseCode::hello_expected);
}

TEST_F(LimitsTest, ids_and_jumps_of_sound_have_limits_and_the_connection_stays) {
  auto session = rig().open();
  std::vector<std::string> codes;
  CloseCode code = talk(*session, [&](Client& ann) -> Task<> {
    std::string id(message_id_bytes_max + 1, 'x');
    ann.send(R"({"action":"note","text":"a","id":")" + id + R"("})");
    ann.send(R"({"type":"audio","offset":57600001})");
    for (int i = 0; i < 2; ++i) {
      auto error = co_await next(ann, "error");
      if (error) codes.push_back(error->value.at("/code").text());
    }
    id.pop_back();
    ann.send(R"({"action":"note","text":"a","id":")" + id + R"("})");
    EXPECT_TRUE(co_await next(ann, "ack"));
  });
  EXPECT_EQ(codes, (std::vector<std::string>{"invalid", "invalid"}));
  EXPECT_EQ(code, CloseCode::normal);
}

}  // namespace
}  // namespace antiphon::live
