// The limits of docs/limits.md that no other test of this room reaches.
#include "engine/http/limits.h"

#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <fstream>

#include "engine/http/client_exchange.h"
#include "engine/http/client_sample_test.h"
#include "engine/http/compress.h"
#include "engine/http/kept_answer.h"
#include "engine/http/static_folder.h"

namespace antiphon::http {
namespace {

class LimitsTest : public VirtualServerTest {
 protected:
  LimitsTest() {
    router_.add({.path = "/text/{bytes}", .permission = "public"},
                [](Call, Request request) { return give(std::stoul(request.parameter("bytes"))); });
  }

  static constexpr std::size_t buffered_bytes = std::size_t{64} << 10;  // by the connection

  // How long the server goes on reading what follows its last answer, and how much of it.
  struct Lingered {
    Duration time{};
    std::size_t bytes = 0;
  };
  Task<Lingered> send_after_the_end(std::string piece, Duration pause) {
    Server server(router_, gate_, random_, options_);
    auto [near, far] = testing::memory_streams(buffered_bytes);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    co_await near->write_all("nonsense\r\n\r\n");
    Instant began = time_.clock().steady();
    std::size_t sent = 0;
    try {
      for (; sent < 16 * options_.limits.linger_bytes_max; sent += piece.size()) {
        co_await near->write_all(piece);
        co_await sleep_for(pause);
      }
    } catch (const boost::system::system_error&) {
      // It has closed.
    }
    co_await server.stop();
    co_await tasks.join();
    co_return Lingered{time_.clock().steady() - began, sent};
  }
  // A text of so many bytes, for who takes gzip.
  std::string text_of(std::size_t bytes) {
    return get(fmt::format("/text/{}", bytes), "Accept-Encoding: gzip\r\n");
  }
  static Task<Response> give(std::size_t bytes) { co_return text(std::string(bytes, 'x')); }
  std::string get(std::string_view target, std::string_view headers = "") {
    return exchange(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n{}\r\n", target, headers));
  }
};

// linger_time, linger_bytes_max
TEST_F(LimitsTest, what_follows_the_last_answer_is_read_for_so_long_and_so_much) {
  auto slow = run(send_after_the_end("x", 100ms));
  EXPECT_GE(slow.time, options_.limits.linger_time);
  EXPECT_LE(slow.time, options_.limits.linger_time + 200ms);
  auto fast = run(send_after_the_end(std::string(4096, 'x'), 0s));
  EXPECT_LT(fast.time, options_.limits.linger_time);
  EXPECT_GE(fast.bytes, options_.limits.linger_bytes_max);
  EXPECT_LE(fast.bytes, options_.limits.linger_bytes_max + 2 * buffered_bytes);
}

// page_items_max, query_parameters_max
TEST_F(LimitsTest, a_list_gives_so_many_items_and_takes_so_many_parameters) {
  EXPECT_TRUE(get("/greetings/Ada?limit=200").starts_with("HTTP/1.1 200"));
  std::string more = get(fmt::format("/greetings/Ada?limit={}", page_items_max + 1));
  EXPECT_TRUE(more.starts_with("HTTP/1.1 400"));
  EXPECT_THAT(more, HasSubstr("\"/limit\""));
  std::string query;
  for (std::size_t i = 0; i <= query_parameters_max; ++i) query += "&person=Ada";
  std::string many = get("/greetings/Ada?" + query);
  EXPECT_TRUE(many.starts_with("HTTP/1.1 400"));
  EXPECT_THAT(many, HasSubstr("more than 100 parameters"));
}

// compressed_bytes_min, compressed_bytes_max
TEST_F(LimitsTest, a_text_is_packed_unless_that_gains_nothing_or_holds_up_the_core) {
  for (std::size_t packed : {compressed_bytes_min, compressed_bytes_max}) {
    EXPECT_THAT(text_of(packed), HasSubstr("Content-Encoding: gzip")) << packed;
  }
  for (std::size_t plain : {compressed_bytes_min - 1, compressed_bytes_max + 1}) {
    EXPECT_TRUE(text_of(plain).ends_with("\r\n\r\n" + std::string(plain, 'x'))) << plain;
  }
}

// kept_body_bytes_max
TEST(KeptAnswer, is_no_larger_than_what_is_stored_with_a_write) {
  EXPECT_TRUE(kept_answer(text(std::string(kept_body_bytes_max, 'x'))));
  EXPECT_FALSE(kept_answer(text(std::string(kept_body_bytes_max + 1, 'x'))));
}

// files_max
TEST(StaticFolderLimits, a_folder_of_too_many_files_is_a_fault_of_the_installation) {
  auto folder =
      std::filesystem::temp_directory_path() / fmt::format("antiphon_files_{}", ::getpid());
  std::filesystem::create_directories(folder);
  for (const char* name : {"a.txt", "b.txt", "c.txt"}) std::ofstream(folder / name) << name;
  EXPECT_EQ(StaticFolder(folder, {.files_max = 3}).size(), 3u);
  EXPECT_THROW(StaticFolder(folder, {.files_max = 2}), Error);
  std::filesystem::remove_all(folder);
}

// A network on which nobody answers an attempt to connect.
class SilentNetwork final : public Network {
 public:
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(Endpoint, Instant deadline) override {
    co_await sleep_for(deadline - Core::here().clock().steady());
    throw Error(Code::timeout, "Nobody answers.");
  }
  Task<std::vector<std::string>> resolve(std::string host, Instant) override {
    co_return std::vector{host};
  }
};

// ClientLimits::connect_time
TEST_F(HttpClientTest, a_server_has_so_long_to_take_a_connection) {
  auto ask = [&]() -> Task<Duration> {
    SilentNetwork silent;
    NetworkHttpClient client(silent, options_);
    Instant before = Core::here().clock().steady();
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "too_slow connect");
    co_return Core::here().clock().steady() - before;
  };
  Duration took = time_.run(ask());
  EXPECT_GE(took, options_.limits.connect_time);
  EXPECT_LT(took, options_.limits.connect_time + 1s);
}

// Does nothing with its connection.
Task<> sit(std::shared_ptr<Stream>) { co_await sleep_for(1h); }

// ClientLimits::handshake_time
TEST_F(HttpClientTest, a_server_has_so_long_to_shake_hands) {
  TlsClient tls;
  options_.tls = &tls;
  network_.script = [](int, std::shared_ptr<Stream> stream) { return sit(std::move(stream)); };
  ClientRequest request = get();
  request.is_secure = true;
  EXPECT_EQ(outcome_of(request), "too_slow handshake");
}

// ClientLimits::send_time
TEST_F(HttpClientTest, a_server_has_so_long_to_take_a_request) {
  network_.script = [](int, std::shared_ptr<Stream> stream) { return sit(std::move(stream)); };
  ClientRequest request = get();
  request.method = Method::put;
  request.body = std::string(1 << 20, 'x');
  EXPECT_EQ(outcome_of(request), "too_slow send");
}

// PoolLimits::waiting_max
TEST_F(HttpClientTest, so_many_wait_for_a_connection_and_no_more) {
  options_.pool = {.connections_max = 1, .acquire_time = 100s, .waiting_max = 2};
  with_client([&](NetworkHttpClient& client) -> Task<> {
    auto first = co_await client.open(get(), soon());
    TaskGroup waiters([](const std::exception_ptr&) {});
    auto wait = [&]() -> Task<> { co_await outcome(&client, get(), soon()); };
    for (int i = 0; i < 2; ++i) waiters.spawn(wait());
    co_await sleep_for(1ms);
    Instant before = Core::here().clock().steady();
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "exhausted acquire");
    EXPECT_EQ(Core::here().clock().steady(), before) << "it is refused at once";
    co_await waiters.stop();
  });
}

// origins_max
TEST_F(HttpClientTest, so_many_servers_are_connected_to_at_once) {
  with_client([&](NetworkHttpClient& client) -> Task<> {
    std::vector<HttpClient::Opened> open;
    auto ask = [](std::size_t number) {
      ClientRequest request = get();
      request.endpoint.host = fmt::format("h{}.test", number);
      return request;
    };
    for (std::size_t i = 0; i < NetworkHttpClient::origins_max; ++i) {
      open.push_back(co_await client.open(ask(i), soon()));
      EXPECT_TRUE(open.back());
    }
    auto further = co_await client.open(ask(NetworkHttpClient::origins_max), soon());
    EXPECT_FALSE(further);
    if (!further) EXPECT_THAT(further.error().message, HasSubstr("256 servers"));
  });
}

// addresses_max
TEST_F(HttpClientTest, so_many_addresses_of_a_name_are_tried) {
  options_.reach = Reach::public_only;
  network_.refuses = true;
  network_.names = {{"many.test", {}}};
  for (std::size_t i = 1; i <= 2 * addresses_max; ++i) {
    network_.names["many.test"].push_back(fmt::format("93.184.216.{}", i));
  }
  with_client([&](NetworkHttpClient& client) -> Task<> {
    ClientRequest request = get();
    request.endpoint.host = "many.test";
    EXPECT_FALSE(co_await client.open(request, soon()));
  });
  EXPECT_EQ(network_.reached.size(), addresses_max);
}

}  // namespace
}  // namespace antiphon::http
