#include "engine/async/tls.h"

#include <boost/system/system_error.hpp>
#include <fstream>

#include "engine/base/temporary_folder.h"
#include "engine/http/sample_test.h"
#include "engine/testing/certificates.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// The server of the sample over TLS; its handshakes wait in virtual time.
class TlsServerTest : public VirtualServerTest {
 protected:
  TlsServerTest() {
    auto made = testing::make_certificate();
    std::ofstream(certificate_) << made.certificate;
    std::ofstream(key_) << made.key;
    tls_.emplace(TlsServer::Files{certificate_, key_}, SystemClock().now());
    options_.tls = &*tls_;
    options_.is_secure = true;
    options_.metrics = &registry_;
  }

  TlsClient client() const { return TlsClient({.authorities = certificate_}); }
  Instant soon() { return time_.clock().steady() + 10s; }

  TemporaryFolder folder_;
  std::filesystem::path certificate_ = folder_.path() / "certificate.pem";
  std::filesystem::path key_ = folder_.path() / "key.pem";
  std::optional<TlsServer> tls_;
  metrics::Registry registry_;
};

// E-10, E-17
TEST_F(TlsServerTest, answers_over_tls_and_asks_for_tls_from_now_on) {
  TlsClient trusting = client();
  auto all = [&]() -> Task<std::string> {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams();
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    auto stream = co_await trusting.connect(std::move(near), "localhost", soon());
    co_await stream->write_all("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    std::string answer = co_await read_to_end(stream.get());
    co_await server.stop();
    co_await tasks.join();
    co_return answer;
  };
  std::string answer = run(all());
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age="));
  EXPECT_THAT(registry_.to_text(), HasSubstr("antiphon_http_handshakes_total{result=\"done\"} 1"));
}

TEST_F(TlsServerTest, a_silent_handshake_is_cut_and_one_too_many_is_not_begun) {
  options_.limits.handshakes_max = 1;
  auto all = [&]() -> Task<> {
    Server server(router_, gate_, random_, options_);
    auto [silent, silent_far] = testing::memory_streams();
    auto [second, second_far] = testing::memory_streams();
    TaskGroup tasks([](const std::exception_ptr&) {});
    Instant began = time_.clock().steady();
    tasks.spawn(server.serve(std::move(silent_far)));
    tasks.spawn(server.serve(std::move(second_far)));
    EXPECT_EQ(co_await read_to_end(second.get()), "");
    EXPECT_EQ(time_.clock().steady(), began);
    EXPECT_EQ(co_await read_to_end(silent.get()), "");
    auto waited = time_.clock().steady() - began;
    EXPECT_EQ(std::chrono::floor<std::chrono::seconds>(waited), options_.limits.handshake_time);
    co_await tasks.join();
    co_await server.stop();
  };
  run(all());
  std::string text = registry_.to_text();
  EXPECT_THAT(text, HasSubstr("antiphon_http_handshakes_total{result=\"too_many\"} 1"));
  EXPECT_THAT(text, HasSubstr("antiphon_http_handshakes_total{result=\"too_slow\"} 1"));
}

// E-5
TEST_F(TlsServerTest, draining_waits_for_a_handshake_and_answers_after_it) {
  TlsClient trusting = client();
  auto all = [&]() -> Task<std::string> {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams();
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await sleep_for(1s);  // virtual: the server waits for the handshake
    tasks.spawn(server.drain(soon()));
    co_await sleep_for(1s);
    auto stream = co_await trusting.connect(std::move(near), "localhost", soon());
    co_await stream->write_all("DELETE /greetings HTTP/1.1\r\nHost: a\r\n\r\n");
    std::string answer = co_await read_to_end(stream.get());
    co_await tasks.join();
    co_await server.stop();
    co_return answer;
  };
  EXPECT_TRUE(run(all()).starts_with("HTTP/1.1 204 "));
}

}  // namespace
}  // namespace antiphon::http
