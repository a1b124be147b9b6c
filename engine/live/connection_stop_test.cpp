// E-5: connections of a server that stops.
#include "engine/live/connection_sample_test.h"

namespace antiphon::live {
namespace {

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
