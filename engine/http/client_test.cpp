// The client against servers that misbehave.
#include "engine/http/client.h"

#include <boost/system/system_error.hpp>

#include "engine/http/client_sample_test.h"

namespace antiphon::http {
namespace {

using Kind = ClientFailure::Kind;

TEST_F(HttpClientTest, says_where_a_server_is_too_slow) {  // E-33
  std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  EXPECT_EQ(outcome_of(pieces({}, 0s, false)), "too_slow first_byte");
  EXPECT_EQ(outcome_of(pieces({"HTTP/1.1 2"}, 1s, false)), "too_slow head");
  EXPECT_EQ(outcome_of(pieces({head + "he"}, 1s, false)), "too_slow body");
  EXPECT_EQ(outcome_of(pieces({head, "he", "llo"}, 14s)), "too_slow body") << "the least rate";
  options_.limits.bytes_per_second_min = 0;
  EXPECT_EQ(outcome_of(pieces({head, "he", "llo"}, 14s)), "200 hello");
  EXPECT_EQ(outcome_of(pieces({head, "he", "llo"}, 16s)), "too_slow body") << "the gap";
  // A slow drip of a long body.
  options_.limits.bytes_per_second_min = 16;
  std::vector<std::string> drip{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"};
  for (int i = 0; i < 1000; ++i) drip.push_back("x");
  EXPECT_EQ(outcome_of(pieces(drip, 500ms)), "too_slow body");
}

TEST_F(HttpClientTest, every_limit_is_below_the_deadline) {
  network_.script = pieces({}, 0s, false);
  with_client([&](NetworkHttpClient& client) -> Task<> {
    Instant before = Core::here().clock().steady();
    EXPECT_EQ(co_await outcome(&client, get(), before + 2s), "too_slow first_byte");
    EXPECT_LT(Core::here().clock().steady() - before, 3s);
  });
}

// E-33: who knows what an answer should bring next gives it so long.
TEST_F(HttpClientTest, each_read_of_an_answer_may_have_an_earlier_deadline) {
  network_.script = pieces({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "he", "llo"}, 3s);
  options_.limits.bytes_per_second_min = 0;
  with_client([&](NetworkHttpClient& client) -> Task<> {
    auto answer = co_await client.open(get(), soon());
    std::array<char, 100> piece;
    Instant began = Core::here().clock().steady();
    (*answer)->deadline = began + 4s;
    EXPECT_EQ(*co_await (*answer)->read_some(piece), 2u);
    (*answer)->deadline = began + 5s;
    auto late = co_await (*answer)->read_some(piece);
    EXPECT_TRUE(!late && late.error().kind == Kind::too_slow);
    EXPECT_LT(Core::here().clock().steady(), began + 5001ms);
  });
}

TEST_F(HttpClientTest, an_answer_cut_at_any_byte_is_never_a_short_one) {
  std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (const std::string& answer : {std::string(hello), chunked}) {
    for (std::size_t cut = 0; cut < answer.size(); ++cut) {
      EXPECT_THAT(outcome_of(pieces({answer.substr(0, cut)}, 0s)), HasSubstr("broken ")) << cut;
    }
    EXPECT_EQ(outcome_of(pieces({answer}, 0s)), "200 hello");
  }
}

TEST_F(HttpClientTest, refuses_what_is_no_answer) {
  for (std::string answer :
       {"garbage\r\n\r\n", "\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    EXPECT_THAT(outcome_of(pieces({answer}, 0s)), HasSubstr("broken ")) << answer;
  }
  std::string interim;
  for (int i = 0; i < 20; ++i) interim += "HTTP/1.1 103 Early Hints\r\n\r\n";
  EXPECT_EQ(outcome_of(pieces({interim + std::string(hello)}, 0s)), "broken head");
  EXPECT_EQ(outcome_of(pieces({interim.substr(0, 56) + std::string(hello)}, 0s)), "200 hello");
}

TEST_F(HttpClientTest, bounds_what_a_server_sends) {
  options_.limits.body_bytes_max = 100;
  options_.limits.head_bytes_max = 200;
  std::string much(101, 'x');
  EXPECT_EQ(outcome_of(pieces({"HTTP/1.1 200 OK\r\n\r\n" + much}, 0s)), "too_large body");
  EXPECT_EQ(outcome_of(pieces({"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + much}, 0s)),
            "too_large body");
  EXPECT_EQ(outcome_of(pieces({"HTTP/1.1 200 OK\r\nA: " + much + much}, 0s)), "too_large head");
}

TEST_F(HttpClientTest, a_refused_connection_is_unreachable) {
  network_.refuses = true;
  EXPECT_EQ(outcome_of(get()), "unreachable connect");
}

// E-33: a cancelled caller stops the work upstream.
TEST_F(HttpClientTest, being_cancelled_closes_the_connection_at_once) {
  bool has_ended = false;
  network_.script = [&](int, std::shared_ptr<Stream> stream) -> Task<> {
    co_await read_request(stream.get());
    co_await stream->write_all("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhe");
    has_ended = !co_await read_request(stream.get());
  };
  with_client([&](NetworkHttpClient& client) -> Task<> {
    TaskGroup asker([](const std::exception_ptr&) {});
    auto ask = [&]() -> Task<> { co_await outcome(&client, get(), soon()); };
    asker.spawn(ask());
    co_await sleep_for(1s);
    Instant before = Core::here().clock().steady();
    co_await asker.stop();
    co_await sleep_for(Duration(0));
    co_await sleep_for(Duration(0));
    EXPECT_TRUE(has_ended);
    EXPECT_LT(Core::here().clock().steady() - before, 1ms);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_in_use{client=\"test\"} 0"));
  });
}

TEST_F(HttpClientTest, reaches_public_addresses_only_unless_it_may) {
  options_.reach = Reach::public_only;
  network_.names = {{"inside.test", {"93.184.216.34", "10.0.0.7"}},
                    {"outside.test", {"93.184.216.34"}}};
  for (const char* host : {"127.0.0.1", "::1", "169.254.169.254", "inside.test", "localhost"}) {
    ClientRequest request = get();
    request.endpoint.host = host;
    with_client([&](NetworkHttpClient& client) -> Task<> {
      auto answer = co_await client.open(request, soon());
      EXPECT_FALSE(answer);
      if (!answer) {
        EXPECT_EQ(answer.error().kind, Kind::forbidden) << host;
      }
    });
  }
  EXPECT_TRUE(network_.reached.empty());
  ClientRequest request = get();
  request.endpoint.host = "outside.test";
  EXPECT_EQ(outcome_of(request), "200 hello");
  EXPECT_THAT(network_.reached, ::testing::ElementsAre("93.184.216.34:80"));
}

TEST_F(HttpClientTest, follows_no_redirect) {
  std::string answer =
      "HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(outcome_of(always(answer)), "302 ");
  EXPECT_EQ(network_.reached.size(), 1u);
}

TEST_F(HttpClientTest, writes_no_header_that_would_be_two) {
  with_client([&](NetworkHttpClient& client) -> Task<> {
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"A", "b\r\nC: d"}, {"A\r\nB", "c"}, {"A b", "c"}, {"", "c"}}) {
      ClientRequest request = get();
      request.headers.add(name, value);
      EXPECT_THROW(co_await client.open(request, soon()), Error) << name;
    }
    for (const char* target : {"", "a", "/a b", "/a\r\nB: c", "/#"}) {
      EXPECT_THROW(co_await client.open(get(target), soon()), Error) << target;
    }
  });
  EXPECT_TRUE(network_.reached.empty());
}

TEST_F(HttpClientTest, an_early_answer_to_a_long_request_counts) {
  network_.script = [](int, std::shared_ptr<Stream> stream) -> Task<> {
    return [](std::shared_ptr<Stream> to) -> Task<> {
      co_await to->write_all("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
      co_await sleep_for(1s);
      to->close();
    }(std::move(stream));
  };
  ClientRequest request = get();
  request.method = Method::put;
  request.body = std::string(1 << 20, 'x');
  EXPECT_EQ(outcome_of(request), "413 ");
}

}  // namespace
}  // namespace antiphon::http
