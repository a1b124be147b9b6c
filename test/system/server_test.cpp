// What the program promises as a process: it stands beside others and ends in time.

#include "engine/async/call.h"
#include "engine/live/client.h"
#include "engine/schema/json.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

class ServerTest : public SystemTest {};

TEST_F(ServerTest, two_servers_stand_side_by_side) {
  auto body = [&]() -> Task<> {
    auto first = co_await serve("first");
    auto second = co_await serve("second");
    EXPECT_NE(first->endpoint().port, second->endpoint().port);
    for (ServerProcess* server : {first.get(), second.get()}) {
      auto health = co_await ask_json(*server, http::Method::get, "/health", "", "");
      EXPECT_EQ(health.at("/dependencies/0/state").text(), "ok");
    }
    EXPECT_TRUE((co_await stop(first->program())).ok());
    EXPECT_TRUE((co_await stop(second->program())).ok());
  };
  run(body());
}

// E-5: open sockets are told where they stand, and do not hold the end up.
TEST_F(ServerTest, ends_in_time_while_sockets_are_open) {
  auto body = [&]() -> Task<> {
    constexpr std::chrono::seconds allowed{8};
    auto server = co_await serve("data", {"--server-shutdown-ms", "8000"});
    std::string token = co_await owner_token(*server);
    auto take =
        co_await ask_json(*server, http::Method::post, "/api/v1/director/sessions", "{}", token);
    std::vector<std::unique_ptr<live::WebSocket>> sockets;
    for (int i = 0; i < 40; ++i) {
      sockets.push_back(co_await live::connect_websocket(
          http_, random_, {.endpoint = server->endpoint(), .path = take.at("/wsUrl").text()},
          soon()));
      sockets.back()->send(live::Opcode::text, R"({"type":"hello","token":")" + token + "\"}");
      auto welcome = co_await sockets.back()->receive();
      EXPECT_TRUE(welcome && welcome->payload.contains("welcome"));
    }
    Instant asked = clock_.steady();
    ExitStatus status = co_await stop(server->program());
    EXPECT_TRUE(status.ok()) << status.text() << "\n" << server->program().log_tail();
    EXPECT_LT(clock_.steady() - asked, allowed);
    for (auto& socket : sockets) {
      while (co_await socket->receive()) {
      }
      EXPECT_EQ(socket->end()->code, live::CloseCode::restart);
      co_await socket->finish();
    }
  };
  run(body());
}

// E-5: neither a client that does not answer the close, nor one whose request does not come to its
// end, nor one that only connected holds the end up for longer than was configured.
TEST_F(ServerTest, ends_in_time_although_nobody_answers) {
  auto body = [&]() -> Task<> {
    constexpr std::chrono::seconds allowed{8};
    auto server = co_await serve("data", {"--server-shutdown-ms", "8000"});
    std::string token = co_await owner_token(*server);
    auto take =
        co_await ask_json(*server, http::Method::post, "/api/v1/director/sessions", "{}", token);
    live::WebSocketTarget target{.endpoint = server->endpoint(), .path = take.at("/wsUrl").text()};
    auto mute = co_await live::connect_websocket(http_, random_, target, soon());
    mute->send(live::Opcode::text, R"({"type":"hello","token":")" + token + "\"}");
    EXPECT_TRUE(co_await mute->receive());
    auto late = co_await live::connect_websocket(http_, random_, target, soon());  // no hello
    auto slow = co_await network_.connect(server->endpoint(), soon());
    co_await slow->write_all(
        "POST /api/v1/identity/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{");
    auto silent = co_await network_.connect(server->endpoint(), soon());
    Instant asked = clock_.steady();
    ExitStatus status = co_await stop(server->program());
    EXPECT_TRUE(status.ok()) << status.text() << "\n" << server->program().log_tail();
    EXPECT_LT(clock_.steady() - asked, allowed);
    for (live::WebSocket* socket : {mute.get(), late.get()}) {
      while (co_await socket->receive()) {
      }
      EXPECT_EQ(socket->end()->code, live::CloseCode::restart);
      co_await socket->finish();
    }
  };
  run(body());
}

// E-5: also before it listens.
TEST_F(ServerTest, a_stop_while_it_starts_is_in_order) {
  auto body = [&]() -> Task<> {
    RunningProgram program(
        antiphon({"serve", "--listen", "127.0.0.1:0", "--data", folder("data").string()}));
    while (!std::filesystem::exists(folder("data") / "server.lock")) {
      co_await sleep_for(std::chrono::milliseconds(1));
    }
    ExitStatus status = co_await stop(program);
    EXPECT_TRUE(status.ok()) << status.text();
  };
  run(body());
}

// What people said and the hashes of secrets are kept from other users of the machine.
TEST_F(ServerTest, makes_its_data_folder_for_its_owner_alone) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    EXPECT_EQ(std::filesystem::status(folder("data")).permissions(),
              std::filesystem::perms::owner_all);
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

// A whole answer of 16 MiB goes both ways, as text and as bytes.
TEST_F(ServerTest, echo_returns_up_to_16_MiB) {
  auto body = [&]() -> Task<> {
    Endpoint endpoint;
    auto program = co_await serve_testing("echo", endpoint);
    auto socket = co_await live::connect_websocket(http_, random_,
                                                   {.endpoint = endpoint, .path = "/echo"}, soon());
    constexpr std::size_t bytes_max = std::size_t{16} << 20;
    for (std::size_t bytes : {std::size_t{0}, std::size_t{125}, std::size_t{126},
                              std::size_t{65'535}, std::size_t{65'536}, bytes_max}) {
      for (live::Opcode kind : {live::Opcode::text, live::Opcode::binary}) {
        std::string sent(bytes, kind == live::Opcode::text ? 'x' : '\xff');
        socket->send(kind, sent);
        auto came = co_await socket->receive();
        EXPECT_TRUE(came && came->kind == kind && came->payload == sent) << bytes;
        if (!came) co_return;
      }
    }
    // The beginning of a frame of one byte more is refused before any of its bytes comes.
    socket->send(live::Frames(std::string("\x82\xff\0\0\0\0\1\0\0\1mask", 14)));
    EXPECT_FALSE(co_await socket->receive());
    EXPECT_EQ(socket->end()->code, live::CloseCode::too_big);
    co_await socket->finish();
    EXPECT_TRUE((co_await stop(*program)).ok());
  };
  run(body());
}

TEST_F(ServerTest, chat_answers_each_message_with_ten_chunks) {
  auto body = [&]() -> Task<> {
    Endpoint endpoint;
    auto program = co_await serve_testing("chat", endpoint);
    auto socket = co_await live::connect_websocket(
        http_, random_, {.endpoint = endpoint, .path = "/ws/room/client"}, soon());
    for (std::int64_t id : {7, 8}) {
      socket->send(live::Opcode::text,
                   fmt::format(R"({{"type":"message","id":{},"text":"When?"}})", id));
      for (std::int64_t seq = 0; seq < 10; ++seq) {
        auto frame = co_await socket->receive();
        EXPECT_TRUE(frame);
        if (!frame) co_return;
        auto chunk = schema::parse_value(frame->payload);
        EXPECT_EQ(chunk.at("/type").text(), "chunk");
        EXPECT_EQ(chunk.at("/id").integer(), id);
        EXPECT_EQ(chunk.at("/seq").integer(), seq);
        EXPECT_FALSE(chunk.at("/text").text().empty());
        EXPECT_EQ(chunk.at("/final").boolean(), seq == 9);
      }
    }
    socket->cut();
    co_await socket->finish();
    EXPECT_TRUE((co_await stop(*program)).ok());
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
