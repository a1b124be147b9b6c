// E-10: the program over TLS, as curl, openssl and our own client see it.

#include <gmock/gmock.h>

#include <fstream>

#include "engine/async/call.h"
#include "engine/live/client.h"
#include "engine/testing/certificates.h"
#include "test/support/networks.h"
#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class TlsSystemTest : public SystemTest {
 protected:
  TlsSystemTest() { write(first_); }

  void write(const SelfSigned& texts) {
    std::ofstream(certificate_, std::ios::trunc) << texts.certificate;
    std::ofstream(key_, std::ios::trunc) << texts.key;
  }
  std::vector<std::string> flags() const {
    return {"--tls-certificate-file", certificate_.string(), "--tls-key-file", key_.string()};
  }
  TlsClient trusting(const SelfSigned& texts) {
    auto file = folder("authorities.pem");
    std::ofstream(file, std::ios::trunc) << texts.certificate;
    return TlsClient({.authorities = file});
  }
  // Output and errors of a program of the system together.
  Task<std::string> output_of(std::string program, std::vector<std::string> arguments) {
    Ran ran = co_await run_program(
        {.program = find_program(program), .arguments = std::move(arguments)}, soon());
    co_return ran.output + ran.errors;
  }
  Task<std::string> s_client(ServerProcess& server, std::vector<std::string> options) {
    std::vector<std::string> arguments{"s_client", "-connect", server.endpoint().text(), "-CAfile",
                                       certificate_.string()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return output_of("openssl", std::move(arguments));
  }

  std::filesystem::path certificate_ = folder("certificate.pem");
  std::filesystem::path key_ = folder("key.pem");
  SelfSigned first_ = make_certificate();
};

TEST_F(TlsSystemTest, curl_and_openssl_agree_on_tls_1_3_and_nothing_less) {
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data", flags());
    EXPECT_TRUE(server->address().starts_with("https://"));
    std::string answer =
        co_await output_of("curl", {"-si", "--max-time", "60", "--cacert", certificate_.string(),
                                    server->address() + "/version"});
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK"));
    EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: "));
    EXPECT_THAT(co_await s_client(*server, {"-alpn", "h2,http/1.1"}),
                ::testing::AllOf(HasSubstr("TLSv1.3"), HasSubstr("ALPN protocol: http/1.1"),
                                 HasSubstr("Verify return code: 0 (ok)")));
    EXPECT_THAT(co_await s_client(*server, {"-tls1_2"}), HasSubstr("alert protocol version"));
    EXPECT_THAT(co_await s_client(*server, {"-alpn", "h2"}),
                HasSubstr("alert no application protocol"));
    std::string plain = co_await output_of(
        "curl", {"-si", "--max-time", "60", "http://" + server->endpoint().text() + "/version"});
    EXPECT_THAT(plain, Not(HasSubstr("HTTP/1.1")));
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TlsSystemTest, a_renewed_certificate_is_served_without_a_restart) {
  SelfSigned second = make_certificate();
  auto body = [&]() -> Task<> {
    auto server = co_await serve("data", flags());
    TlsClient old_client = trusting(first_);
    TlsClient new_client = trusting(second);
    TlsNetwork old_network(old_client);
    TlsNetwork new_network(new_client);
    auto before = co_await old_network.connect(server->endpoint(), soon());
    write({second.certificate, first_.key});
    while (!server->program().errors().contains("is not the key of the certificate")) {
      co_await sleep_for(10ms);
    }
    auto kept = co_await old_network.connect(server->endpoint(), soon());
    write(second);
    std::unique_ptr<Stream> after;
    while (!after) {
      try {
        after = co_await new_network.connect(server->endpoint(), soon());
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unavailable);
      }
      co_await sleep_for(50ms);
    }
    co_await before->write_all("GET /version HTTP/1.1\r\nHost: a\r\n\r\n");
    std::array<char, 100> piece;
    EXPECT_GT(co_await before->read_some(piece), 0u);
    for (auto& stream : {&before, &kept, &after}) stream->reset();  // or the stop waits for them
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

TEST_F(TlsSystemTest, a_server_with_the_wrong_key_does_not_start_and_says_why) {
  write({first_.certificate, make_certificate().key});
  auto body = [&]() -> Task<> {
    auto arguments = flags();
    arguments.insert(arguments.begin(),
                     {"serve", "--listen", "127.0.0.1:0", "--data", folder("data").string()});
    Ran ran = co_await run_program(antiphon(arguments), soon());
    EXPECT_EQ(ran.status.code, 2);
    EXPECT_THAT(ran.errors, HasSubstr("is not the key of the certificate in"));
    arguments.resize(arguments.size() - 2);
    ran = co_await run_program(antiphon(arguments), soon());
    EXPECT_THAT(ran.errors, HasSubstr("tls.key_file"));
  };
  run(body());
}

// E-20: sessions live on both cores, whichever accepted the socket.
TEST_F(TlsSystemTest, live_sockets_reach_their_sessions_over_tls) {
  auto body = [&]() -> Task<> {
    auto arguments = flags();
    arguments.insert(arguments.end(), {"--cores", "2"});
    auto server = co_await serve("data", arguments);
    TlsClient client = trusting(first_);
    TlsNetwork network(client);
    http::NetworkHttpClient http(network, {.reach = http::Reach::everywhere});
    std::string secret = co_await server->owner_secret(soon());
    std::string token = co_await sign_in(http, server->endpoint(), "owner", secret, soon());
    for (int i = 0; i < 12; ++i) {
      auto opened = co_await ask(http, server->endpoint(), http::Method::post,
                                 "/api/v1/director/sessions", "{}", token, soon());
      std::string path = schema::parse_value(opened.body).at("/wsUrl").text();
      auto socket = co_await live::connect_websocket(
          http, random_, {.endpoint = server->endpoint(), .path = path}, soon());
      socket->send(live::Opcode::text, R"({"type":"hello","token":")" + token + "\"}");
      auto welcome = co_await socket->receive();
      EXPECT_TRUE(welcome && welcome->payload.contains("welcome")) << i;
      socket->close(live::CloseCode::normal, "");
      co_await socket->finish();
    }
    EXPECT_TRUE((co_await stop(server->program())).ok());
  };
  run(body());
}

}  // namespace
}  // namespace antiphon::testing
