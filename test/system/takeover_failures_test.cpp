// E-5: what happens when a take-over cannot be, or fails in the middle.

#include <fcntl.h>
#include <gmock/gmock.h>

#include <fstream>

#include "engine/async/call.h"
#include "engine/live/client.h"
#include "engine/schema/json.h"
#include "engine/testing/certificates.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;

class TakeoverFailuresTest : public SystemTest {
 protected:
  // A further `serve` on the folder, which is expected to end by itself.
  Task<Ran> serve_in_vain(std::vector<std::string> arguments, std::string data = "data") {
    arguments.insert(arguments.begin(), {"serve", "--data", folder(data).string()});
    return run_program(antiphon(std::move(arguments)), soon());
  }

  RunningProgram begin_to_take_over() {
    return RunningProgram(antiphon({"serve", "--data", folder("data").string(), "--take-over"}));
  }

  Task<> expect_serving(Endpoint endpoint) {
    auto answer = co_await http_.send({.endpoint = endpoint, .target = "/version"}, soon());
    EXPECT_EQ(answer.status, 200);
  }

  static Task<> until(std::function<bool()> condition) {
    while (!condition()) co_await sleep_for(5ms);
  }

  // A request whose body does not come holds the drain up for half of its time.
  Task<std::unique_ptr<Stream>> hold_up(Endpoint endpoint) {
    auto stream = co_await network_.connect(endpoint, soon());
    co_await stream->write_all(
        "POST /api/v1/identity/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n"
        "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
    std::array<char, 64> piece;
    EXPECT_GT(co_await stream->read_some(piece), 0u);  // it waits for the body now
    co_return stream;
  }

  // A connection that nobody accepts yet, with a request in it.
  Task<std::unique_ptr<Stream>> knock(Endpoint endpoint) {
    auto stream = co_await network_.connect(endpoint, soon());
    co_await stream->write_all("GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    co_return stream;
  }
  static Task<> expect_answer(Stream* stream) {
    std::string answer;
    std::array<char, 4096> piece;
    while (std::size_t count = co_await stream->read_some(piece))
      answer.append(piece.data(), count);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  }

  const std::vector<std::string> slow_drain_{"--server-shutdown-ms", "6000"};
};

TEST_F(TakeoverFailuresTest, with_nobody_there_it_serves_and_says_so) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data", {"--take-over"});
    EXPECT_THAT(server->program().errors(), HasSubstr("nothing to take over"));
    co_await expect_serving(server->endpoint());
    EXPECT_TRUE((co_await stop(server->program())).ok());
    // After a kill the lock is free and the socket's file is left.
    server = co_await serve("data");
    co_await server->program().kill();
    server = co_await serve("data", {"--take-over"});
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TakeoverFailuresTest, another_address_or_protocol_is_refused_and_nothing_changes) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    Ran elsewhere = co_await serve_in_vain({"--take-over", "--listen", "127.0.0.1:1"});
    EXPECT_EQ(elsewhere.status.code, 1);
    EXPECT_THAT(elsewhere.errors,
                AllOf(HasSubstr("listens on " + server->endpoint().text()),
                      HasSubstr("not on 127.0.0.1:1"), HasSubstr("Nothing was changed")));
    auto texts = make_certificate();
    std::ofstream(folder("certificate.pem")) << texts.certificate;
    std::ofstream(folder("key.pem")) << texts.key;
    Ran encrypted = co_await serve_in_vain({"--take-over", "--tls-certificate-file",
                                            folder("certificate.pem").string(), "--tls-key-file",
                                            folder("key.pem").string()});
    EXPECT_EQ(encrypted.status.code, 1);
    EXPECT_THAT(encrypted.errors, HasSubstr("speaks plain HTTP, and this one would speak TLS"));
    co_await expect_serving(server->endpoint());
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

// What is wrong with the new one shows before the old one is asked for anything.
TEST_F(TakeoverFailuresTest, a_new_server_that_cannot_start_leaves_the_old_one_alone) {
  auto body = [&]() -> Task<> {
    auto texts = make_certificate();
    std::ofstream(folder("certificate.pem")) << texts.certificate;
    std::ofstream(folder("key.pem")) << texts.key;
    std::vector<std::string> tls{"--tls-certificate-file", folder("certificate.pem").string(),
                                 "--tls-key-file", folder("key.pem").string()};
    auto server = co_await serve("data", tls);
    std::ofstream(folder("wrong.pem")) << "no key";
    tls.back() = folder("wrong.pem").string();
    tls.insert(tls.begin(), "--take-over");
    EXPECT_NE((co_await serve_in_vain(tls)).status.code, 0);
    EXPECT_THAT(server->program().output(), Not(HasSubstr("takes over")));
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TakeoverFailuresTest, without_the_flag_a_second_server_is_told_who_holds_folder_and_port) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    std::string process = fmt::format("process {}", server->program().pid());
    Ran folder_taken = co_await serve_in_vain({"--listen", "127.0.0.1:0"});
    EXPECT_EQ(folder_taken.status.code, 1);
    EXPECT_THAT(folder_taken.errors, AllOf(HasSubstr(process), HasSubstr("--take-over")));
    std::string address = server->endpoint().text();
    Ran port_taken = co_await serve_in_vain({"--listen", address}, "other");
    EXPECT_EQ(port_taken.status.code, 1);
    EXPECT_THAT(port_taken.errors, AllOf(HasSubstr("Cannot listen on " + address),
                                         HasSubstr(process + " (antiphon) listens there")));
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TakeoverFailuresTest, when_the_new_server_dies_the_old_one_serves_again) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data", slow_drain_);
    Endpoint endpoint = server->endpoint();
    std::string token = co_await owner_token(*server);
    auto take =
        co_await ask_json(*server, http::Method::post, "/api/v1/director/sessions", "{}", token);
    auto held = co_await hold_up(endpoint);
    auto successor = begin_to_take_over();
    co_await server->program().line_after("process ", soon());
    co_await successor.kill();
    auto waiting = co_await knock(endpoint);
    co_await until([&] { return server->program().errors().contains("serves again"); });
    co_await expect_answer(waiting.get());
    // The take is still there, and so is the way to hand over.
    live::Client client(
        http_, random_,
        {.target = {.endpoint = endpoint, .path = take.at("/wsUrl").text()}, .token = token});
    co_await client.run(client.connect());
    auto next = co_await serve("data", {"--take-over"});
    EXPECT_EQ(next->endpoint(), endpoint);
    EXPECT_TRUE((co_await server->program().ended(soon())).ok());
    EXPECT_TRUE((co_await stop(next->program())).ok());
  };
  run(body());
}

TEST_F(TakeoverFailuresTest, when_the_old_server_dies_the_new_one_goes_on) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data", slow_drain_);
    Endpoint endpoint = server->endpoint();
    auto held = co_await hold_up(endpoint);
    auto successor = begin_to_take_over();
    co_await server->program().line_after("process ", soon());
    auto waiting = co_await knock(endpoint);
    co_await server->program().kill();
    co_await successor.line_after("listening on ", soon());
    EXPECT_THAT(successor.errors(), HasSubstr("going on as after a crash"));
    co_await expect_answer(waiting.get());
    EXPECT_TRUE((co_await stop(successor)).ok());
  };
  run(body());
}

// The one who waits is told to end: it does, and the old one goes on.
TEST_F(TakeoverFailuresTest, a_new_server_can_be_told_to_end_while_it_waits) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data", slow_drain_);
    auto held = co_await hold_up(server->endpoint());
    auto successor = begin_to_take_over();
    co_await server->program().line_after("process ", soon());
    EXPECT_EQ((co_await stop(successor)).code, 1);
    EXPECT_THAT(successor.errors(), HasSubstr("told to end"));
    co_await expect_serving(server->endpoint());
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TakeoverFailuresTest, two_at_once_take_over_one_after_the_other) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data");
    Endpoint endpoint = server->endpoint();
    auto one = begin_to_take_over();
    auto other = begin_to_take_over();
    EXPECT_TRUE((co_await server->program().ended(soon())).ok());
    co_await one.line_after("listening on ", soon());
    co_await other.line_after("listening on ", soon());
    co_await until([&] { return (one.output() + other.output()).contains("takes over"); });
    RunningProgram& first = one.output().contains("takes over") ? one : other;
    RunningProgram& last = &first == &one ? other : one;
    EXPECT_TRUE((co_await first.ended(soon())).ok());
    co_await expect_serving(endpoint);
    EXPECT_TRUE((co_await stop(last)).ok());
  };
  run(body());
}

class InheritedSocketTest : public TakeoverFailuresTest {
 protected:
  // As systemd starts it: the socket is descriptor 3, and the variables name the process.
  RunningProgram start_with(const Descriptor& socket, std::vector<std::string> arguments = {}) {
    std::string script = R"(LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@")";
    std::vector<std::string> words{"-c",    script,   antiphon().program.string(),
                                   "serve", "--data", folder("data").string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return RunningProgram(
        {.program = "/bin/sh", .arguments = std::move(words), .descriptors = {{socket.get(), 3}}});
  }
};

TEST_F(InheritedSocketTest, a_restart_on_an_inherited_socket_resets_nobody) {
  auto body = [&]() -> Task<> {
    auto listener = network_.listen({"127.0.0.1", 0});
    Endpoint endpoint = listener->local();
    Descriptor socket = listener->copy_socket();
    auto first = start_with(socket);
    EXPECT_EQ(co_await first.line_after("listening on http://", soon()), endpoint.text());
    co_await expect_serving(endpoint);
    EXPECT_TRUE((co_await stop(first)).ok());
    auto waiting = co_await knock(endpoint);
    auto second = start_with(socket);
    co_await expect_answer(waiting.get());
    EXPECT_TRUE((co_await stop(second)).ok());
  };
  run(body());
}

TEST_F(InheritedSocketTest, what_cannot_be_is_refused) {
  auto body = [&]() -> Task<> {
    auto listener = network_.listen({"127.0.0.1", 0});
    Descriptor socket = listener->copy_socket();
    auto elsewhere = start_with(socket, {"--listen", "127.0.0.1:1"});
    EXPECT_EQ((co_await elsewhere.ended(soon())).code, 2);
    EXPECT_THAT(elsewhere.errors(), HasSubstr("server.listen is 127.0.0.1:1"));
    Descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    auto no_socket = start_with(file);
    EXPECT_EQ((co_await no_socket.ended(soon())).code, 2);
    EXPECT_THAT(no_socket.errors(), HasSubstr("descriptor 3"));
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
