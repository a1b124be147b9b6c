#include "engine/socketio/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/async/core.h"
#include "engine/async/task_group.h"

// What one client may ask for: namespaces, rooms, acks (docs/limits.md). E-22.

namespace antiphon::socketio {
namespace {

using ::testing::HasSubstr;

class FakeEngine final : public EngineSocket {
 public:
  explicit FakeEngine(TaskGroup& tasks) : tasks_(tasks) {}
  void send(EnginePacket message) override { sent.push_back(std::move(message.data)); }
  std::size_t queued_bytes() const override { return 0; }
  void close(CloseReason reason) override { closed = reason; }
  void spawn(Task<> task) override { tasks_.spawn(std::move(task)); }

  std::vector<std::string> sent;
  std::optional<CloseReason> closed;

 private:
  TaskGroup& tasks_;
};

class Quiet final : public SocketHandler {
 public:
  void on_event(Event) override {}
};

class OpenSpace final : public Space {
 public:
  Task<Accepted> connect(std::shared_ptr<Socket> socket, ConnectRequest) override {
    sockets.push_back(std::move(socket));
    co_return Accepted{std::make_shared<Quiet>()};
  }
  std::vector<std::shared_ptr<Socket>> sockets;
};

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    limits_.spaces_max = 3;
    limits_.rooms_max = 2;
    limits_.pending_acks_max = 2;
    for (std::string name : {"/", "/a", "/b", "/c"}) spaces_[name].space = space_;
  }
  // Runs `body(client)` on a core.
  void with_client(std::function<Task<>(Client&)> body) {
    auto all = [&]() -> Task<> {
      auto client =
          std::make_shared<Client>(Client::Parts{engine_, spaces_, random_, limits_, Visitor{}});
      co_await body(*client);
      client->on_closed(CloseReason::transport_closed);
      co_await tasks_.stop();
    };
    core_.run_until_done(all());
  }
  static Task<> settle() {
    for (int i = 0; i < 10; ++i) co_await sleep_for(Duration(0));
  }

  SystemClock clock_;
  Core core_{0, clock_};
  SeededRandom random_{1};
  Limits limits_;
  Spaces spaces_;
  std::shared_ptr<OpenSpace> space_ = std::make_shared<OpenSpace>();
  TaskGroup tasks_{[](const std::exception_ptr&) {}};
  FakeEngine engine_{tasks_};
};

TEST_F(ClientTest, connects_to_so_many_namespaces_and_no_more) {
  with_client([&](Client& client) -> Task<> {
    for (const char* packet : {"0", "0/a,", "0/b,"}) {
      client.on_message({EngineKind::message, packet});
    }
    co_await settle();
    EXPECT_EQ(space_->sockets.size(), 3u);
    EXPECT_FALSE(engine_.closed);
    client.on_message({EngineKind::message, "0/c,"});
    EXPECT_EQ(engine_.closed, CloseReason::parse_error);
  });
}

TEST_F(ClientTest, who_connects_to_no_namespace_in_time_is_closed) {
  limits_.connect_timeout = std::chrono::milliseconds(20);
  auto wait = [this](Duration most) -> Task<> {
    Instant end = clock_.steady() + most;
    while (!engine_.closed && clock_.steady() < end) {
      co_await sleep_for(std::chrono::milliseconds(1));
    }
  };
  with_client([&](Client& client) -> Task<> {
    client.on_message({EngineKind::message, "0"});
    co_await wait(2 * limits_.connect_timeout);
    EXPECT_FALSE(engine_.closed) << "it is connected";
  });
  engine_.closed.reset();
  with_client([&](Client&) -> Task<> {
    co_await wait(std::chrono::seconds(10));
    EXPECT_EQ(engine_.closed, CloseReason::connect_timeout);
  });
}

TEST_F(ClientTest, joins_so_many_rooms_and_no_more) {
  with_client([&](Client& client) -> Task<> {
    client.on_message({EngineKind::message, "0"});
    co_await settle();
    Socket& socket = *space_->sockets.at(0);
    EXPECT_TRUE(socket.join("one"));
    EXPECT_TRUE(socket.join("two"));
    EXPECT_TRUE(socket.join("two"));
    EXPECT_FALSE(socket.join("three"));
    socket.leave("one");
    EXPECT_TRUE(socket.join("three"));
  });
}

TEST_F(ClientTest, so_many_acks_are_awaited_and_no_more) {
  with_client([&](Client& client) -> Task<> {
    client.on_message({EngineKind::message, "0"});
    co_await settle();
    Socket& socket = *space_->sockets.at(0);
    int answers = 0;
    auto count = [&](Arguments) { ++answers; };
    EXPECT_TRUE(socket.emit_with_ack("question", "[]", count));
    EXPECT_TRUE(socket.emit_with_ack("question", "[]", count));
    std::size_t sent = engine_.sent.size();
    EXPECT_FALSE(socket.emit_with_ack("question", "[]", count));
    EXPECT_EQ(engine_.sent.size(), sent) << "nothing is sent when nobody waits for its ack";
    client.on_message({EngineKind::message, "30[]"});
    EXPECT_EQ(answers, 1);
    EXPECT_TRUE(socket.emit_with_ack("question", "[]", count));
  });
}

}  // namespace
}  // namespace antiphon::socketio
