#include "engine/live/websocket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>

#include "engine/live/handshake.h"
#include "engine/live/wire_limits.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::live {
namespace {

using namespace std::chrono_literals;

// Counts the writes that pass through it.
class CountingStream final : public Stream {
 public:
  CountingStream(std::unique_ptr<Stream> inner, int& writes)
      : inner_(std::move(inner)), writes_(writes) {}
  Task<std::size_t> read_some(std::span<char> into) override { return inner_->read_some(into); }
  Task<> write_all(std::span<const std::string_view> pieces) override {
    ++writes_;
    return inner_->write_all(pieces);
  }
  Task<> end_writing() override { return inner_->end_writing(); }
  void close() noexcept override { inner_->close(); }
  std::string peer() const override { return inner_->peer(); }
  std::unique_ptr<LooseStream> release() override { return inner_->release(); }

 private:
  std::unique_ptr<Stream> inner_;
  int& writes_;
};

class WebSocketTest : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return time_.run(std::move(task));
  }
  // Both ends; call inside a task.
  void connect(WebSocketOptions server = {}, std::size_t stream_bytes = 64 << 10) {
    auto [near, far] = testing::memory_streams(stream_bytes);
    auto counting = std::make_unique<CountingStream>(std::move(far), writes_);
    server_ = std::make_unique<WebSocket>(http::TakenSocket{std::move(counting), ""}, server);
    WebSocketOptions options{.role = Role::client, .random = &random_};
    options.message_bytes_max = std::size_t{16} << 20;
    client_ = std::make_unique<WebSocket>(http::TakenSocket{std::move(near), ""}, options);
  }
  Task<> echo() {
    while (auto message = co_await server_->receive()) {
      server_->send(message->kind, message->payload);
      co_await server_->drained(1 << 20);
    }
  }
  // What the peer sees of raw bytes that a client sends, up to the end.
  std::string raw_exchange(std::string bytes) {
    std::string answer;
    auto talk = [&]() -> Task<> {
      auto [near, far] = testing::memory_streams();
      server_ =
          std::make_unique<WebSocket>(http::TakenSocket{std::move(far), bytes}, WebSocketOptions{});
      TaskGroup group([](const std::exception_ptr&) {});
      group.spawn(server_->run(echo()));
      std::array<char, 1000> buffer;
      while (std::size_t count = co_await near->read_some(buffer)) {
        answer.append(buffer.data(), count);
      }
      co_await group.join();
    };
    run(talk());
    return answer;
  }

  testing::VirtualTime time_;
  SeededRandom random_{5};
  int writes_ = 0;
  std::unique_ptr<WebSocket> server_;
  std::unique_ptr<WebSocket> client_;
};

TEST_F(WebSocketTest, echoes_messages_of_all_sizes_through_a_narrow_stream) {
  auto talk = [&]() -> Task<> {
    connect({.message_bytes_max = std::size_t{16} << 20}, 1000);
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(server_->run(echo()));
    for (std::size_t size : {0, 1, 125, 126, 65'536, 2'000'000}) {
      std::string payload(size, 'a');
      client_->send(Opcode::binary, payload);
      auto answer = co_await client_->receive();
      EXPECT_TRUE(answer && answer->payload == payload) << size;
    }
    co_await client_->finish();
    co_await group.join();
  };
  run(talk());
  EXPECT_EQ(server_->end()->code, CloseCode::normal);
  EXPECT_EQ(client_->end()->code, CloseCode::normal);
}

// E-25: frames that are queued in one pass are written together.
TEST_F(WebSocketTest, one_write_for_all_frames_of_a_pass) {
  auto talk = [&]() -> Task<> {
    connect();
    for (int i = 0; i < 50; ++i) server_->send(Opcode::text, "frame");
    for (int i = 0; i < 50; ++i) co_await client_->receive();
    EXPECT_EQ(writes_, 1);
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(client_->finish());
    co_await server_->finish();
    co_await group.join();
  };
  run(talk());
}

// E-23: ping and pong, and a peer that is gone is noticed.
TEST_F(WebSocketTest, pings_keep_a_silent_peer_and_a_dead_one_is_dropped) {
  auto talk = [&]() -> Task<> {
    connect({.ping_interval = 20s});
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(
        client_->run([](WebSocket& socket) -> Task<> { co_await socket.receive(); }(*client_)));
    Instant begin = time_.clock().steady();
    auto limit =
        time_.core().timers().at(begin + 10min, [&] { server_->close(CloseCode::normal, ""); });
    EXPECT_FALSE(co_await server_->receive());
    EXPECT_GE(time_.clock().steady() - begin, 10min);
    co_await server_->finish();
    co_await group.join();
  };
  run(talk());
  auto alone = [&]() -> Task<> {
    auto [near, far] = testing::memory_streams();
    WebSocket socket(http::TakenSocket{std::move(far), ""}, {.ping_interval = 20s});
    Instant begin = time_.clock().steady();
    EXPECT_FALSE(co_await socket.receive());
    EXPECT_EQ(socket.end()->code, CloseCode::abnormal);
    EXPECT_LE(time_.clock().steady() - begin, 41s);
    co_await socket.finish();
  };
  run(alone());
}

// Writing often must not put off the look at a peer that is silent.
TEST_F(WebSocketTest, a_dead_peer_is_noticed_by_one_that_goes_on_talking) {
  auto talk = [&]() -> Task<> {
    auto [near, far] = testing::memory_streams(1 << 20);
    WebSocket socket(http::TakenSocket{std::move(far), ""}, {.ping_interval = 20s});
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn([](WebSocket& talking) -> Task<> {
      for (;;) {
        talking.send(Opcode::text, "Are you there?");
        co_await sleep_for(5s);
      }
    }(socket));
    Instant begin = time_.clock().steady();
    EXPECT_FALSE(co_await socket.receive());
    EXPECT_LE(time_.clock().steady() - begin, 41s);
    co_await group.stop();
    co_await socket.finish();
  };
  run(talk());
}

TEST_F(WebSocketTest, a_peer_that_does_not_read_is_dropped) {
  auto talk = [&]() -> Task<> {
    connect({.stall_timeout = 15s}, 1000);
    server_->send(Opcode::binary, std::string(100'000, 'x'));
    Instant begin = time_.clock().steady();
    EXPECT_FALSE(co_await server_->receive());
    EXPECT_EQ(server_->end()->code, CloseCode::slow);
    EXPECT_LE(time_.clock().steady() - begin, 31s);
    co_await server_->finish();
    client_->cut();
    co_await client_->finish();
  };
  run(talk());
}

TEST_F(WebSocketTest, a_close_without_answer_ends_after_a_while) {
  auto talk = [&]() -> Task<> {
    auto [near, far] = testing::memory_streams();
    WebSocket socket(http::TakenSocket{std::move(far), ""}, {.close_timeout = 5s});
    Instant begin = time_.clock().steady();
    socket.close(CloseCode::restart, "bye");
    co_await socket.finish();
    EXPECT_GE(time_.clock().steady() - begin, 5s);
    EXPECT_LE(time_.clock().steady() - begin, 6s);
    EXPECT_EQ(socket.end()->code, CloseCode::restart);
  };
  run(talk());
}

TEST_F(WebSocketTest, a_cancelled_conversation_ends_its_socket) {
  auto talk = [&]() -> Task<> {
    connect();
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(server_->run(echo()));
    co_await sleep_for(1ms);
    co_await group.stop();
    EXPECT_FALSE(co_await client_->receive());
    co_await client_->finish();
  };
  run(talk());
}

TEST_F(WebSocketTest, a_broken_frame_is_answered_by_its_close_code) {
  // A frame that is not masked, and text that is none.
  EXPECT_THAT(raw_exchange("\x81\x01x"), ::testing::StartsWith("\x88"));
  std::string answer = raw_exchange("\x81\x01x");
  EXPECT_EQ(answer.substr(2, 2), "\x03\xea");
  answer = raw_exchange(std::string("\x81\x82\0\0\0\0\xff\xff", 8));
  EXPECT_EQ(answer.substr(2, 2), "\x03\xef");
}

// discarded_bytes_max
TEST_F(WebSocketTest, after_a_broken_frame_so_much_is_read_and_no_more) {
  std::size_t taken = 0;
  auto talk = [&]() -> Task<> {
    auto [near, far] = testing::memory_streams();
    server_ = std::make_unique<WebSocket>(http::TakenSocket{std::move(far), "\x81\x01x"},
                                          WebSocketOptions{});
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(server_->run(echo()));
    std::string piece(64 << 10, 'x');
    try {
      for (; taken < 2 * discarded_bytes_max; taken += piece.size()) {
        co_await near->write_all(piece);
      }
    } catch (const boost::system::system_error&) {
      // It was cut.
    }
    near->close();
    co_await group.join();
  };
  run(talk());
  EXPECT_GE(taken, discarded_bytes_max);
  EXPECT_LE(taken, discarded_bytes_max + (std::size_t{1} << 20));
}

// A client that pings and never reads gets no memory of ours.
TEST_F(WebSocketTest, a_flood_of_pings_is_not_queued) {
  auto talk = [&]() -> Task<> {
    connect({}, 4096);
    for (int i = 0; i < 20'000; ++i) client_->send(Opcode::ping, std::string(100, 'p'));
    TaskGroup group([](const std::exception_ptr&) {});
    std::size_t most = 0;
    auto watch = [](WebSocket& socket, std::size_t& queued) -> Task<> {
      for (;;) {
        queued = std::max(queued, socket.queued_bytes());
        co_await sleep_for(1ms);
      }
    };
    group.spawn(watch(*server_, most));
    EXPECT_FALSE(co_await server_->receive());  // it stalls, in the end
    co_await group.stop();
    EXPECT_LE(most, 66u << 10);
    co_await server_->finish();
    client_->cut();
    co_await client_->finish();
  };
  run(talk());
}

TEST_F(WebSocketTest, a_flood_of_pings_is_refused) {
  auto talk = [&]() -> Task<> {
    connect();
    TaskGroup group([](const std::exception_ptr&) {});
    group.spawn(server_->run(echo()));
    for (int i = 0; i < 1001; ++i) client_->send(Opcode::ping, "");
    EXPECT_FALSE(co_await client_->receive());
    EXPECT_EQ(client_->end()->code, CloseCode::policy_violation);
    co_await client_->finish();
    co_await group.join();
  };
  run(talk());
}

http::Request good_request() {
  http::Request request;
  request.headers = {{"Connection", "keep-alive, Upgrade"},
                     {"Upgrade", "websocket"},
                     {"Sec-WebSocket-Version", "13"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  return request;
}

TEST(Handshake, answers_as_the_standard_shows) {
  constexpr std::array supported{native_protocol};
  http::Request request = good_request();
  auto handshake = read_handshake(request, supported);
  EXPECT_EQ(handshake.accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, 1.3
  EXPECT_EQ(handshake.protocol, "");
  request.headers.add("Sec-WebSocket-Protocol", "other,  antiphon.v1");
  request.headers.add("Sec-WebSocket-Protocol", "antiphon.token.s3cret");
  handshake = read_handshake(request, supported);
  EXPECT_EQ(handshake.protocol, "antiphon.v1");
  EXPECT_EQ(handshake.token, "s3cret");
  EXPECT_THAT(make_answer(handshake),
              ::testing::HasSubstr("Sec-WebSocket-Protocol: antiphon.v1\r\n"));
  EXPECT_THAT(make_answer(handshake), ::testing::Not(::testing::HasSubstr("s3cret")));
}

// RFC 6455, 4.2.2: who asks for another version is told which one is spoken.
TEST(Handshake, another_version_is_told_ours) {
  http::Request request = good_request();
  EXPECT_EQ(refuse_version(request), "");
  request.headers.set("Sec-WebSocket-Version", "14");
  EXPECT_THAT(refuse_version(request), ::testing::StartsWith("HTTP/1.1 426 "));
  EXPECT_THAT(refuse_version(request), ::testing::HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
  request.headers.set("Upgrade", "h2c");
  EXPECT_EQ(refuse_version(request), "");
}

TEST(Handshake, refuses_what_is_none) {
  for (auto [name, value] : {std::pair{"Connection", "close"},
                             {"Upgrade", "h2c"},
                             {"Sec-WebSocket-Version", "8"},
                             {"Sec-WebSocket-Key", "short"},
                             {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"}}) {
    http::Request request = good_request();
    request.headers.set(name, value);
    EXPECT_THROW(read_handshake(request, {}), Error) << name << " " << value;
  }
  http::Request request = good_request();
  request.method = http::Method::post;
  EXPECT_THROW(read_handshake(request, {}), Error);
}

}  // namespace
}  // namespace antiphon::live
