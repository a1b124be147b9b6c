#include "engine/async/tls.h"

#include <gmock/gmock.h>

#include <boost/system/system_error.hpp>
#include <fstream>

#include "engine/async/call.h"
#include "engine/async/network.h"
#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"
#include "engine/testing/certificates.h"
#include "engine/testing/memory_stream.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;
using testing::CertificateWish;
using ::testing::HasSubstr;
using testing::make_certificate;
using testing::SelfSigned;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() { write(good_); }

  void write(const SelfSigned& texts) {
    std::ofstream(files_.certificate, std::ios::trunc) << texts.certificate;
    std::ofstream(files_.key, std::ios::trunc) << texts.key;
  }

  // What a server that finds these files says.
  std::string refusal_of(const SelfSigned& texts) {
    write(texts);
    try {
      TlsServer server(files_, clock_.now());
      return "";
    } catch (const Error& error) {
      return error.message();
    }
  }

  TlsServer make_server() { return TlsServer(files_, clock_.now()); }
  TlsClient trusting(const SelfSigned& texts) {
    std::ofstream(authorities_, std::ios::trunc) << texts.certificate;
    return TlsClient({.authorities = authorities_});
  }
  Instant soon() const { return clock_.steady() + 10s; }

  template <class T>
  T run(Task<T> task) {
    return core_.run_until_done(std::move(task));
  }

  SystemClock clock_;
  Core core_{0, clock_};
  TemporaryFolder folder_;
  TlsServer::Files files_{folder_.path() / "certificate.pem", folder_.path() / "key.pem"};
  std::filesystem::path authorities_ = folder_.path() / "authorities.pem";
  SelfSigned good_ = make_certificate();
};

using Accepted = std::expected<std::unique_ptr<Stream>, TlsFailure>;

struct Ends {
  std::unique_ptr<Stream> client;  // null: refused, for this reason
  std::string problem;
  Accepted server = nullptr;
};

// Client and server shake hands over a connection in memory.
Task<Ends> shake_hands(TlsClient* client, TlsServer* server, std::string name, Instant deadline,
                       std::size_t buffer_bytes = std::size_t{64} << 10) {
  auto [near, far] = testing::memory_streams(buffer_bytes);
  auto accepted = std::make_shared<Outcome<Accepted>>();
  TaskGroup tasks([](const std::exception_ptr&) {});
  tasks.spawn(settle(server->accept(std::move(far), deadline), accepted));
  Ends ends;
  try {
    ends.client = co_await client->connect(std::move(near), std::move(name), deadline);
  } catch (const Error& error) {
    ends.problem = error.message();
  }
  co_await tasks.join();
  ends.server = accepted->take();
  co_return ends;
}

Task<std::string> read_to_end(Stream* stream) {
  std::string all;
  std::array<char, 1000> piece;
  while (std::size_t count = co_await stream->read_some(piece)) all.append(piece.data(), count);
  co_return all;
}

// E-10
TEST_F(TlsTest, bytes_pass_both_ways_in_order_and_the_end_is_told) {
  TlsServer server = make_server();
  TlsClient client = trusting(good_);
  std::string much(300'000, 'x');
  much += "end";
  auto all = [&]() -> Task<> {
    // Less room than a record takes: both sides wait for each other again and again.
    Ends ends = co_await shake_hands(&client, &server, "localhost", soon(), 5000);
    auto echo = [&]() -> Task<> {
      std::string heard = co_await read_to_end(ends.server->get());
      std::array<std::string_view, 3> pieces{"heard: ", "", heard};
      co_await (*ends.server)->write_all(std::span<const std::string_view>(pieces));
      co_await (*ends.server)->end_writing();
    };
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(echo());
    co_await ends.client->write_all(much);
    co_await ends.client->end_writing();
    EXPECT_EQ(co_await read_to_end(ends.client.get()), "heard: " + much);
    co_await tasks.join();
  };
  run(all());
}

TEST_F(TlsTest, an_end_that_is_not_told_is_no_end) {
  TlsServer server = make_server();
  TlsClient client = trusting(good_);
  auto all = [&]() -> Task<> {
    Ends ends = co_await shake_hands(&client, &server, "localhost", soon());
    co_await (*ends.server)->write_all("half of");
    (*ends.server)->close();
    EXPECT_THROW(co_await read_to_end(ends.client.get()), boost::system::system_error);
  };
  run(all());
}

TEST_F(TlsTest, a_client_takes_only_the_server_that_it_meant) {
  TlsServer server = make_server();
  TlsClient client = trusting(good_);
  TlsClient stranger = trusting(make_certificate());
  auto problem = [&](TlsClient& which, std::string name) {
    return run(shake_hands(&which, &server, std::move(name), soon())).problem;
  };
  EXPECT_EQ(problem(client, "localhost"), "");
  EXPECT_EQ(problem(client, "127.0.0.1"), "");
  EXPECT_THAT(problem(client, "elsewhere.example"), HasSubstr("ostname mismatch"));
  EXPECT_THAT(problem(client, "127.0.0.2"), HasSubstr("IP address mismatch"));
  EXPECT_THAT(problem(stranger, "localhost"), HasSubstr("self-signed"));
}

TEST_F(TlsTest, a_client_refuses_an_expired_certificate) {
  Timestamp then = clock_.now() - 24h * 30;
  SelfSigned expired = make_certificate({.from = then, .until = then + 24h});
  write(expired);
  TlsServer server(files_, then + 1h);  // it was good when the server started
  TlsClient client = trusting(expired);
  Ends ends = run(shake_hands(&client, &server, "localhost", soon()));
  EXPECT_THAT(ends.problem, HasSubstr("certificate has expired"));
  EXPECT_EQ(ends.server.error().kind, TlsFailure::Kind::refused);
}

TEST_F(TlsTest, a_handshake_ends_at_its_deadline) {
  TlsServer server = make_server();
  auto [near, far] = testing::memory_streams();
  auto accepted = run(server.accept(std::move(far), clock_.steady() + 20ms));
  EXPECT_EQ(accepted.error().kind, TlsFailure::Kind::too_slow);
}

TEST_F(TlsTest, a_handshake_that_is_cut_or_no_tls_is_no_stream) {
  TlsServer server = make_server();
  auto failure_after = [&](std::string bytes) {
    auto all = [&]() -> Task<TlsFailure::Kind> {
      auto [near, far] = testing::memory_streams();
      co_await near->write_all(bytes);
      co_await near->end_writing();
      auto accepted = co_await server.accept(std::move(far), soon());
      co_return accepted.error().kind;
    };
    return run(all());
  };
  EXPECT_EQ(failure_after(""), TlsFailure::Kind::cut);
  EXPECT_EQ(failure_after(std::string("\x16\x03\x01\x02\x00\x01\x00", 7)), TlsFailure::Kind::cut);
  EXPECT_EQ(failure_after("GET / HTTP/1.1\r\n\r\n"), TlsFailure::Kind::refused);
}

TEST_F(TlsTest, a_client_of_tls_1_2_is_told_that_its_version_is_not_served) {
  TlsServer server = make_server();
  std::string body("\x03\x03", 2);
  body += std::string(32, 'r') + std::string("\0", 1);        // random, no session
  body += std::string("\0\x02\xc0\x2b\x01\0", 6);             // one suite, no compression
  std::string hello = std::string("\x01\0\0\x29", 4) + body;  // 41 bytes
  std::string record = std::string("\x16\x03\x01\0\x2d", 5) + hello;
  std::array<char, 100> alert;
  auto all = [&]() -> Task<TlsFailure> {
    auto [near, far] = testing::memory_streams();
    co_await near->write_all(record);
    auto accepted = co_await server.accept(std::move(far), soon());
    EXPECT_EQ(co_await near->read_some(alert), 7u);
    co_return accepted.error();
  };
  EXPECT_EQ(run(all()).reason, "unsupported protocol");
  EXPECT_EQ(alert[0], 21);
  EXPECT_EQ(alert[6], 70);  // protocol_version (RFC 8446, 6.2)
}

TEST_F(TlsTest, files_that_cannot_serve_are_refused_by_name) {
  SelfSigned other = make_certificate();
  Timestamp now = clock_.now();
  EXPECT_THAT(refusal_of({good_.certificate, other.key}), HasSubstr("is not the key of"));
  EXPECT_THAT(refusal_of({"text", good_.key}), HasSubstr("no certificate chain in PEM"));
  EXPECT_THAT(refusal_of({good_.certificate, "text"}), HasSubstr("no private key in PEM"));
  EXPECT_THAT(refusal_of(make_certificate({.from = now - 48h, .until = now - 24h})),
              HasSubstr("certificate.pem has expired on 20"));
  EXPECT_THAT(refusal_of(make_certificate({.from = now + 24h})), HasSubstr("is valid only from"));
  EXPECT_THAT(refusal_of(make_certificate({.passphrase = "secret"})), HasSubstr("encrypted key"));
  std::filesystem::remove(files_.key);
  EXPECT_THROW(make_server(), Error);
}

// E-10: reload on change
TEST_F(TlsTest, changed_files_are_read_again_and_broken_ones_change_nothing) {
  TlsServer server = make_server();
  TlsClient old_client = trusting(good_);
  SelfSigned renewed = make_certificate();
  TlsClient new_client = trusting(renewed);
  auto problem = [&](TlsClient& client) {
    return run(shake_hands(&client, &server, "localhost", soon())).problem;
  };
  EXPECT_FALSE(server.has_changed());
  write({renewed.certificate, good_.key});  // half of a renewal
  EXPECT_FALSE(server.has_changed()) << "not at rest yet";
  EXPECT_TRUE(server.has_changed());
  EXPECT_THROW(server.reload(clock_.now()), Error);
  EXPECT_FALSE(server.has_changed()) << "told once";
  EXPECT_EQ(problem(old_client), "");

  auto connected = run(shake_hands(&old_client, &server, "localhost", soon()));
  write(renewed);
  EXPECT_FALSE(server.has_changed());
  EXPECT_TRUE(server.has_changed());
  server.reload(clock_.now());
  EXPECT_EQ(problem(new_client), "");
  EXPECT_NE(problem(old_client), "");
  auto still_speak = [&]() -> Task<> {
    co_await connected.client->write_all("still here");
    std::array<char, 100> heard;
    EXPECT_EQ(co_await (*connected.server)->read_some(heard), 10u);
  };
  run(still_speak());
}

// E-20: a live socket goes to its session's core, over TLS too.
TEST_F(TlsTest, a_stream_moves_to_another_core_within_its_session) {
  TlsServer server = make_server();
  TlsClient client = trusting(good_);
  SystemNetwork network;
  Cores cores(2, clock_);
  std::string heard;
  auto echo_elsewhere = [&](LooseStream& arriving) -> Task<> {
    auto stream = arriving.settle_here();
    std::array<char, 64> buffer;
    heard.assign(buffer.data(), co_await stream->read_some(buffer));
    co_await stream->write_all("from core " + std::to_string(Core::here().index()));
    co_await stream->end_writing();
  };
  auto serve = [&](Listener& listener) -> Task<> {
    auto stream = co_await server.accept(co_await listener.accept(), soon());
    auto leaving = (*stream)->release();
    co_await on_core(cores.at(1), [&] { return echo_elsewhere(*leaving); });
  };
  auto all = [&]() -> Task<> {
    auto listener = network.listen({"127.0.0.1", 0});
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(serve(*listener));
    auto plain = co_await network.connect(listener->local(), soon());
    auto stream = co_await client.connect(std::move(plain), "127.0.0.1", soon());
    co_await stream->write_all("question");
    EXPECT_EQ(co_await read_to_end(stream.get()), "from core 1");
    co_await tasks.join();
    cores.stop();
  };
  TaskGroup group([](const std::exception_ptr&) {});
  cores.at(0).post([&] { group.spawn(all()); });
  cores.run();
  EXPECT_EQ(heard, "question");
}

}  // namespace
}  // namespace antiphon
