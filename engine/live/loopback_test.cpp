#include <filesystem>

#include "engine/http/server.h"
#include "engine/live/sample_test.h"
#include "engine/live/sse.h"
#include "engine/live/testing_servers.h"

// The whole way over real sockets and two cores.

namespace antiphon::live {
namespace {

using namespace std::chrono_literals;

// A server of two cores, whose second one runs on a thread of its own; the test runs on the first.
class LoopbackTest : public ::testing::Test {
 protected:
  LoopbackTest() {
    route_ = {.app = "notes", .permission = "notes:attach"};
    route_.authenticate = [](std::string) -> Task<std::shared_ptr<const Principal>> {
      co_return std::make_shared<const Principal>(principal());
    };
    for (unsigned i = 0; i < 2; ++i) {
      LiveApp app{.name = "notes", .events = {&noted, &kept}};
      app.make = [](Session& session) { return std::make_unique<Notebook>(session); };
      live_.at(i).add(std::move(app));
    }
    add_routes();
    second_ = std::thread([this] { cores_.at(1).run(); });
    run(live_.start());
    run(start());
  }
  ~LoopbackTest() override {
    auto stop = [this]() -> Task<> {
      co_await live_.stop();
      co_await server_->stop();
    };
    run(stop());
    cores_.at(1).stop();
    second_.join();
  }

  static Principal principal() {
    Principal made{.kind = Principal::Kind::user, .id = "usr_ann", .tenant = "tnt_1"};
    made.permissions = {"*"};
    return made;
  }

  void add_routes() {
    auto add = [this](std::string path, auto handler) {
      router_.add({.path = std::move(path), .permission = "public"}, std::move(handler));
    };
    add("/live", [this](Call, http::Request request, http::Takeover takeover) {
      return serve_websocket(live_, route_, std::move(request), takeover, nullptr, "");
    });
    add("/events/{id}", [this](Call, http::Request request) {
      std::string id = request.parameter("id");
      return serve_events(live_, route_, std::move(request), principal(), std::move(id));
    });
    add("/echo", [](Call, http::Request request, http::Takeover takeover) {
      return serve_echo(std::move(request), takeover);
    });
    add("/ws/{session}/{client}", [](Call, http::Request request, http::Takeover takeover) {
      return serve_chat(std::move(request), takeover);
    });
  }
  Task<> start() {
    server_ = std::make_unique<http::Server>(router_, gate_, random_);
    auto listener = network_.listen({"127.0.0.1", 0});
    endpoint_ = listener->local();
    server_->start(std::move(listener));
    co_return;
  }

  template <class T>
  T run(Task<T> task) {
    return cores_.at(0).run_until_done(std::move(task));
  }
  // The id of a new session on that core.
  Task<std::string> open(unsigned core) {
    Hub& hub = live_.at(core);
    co_return co_await on_core(hub.core(), [&hub]() -> Task<std::string> {
      co_return hub.open("notes", "tnt_1", "usr_ann")->id();
    });
  }
  Task<> emit(std::string id, std::string text) {
    co_await live_.with_session(id, "tnt_1", [text](Session& session) -> Task<> {
      session.emit(noted, Note{text});
      co_return;
    });
  }
  Task<std::unique_ptr<WebSocket>> plain(std::string path) {
    WebSocketTarget target{.endpoint = endpoint_, .path = std::move(path)};
    Instant deadline = Core::here().clock().steady() + 10s;
    co_return co_await connect_websocket(http_, random_, std::move(target), deadline);
  }

  SystemClock clock_;
  SystemRandom random_;
  SystemNetwork network_;
  Cores cores_{2, clock_};
  http::NetworkHttpClient http_{network_, {.reach = http::Reach::everywhere}};
  MemoryLogFiles files_;
  Live live_{Live::Parts{cores_, files_, "live", nullptr, random_, Rig::small_limits()}};
  LiveRoute route_;
  http::Router router_;
  http::OpenGate gate_;
  std::unique_ptr<http::Server> server_;
  Endpoint endpoint_;
  std::thread second_;
};

// The socket moves to the session's home core with what it had already sent.
TEST_F(LoopbackTest, a_connection_moves_to_the_home_of_its_session) {
  for (unsigned core : {0u, 1u, 1u, 0u}) {
    std::string id = run(open(core));
    Client::Options options{.target = {.endpoint = endpoint_, .path = "/live"}, .token = "ann"};
    options.session_id = id;
    Client client(http_, random_, options);
    auto talk = [&]() -> Task<> {
      co_await client.connect();
      for (int i = 0; i < 20; ++i) client.send(R"({"type":"note","text":"hello"})");
      for (int received = 0; received < 20;) {
        auto frame = co_await client.receive();
        if (!frame) throw Error(Code::internal, "closed");
        received += frame->type == "noted";
      }
      client.cut();
      co_await emit(id, "while away");
      co_await client.resume();
      EXPECT_TRUE(client.welcome().recovered);
      auto missed = co_await client.receive();
      EXPECT_EQ(missed->value.at("/text").text(), "while away");
    };
    run(client.run(talk()));
  }
}

// E-20: the same log over Server-Sent Events, resumed by Last-Event-ID.
TEST_F(LoopbackTest, server_sent_events_show_the_same_log) {
  for (unsigned core : {0u, 1u}) {
    std::string id = run(open(core));
    auto read_until = [&](std::string last_event_id, std::string text) -> Task<std::string> {
      auto stream = co_await network_.connect(endpoint_, clock_.steady() + 10s);
      co_await stream->write_all("GET /events/" + id + " HTTP/1.1\r\nHost: a\r\nLast-Event-ID: " +
                                 last_event_id + "\r\n\r\n");
      std::string seen;
      std::array<char, 1000> buffer;
      while (seen.find(text) == std::string::npos) {
        std::size_t count = co_await stream->read_some(buffer);
        if (count == 0) break;
        seen.append(buffer.data(), count);
      }
      co_return seen;
    };
    run(emit(id, "one"));
    run(emit(id, "two"));
    std::string seen = run(read_until("1-1", "two"));
    EXPECT_THAT(seen, ::testing::HasSubstr("Content-Type: text/event-stream"));
    EXPECT_THAT(seen, ::testing::HasSubstr(R"("recovered":true)"));
    EXPECT_THAT(seen, ::testing::HasSubstr("id: 1-2\ndata: {\"type\":\"noted\",\"seq\":2"));
    EXPECT_THAT(seen, ::testing::Not(::testing::HasSubstr(R"("text":"one")")));
    seen = run(read_until("", "snapshot"));
    EXPECT_THAT(seen, ::testing::HasSubstr(R"("recovered":false)"));
    seen = run(read_until("7-1", "snapshot"));
    EXPECT_THAT(seen, ::testing::HasSubstr(R"("recovered":false)"));
  }
}

TEST_F(LoopbackTest, events_of_a_session_that_is_not_there_are_a_404) {
  http::ClientRequest request{.endpoint = endpoint_, .target = "/events/ses_0"};
  auto answer = run(http_.send(request, clock_.steady() + 10s));
  EXPECT_EQ(answer.status, 404);
}

TEST_F(LoopbackTest, echo_gives_back_text_and_binary_up_to_16_mib) {
  auto talk = [&]() -> Task<> {
    auto socket = co_await plain("/echo");
    std::string large(echo_bytes_max, '\xff');
    for (const auto& [kind, payload] : {std::pair{Opcode::text, std::string("h\xc3\xa9")},
                                        {Opcode::binary, large},
                                        {Opcode::text, std::string()}}) {
      socket->send(kind, payload);
      auto answer = co_await socket->receive();
      EXPECT_TRUE(answer && answer->kind == kind && answer->payload == payload);
    }
    socket->send(Opcode::binary, large + "x");
    EXPECT_FALSE(co_await socket->receive());
    EXPECT_EQ(socket->end()->code, CloseCode::too_big);
    co_await socket->finish();
  };
  run(talk());
}

// It would see a reset if the rest of its message were left unread.
TEST_F(LoopbackTest, a_client_in_the_middle_of_a_message_sees_why_it_is_closed) {
  auto talk = [&]() -> Task<> {
    auto socket = co_await plain("/ws/s1/c1");
    socket->send(Opcode::binary, std::string(std::size_t{8} << 20, 'x'));
    co_await socket->drained(0);
    EXPECT_FALSE(co_await socket->receive());
    EXPECT_EQ(socket->end()->code, CloseCode::too_big);
    co_await socket->finish();
  };
  run(talk());
}

TEST_F(LoopbackTest, chat_answers_in_ten_chunks) {
  auto talk = [&]() -> Task<> {
    auto socket = co_await plain("/ws/s1/c1");
    for (std::string id : {"7", R"("seven")"}) {
      socket->send(Opcode::text, fmt::format(R"({{"type":"message","id":{},"text":"Why?"}})", id));
      for (int i = 0; i < 10; ++i) {
        auto chunk = co_await socket->receive();
        auto value = schema::parse_value(chunk->payload);
        EXPECT_EQ(value.at("/type").text(), "chunk");
        EXPECT_EQ(value.at("/id"), schema::parse_value(id));
        EXPECT_EQ(value.at("/seq").integer(), i);
        EXPECT_EQ(value.at("/final").boolean(), i == 9);
        EXPECT_NEAR(static_cast<double>(chunk->payload.size()), 125, 15);
      }
    }
    socket->send(Opcode::text, "{");
    auto error = schema::parse_value((co_await socket->receive())->payload);
    EXPECT_EQ(error.at("/type").text(), "error");
    co_await socket->finish();
  };
  run(talk());
}

TEST_F(LoopbackTest, a_plain_request_to_a_socket_path_is_told_what_is_missing) {
  http::ClientRequest request{.endpoint = endpoint_, .target = "/live"};
  auto answer = run(http_.send(request, clock_.steady() + 10s));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, ::testing::HasSubstr("Upgrade: websocket"));
}

}  // namespace
}  // namespace antiphon::live
