#include "engine/http/server.h"

#include <boost/system/system_error.hpp>

#include "engine/http/client.h"
#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// A server on a real socket of the loopback address.
class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { greetings_.mount(router_); }

  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }

  Instant soon() const { return clock_.steady() + 20s; }

  void start() {
    server_.emplace(router_, gate_, random_, options_);
    auto listener = network_.listen({"127.0.0.1", 0});
    endpoint_ = listener->local();
    server_->start(std::move(listener));
  }

  Task<std::string> talk(std::string bytes) {
    if (!server_) start();
    auto stream = co_await network_.connect(endpoint_, soon());
    co_await stream->write_all(bytes);
    co_return co_await within(soon(), read_to_end(stream.get()));
  }

  Task<std::string> talk_and_stop(std::string bytes) {
    std::string answer = co_await talk(std::move(bytes));
    co_await server_->stop();
    server_.reset();
    co_return answer;
  }

  std::string exchange(std::string bytes) { return run(talk_and_stop(std::move(bytes))); }

  SystemClock clock_;
  Core core_{0, clock_};
  SystemNetwork network_;
  Greetings greetings_;
  Router router_;
  OpenGate gate_;
  SystemRandom random_;
  ServerOptions options_;
  Endpoint endpoint_;
  std::optional<Server> server_;
};

struct BadRequest {
  std::string name;
  int status;
  std::string bytes;
};

void PrintTo(const BadRequest& bad, std::ostream* out) { *out << bad.name; }

class Refusals : public ServerTest, public ::testing::WithParamInterface<BadRequest> {};

// E-10: bytes that two readers could understand differently, or that no limit allows, are answered
// with a problem, and the connection ends: nothing after them is taken for a request.
TEST_P(Refusals, are_answered_and_end_the_connection) {
  const BadRequest& bad = GetParam();
  std::string next = "DELETE /greetings HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  std::string answer = exchange(bad.bytes + next);
  EXPECT_TRUE(answer.starts_with(fmt::format("HTTP/1.1 {} ", bad.status))) << answer;
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(answer.find("HTTP/1.1 204"), std::string::npos) << answer;
}

std::string put(std::string_view headers, std::string_view body = "") {
  return fmt::format("PUT /echo HTTP/1.1\r\nHost: a\r\n{}\r\n{}", headers, body);
}

std::string get(std::string_view target) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", target);
}

std::string many_headers() {
  std::string headers;
  for (int i = 0; i < 100; ++i) headers += fmt::format("H{}: x\r\n", i);
  return put(headers);
}

INSTANTIATE_TEST_SUITE_P(
    Http, Refusals,
    ::testing::Values(
        BadRequest{"both_lengths", 400,
                   put("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        BadRequest{"both_lengths_other_order", 400,
                   put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        BadRequest{"two_lengths", 400, put("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
        BadRequest{"two_equal_lengths", 400,
                   put("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
        BadRequest{"length_list", 400, put("Content-Length: 5, 5\r\n", "hello")},
        BadRequest{"length_signed", 400, put("Content-Length: +5\r\n", "hello")},
        BadRequest{"length_hex", 400, put("Content-Length: 0x5\r\n", "hello")},
        BadRequest{"length_empty", 400, put("Content-Length: \r\n")},
        BadRequest{"length_huge", 400, put("Content-Length: 99999999999999999999\r\n")},
        BadRequest{"coding_gzip", 501, put("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
        BadRequest{"coding_case", 501, put("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n")},
        BadRequest{"coding_identity", 501, put("Transfer-Encoding: identity\r\n")},
        BadRequest{
            "coding_twice", 400,
            put("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        BadRequest{"coding_quoted", 501, put("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
        BadRequest{"coding_vertical_tab", 400,
                   put("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
        BadRequest{"coding_in_1_0", 400,
                   "PUT /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        BadRequest{"no_host", 400, "GET /stream HTTP/1.1\r\n\r\n"},
        BadRequest{"two_hosts", 400, "GET /stream HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        BadRequest{"two_hosts_in_1_0", 400, "GET /stream HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"},
        BadRequest{"empty_host", 400, "GET /stream HTTP/1.1\r\nHost: \r\n\r\n"},
        BadRequest{"host_with_path", 400, "GET /stream HTTP/1.1\r\nHost: a/b\r\n\r\n"},
        BadRequest{"host_list", 400, "GET /stream HTTP/1.1\r\nHost: a, b\r\n\r\n"},
        BadRequest{"folded_header", 400, put("X: a\r\n b\r\n")},
        BadRequest{"folded_with_tab", 400, put("X: a\r\n\tb\r\n")},
        BadRequest{"folded_first_header", 400, "GET /stream HTTP/1.1\r\n Host: a\r\n\r\n"},
        BadRequest{"bare_lf", 400, "GET /stream HTTP/1.1\nHost: a\n\n"},
        BadRequest{"bare_lf_in_headers", 400, put("X: a\nY: b\r\n")},
        BadRequest{"bare_cr", 400, put("X: a\rY: b\r\n")},
        BadRequest{"nul", 400, put(std::string("X: a\0b\r\n", 8))},
        BadRequest{"nul_in_name", 400, put(std::string("X\0: a\r\n", 7))},
        BadRequest{"delete_character", 400, put("X: \x7f\r\n")},
        BadRequest{"blank_before_colon", 400, put("Content-Length : 5\r\n", "hello")},
        BadRequest{"blank_in_name", 400, put("X Y: a\r\n")},
        BadRequest{"no_colon", 400, put("nonsense\r\n")},
        BadRequest{"empty_name", 400, put(": a\r\n")},
        BadRequest{"not_utf8", 400, put("X: \xff\r\n")},
        BadRequest{"too_many_headers", 431, many_headers()},
        BadRequest{"long_headers", 431, put("X: " + std::string(20'000, 'x') + "\r\n")},
        BadRequest{"long_target", 414, get("/" + std::string(9'000, 'x'))},
        BadRequest{"endless_target", 414, "GET /" + std::string(20'000, 'x')},
        BadRequest{"version_2_0", 505, "GET /stream HTTP/2.0\r\nHost: a\r\n\r\n"},
        BadRequest{"version_1_2", 505, "GET /stream HTTP/1.2\r\nHost: a\r\n\r\n"},
        BadRequest{"no_version", 400, "GET /stream\r\nHost: a\r\n\r\n"},
        BadRequest{"http_2_preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        BadRequest{"tls_hello", 400, std::string("\x16\x03\x01\x02\x00\x01\x00", 7)},
        BadRequest{"connect", 501, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadRequest{"unknown_method", 501, "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadRequest{"small_letters", 501, "get /stream HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadRequest{"two_blanks", 400, "GET  /stream HTTP/1.1\r\nHost: a\r\n\r\n"},
        BadRequest{"blank_in_target", 400, get("/str eam")},
        BadRequest{"dots", 400, get("/a/../stream")},
        BadRequest{"encoded_dots", 400, get("/a/%2e%2e/stream")},
        BadRequest{"encoded_slash", 400, get("/a%2Fstream")},
        BadRequest{"encoded_nul", 400, get("/stream%00")},
        BadRequest{"half_percent", 400, get("/stream%2")},
        BadRequest{"fragment", 400, get("/stream#x")},
        BadRequest{"other_host", 400, get("http://other/stream")},
        BadRequest{"star", 400, get("*")},
        BadRequest{"expectation", 417, put("Expect: a-miracle\r\nContent-Length: 0\r\n")},
        BadRequest{"chunk_size", 400, put("Transfer-Encoding: chunked\r\n", "x\r\n")},
        BadRequest{"chunk_bare_lf", 400,
                   put("Transfer-Encoding: chunked\r\n", "1\na\r\n0\r\n\r\n")},
        BadRequest{"chunk_too_long", 400,
                   put("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n")},
        BadRequest{"body_too_large", 413, put("Content-Length: 100001\r\n")}),
    [](const auto& test) { return test.param.name; });

TEST_F(ServerTest, takes_the_url_of_its_own_host) {
  std::string answer =
      exchange("DELETE http://a/greetings HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 204")) << answer;
}

TEST_F(ServerTest, a_client_that_ends_within_its_request_gets_nothing) {
  auto cut = [&](std::string bytes) -> Task<std::string> {
    start();
    auto stream = co_await network_.connect(endpoint_, soon());
    co_await stream->write_all(bytes);
    co_await stream->end_writing();
    std::string answer = co_await within(soon(), read_to_end(stream.get()));
    co_await server_->stop();
    co_return answer;
  };
  EXPECT_EQ(run(cut("GET /stream HTTP/1.1\r\nHo")), "");
  EXPECT_EQ(run(cut("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")), "");
}

TEST_F(ServerTest, above_the_connection_limit_the_answer_is_503) {
  options_.limits.connections_max = 1;
  auto crowd = [&]() -> Task<std::string> {
    start();
    auto first = co_await network_.connect(endpoint_, soon());
    co_await first->write_all("DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n");
    std::array<char, 4096> piece;
    co_await first->read_some(piece);
    co_return co_await talk_and_stop("");
  };
  std::string answer = run(crowd());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503")) << answer;
  EXPECT_THAT(answer, HasSubstr("Retry-After: 5\r\n"));
}

// E-5: a request under way is answered, an idle connection ends, nobody new comes in.
TEST_F(ServerTest, draining_finishes_what_is_under_way) {
  auto drain = [&]() -> Task<std::string> {
    start();
    auto idle = co_await network_.connect(endpoint_, soon());
    co_await idle->write_all("DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n");
    std::array<char, 4096> piece;
    co_await idle->read_some(piece);
    auto busy = co_await network_.connect(endpoint_, soon());
    co_await busy->write_all("PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nha");
    while (server_->connections() < 2) co_await sleep_for(1ms);

    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server_->drain(soon()));
    EXPECT_EQ(co_await within(soon(), read_to_end(idle.get())), "");
    co_await busy->write_all("lf");
    std::string answer = co_await within(soon(), read_to_end(busy.get()));
    co_await tasks.join();
    EXPECT_EQ(server_->connections(), 0u);
    EXPECT_THROW(co_await network_.connect(endpoint_, soon()), Error);
    co_await server_->stop();
    co_return answer;
  };
  std::string answer = run(drain());
  EXPECT_TRUE(answer.ends_with("\r\n\r\nhalf")) << answer;
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

// E-5: a browser connects ahead of requests that may never come.
TEST_F(ServerTest, a_silent_connection_is_given_a_short_time_when_it_drains) {
  options_.limits.silent_time_at_stop = 20ms;
  auto drain = [&]() -> Task<Duration> {
    start();
    auto silent = co_await network_.connect(endpoint_, soon());
    while (server_->connections() < 1) co_await sleep_for(1ms);
    Instant began = clock_.steady();
    co_await server_->drain(soon());
    EXPECT_EQ(co_await read_to_end(silent.get()), "");
    co_await server_->stop();
    co_return clock_.steady() - began;
  };
  EXPECT_LT(run(drain()), options_.limits.head_time);
}

// E-5: what was accepted just before is answered; what comes later waits for who has the socket.
TEST_F(ServerTest, a_first_request_is_answered_while_it_drains) {
  auto drain = [&]() -> Task<std::string> {
    start();
    auto fresh = co_await network_.connect(endpoint_, soon());
    while (server_->connections() < 1) co_await sleep_for(1ms);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server_->drain(soon()));
    co_await sleep_for(1ms);
    co_await fresh->write_all("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    std::string answer = co_await within(soon(), read_to_end(fresh.get()));
    co_await tasks.join();
    co_await server_->stop();
    co_return answer;
  };
  EXPECT_THAT(run(drain()), AllOf(HasSubstr("HTTP/1.1 200"), HasSubstr("Connection: close")));
}

TEST_F(ServerTest, stopping_to_accept_leaves_the_socket_to_its_other_holder) {
  auto hand_over = [&]() -> Task<> {
    server_.emplace(router_, gate_, random_, options_);
    auto listener = network_.listen({"127.0.0.1", 0});
    endpoint_ = listener->local();
    Descriptor copy = listener->copy_socket();
    server_->start(std::move(listener));
    server_->stop_accepting();
    auto waiting = co_await network_.connect(endpoint_, soon());
    co_await waiting->write_all("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    co_await server_->drain(soon());
    co_await server_->stop();
    server_.emplace(router_, gate_, random_, options_);
    server_->start(network_.adopt(std::move(copy)));
    std::string answer = co_await within(soon(), read_to_end(waiting.get()));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    co_await server_->stop();
  };
  run(hand_over());
}

TEST_F(ServerTest, a_handler_that_hangs_is_cut_by_stop) {
  auto hang = [&]() -> Task<Duration> {
    start();
    Instant began = clock_.steady();
    auto stream = co_await network_.connect(endpoint_, soon());
    co_await stream->write_all("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
    while (server_->connections() < 1) co_await sleep_for(1ms);
    co_await server_->stop();
    co_return clock_.steady() - began;
  };
  EXPECT_LT(run(hang()), 15s);
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(ServerTest, the_client_reads_what_the_server_says) {
  auto ask = [&](ClientRequest request) -> Task<ClientResponse> {
    start();
    request.endpoint = endpoint_;
    NetworkHttpClient client(network_, {.reach = Reach::everywhere});
    ClientResponse response = co_await client.send(std::move(request), soon());
    co_await server_->stop();
    co_return response;
  };
  std::string body(90'000, 'x');
  EXPECT_EQ(run(ask({.method = Method::put, .target = "/echo", .body = body})).body, body);
  EXPECT_EQ(run(ask({.target = "/stream"})).body, "1\n2\n3\n");
  EXPECT_EQ(run(ask({.target = "/nowhere"})).status, 404);
  EXPECT_EQ(run(ask({.method = Method::head, .target = "/stream"})).status, 200);
}

TEST_F(ServerTest, the_client_takes_an_upgraded_socket_with_what_came_early) {
  auto ask = [&](Headers headers) -> Task<HttpClient::Upgraded> {
    start();
    NetworkHttpClient client(network_, {.reach = Reach::everywhere});
    auto upgraded = co_await client.upgrade(
        {.endpoint = endpoint_, .target = "/socket", .headers = std::move(headers)}, soon());
    if (upgraded.socket.stream) {
      upgraded.socket.received += co_await read_to_end(upgraded.socket.stream.get());
    }
    co_await server_->stop();
    co_return upgraded;
  };
  auto upgraded = run(ask({{"Connection", "upgrade"}, {"Upgrade", "websocket"}}));
  EXPECT_EQ(upgraded.answer.status, 101);
  EXPECT_EQ(upgraded.socket.received, "got ");
  auto refused = run(ask({{"Connection", "close"}}));
  EXPECT_EQ(refused.answer.status, 400);
  EXPECT_FALSE(refused.socket.stream);
}

// What other servers may answer: each broken in its own way.
class ClientTest : public ServerTest {
 protected:
  Task<Code> code_of(std::string answer, ClientLimits limits) {
    auto listener = network_.listen({"127.0.0.1", 0});
    endpoint_ = listener->local();
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(answer_once(listener.get(), std::move(answer)));
    NetworkHttpClient client(network_, {.reach = Reach::everywhere, .limits = limits});
    Code code = Code::internal;
    try {
      co_await client.send({.endpoint = endpoint_}, clock_.steady() + 300ms);
    } catch (const Error& error) {
      code = error.code();
    }
    co_await tasks.stop();
    co_return code;
  }

  static Task<> answer_once(Listener* listener, std::string answer) {
    auto stream = co_await listener->accept();
    std::array<char, 4096> piece;
    co_await stream->read_some(piece);
    co_await stream->write_all(answer);
    if (answer.ends_with("stall")) co_await sleep_for(1h);
  }
};

TEST_F(ClientTest, broken_answers_are_told_apart) {
  std::string ok = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(run(code_of("", {})), Code::unavailable);
  EXPECT_EQ(run(code_of("nonsense\r\n\r\n", {})), Code::unavailable);
  EXPECT_EQ(run(code_of(ok, {})), Code::unavailable);
  EXPECT_EQ(run(code_of(ok + "Content-Length: 5\r\n\r\nhal", {})), Code::unavailable);
  EXPECT_EQ(run(code_of(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", {})),
            Code::unavailable);
  EXPECT_EQ(run(code_of(ok + "Content-Length: 50\r\n\r\nstall", {})), Code::timeout);
  EXPECT_EQ(run(code_of(ok + "Content-Length: 5\r\n\r\nhello", {.body_bytes_max = 4})),
            Code::too_large);
  EXPECT_EQ(run(code_of(ok + "X: " + std::string(70'000, 'x'), {})), Code::too_large);
}

}  // namespace
}  // namespace antiphon::http
