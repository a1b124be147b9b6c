// The client against servers that misbehave, in virtual time.
#include "engine/http/client.h"

#include <boost/system/system_error.hpp>

#include "engine/http/sample_test.h"

namespace antiphon::http {
namespace {

using namespace std::chrono_literals;
using Kind = ClientFailure::Kind;
using Stage = ClientFailure::Stage;
using ::testing::HasSubstr;

constexpr std::string_view hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

// What a server does with its number-th connection.
using Script = std::function<Task<>(int number, std::shared_ptr<Stream> stream)>;

class ScriptedNetwork final : public Network {
 public:
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant) override {
    reached.push_back(endpoint.text());
    if (refuses) throw Error(Code::unavailable, "Connection refused.");
    auto [near, far] = testing::memory_streams();
    servers.spawn(script(static_cast<int>(reached.size()), std::move(far)));
    co_return std::move(near);
  }
  Task<std::vector<std::string>> resolve(std::string host, Instant) override {
    auto found = names.find(host);
    co_return found == names.end() ? std::vector{host} : found->second;
  }

  Script script;
  bool refuses = false;
  std::map<std::string, std::vector<std::string>> names;
  std::vector<std::string> reached;
  TaskGroup servers{[](const std::exception_ptr&) {}};
};

// Reads one request; false when the client has ended.
Task<bool> read_request(Stream* stream) {
  std::string head;
  std::array<char, 1> byte;
  while (!head.ends_with("\r\n\r\n")) {
    if (co_await stream->read_some(byte) == 0) co_return false;
    head += byte[0];
  }
  auto at = head.find("Content-Length: ");
  std::size_t left = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  for (; left > 0; --left) {
    if (co_await stream->read_some(byte) == 0) co_return false;
  }
  co_return true;
}

// Answers every request alike.
Script always(std::string answer) {
  return [answer](int, std::shared_ptr<Stream> stream) -> Task<> {
    return [](std::shared_ptr<Stream> to, std::string text) -> Task<> {
      while (co_await read_request(to.get())) co_await to->write_all(text);
    }(std::move(stream), answer);
  };
}

// Answers with pieces, a pause before each, and ends.
Script pieces(std::vector<std::string> texts, Duration pause, bool ends = true) {
  return [=](int, std::shared_ptr<Stream> stream) -> Task<> {
    return [](std::shared_ptr<Stream> to, std::vector<std::string> all, Duration wait,
              bool then_ends) -> Task<> {
      co_await read_request(to.get());
      for (const std::string& text : all) {
        co_await sleep_for(wait);
        co_await to->write_all(text);
      }
      if (then_ends) {
        to->close();
      } else {
        co_await read_request(to.get());
      }
    }(std::move(stream), texts, pause, ends);
  };
}

class HttpClientTest : public ::testing::Test {
 protected:
  HttpClientTest() { network_.script = always(std::string(hello)); }

  // Runs a body with a client of the options.
  void with_client(std::function<Task<>(NetworkHttpClient& client)> body) {
    auto all = [&]() -> Task<> {
      NetworkHttpClient client(network_, options_);
      co_await body(client);
      co_await client.stop();
      network_.servers.cancel();
      co_await network_.servers.join();
    };
    time_.run(all());
  }

  static ClientRequest get(std::string target = "/") {
    return {.endpoint = {"example.test", 80}, .target = std::move(target)};
  }
  static Instant soon() { return Core::here().clock().steady() + 1000s; }

  // What a whole exchange ends with: "200 hello", or "too_slow body".
  static Task<std::string> outcome(NetworkHttpClient* client, ClientRequest request,
                                   Instant deadline) {
    auto answer = co_await client->open(std::move(request), deadline);
    std::optional<ClientFailure> failure;
    std::string body;
    if (!answer) failure = answer.error();
    std::array<char, 100> piece;
    while (!failure) {
      auto count = co_await (*answer)->read_some(piece);
      if (!count) failure = count.error();
      if (!count || *count == 0) break;
      body.append(piece.data(), *count);
    }
    if (!failure) co_return fmt::format("{} {}", (*answer)->status, body);
    EXPECT_THAT(failure->message, HasSubstr("example.test"));
    co_return fmt::format("{} {}", to_text(failure->kind), to_text(failure->stage));
  }
  std::string outcome_of(ClientRequest request) {
    std::string result;
    with_client([&](NetworkHttpClient& client) -> Task<> {
      result = co_await outcome(&client, request, soon());
    });
    return result;
  }
  std::string outcome_of(Script script) {
    network_.script = std::move(script);
    return outcome_of(get());
  }

  testing::VirtualTime time_;
  ScriptedNetwork network_;
  metrics::Registry registry_;
  ClientOptions options_{.reach = Reach::everywhere, .metrics = &registry_, .name = "test"};
};

TEST_F(HttpClientTest, keeps_a_connection_for_the_next_request) {  // E-95
  with_client([&](NetworkHttpClient& client) -> Task<> {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ((co_await client.send(get(), soon())).body, "hello");
    }
    EXPECT_EQ(network_.reached.size(), 1u);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 1"));
    EXPECT_THAT(registry_.to_text(), HasSubstr("opened_total{client=\"test\"} 1"));
  });
  EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 0"));
  EXPECT_THAT(registry_.to_text(), HasSubstr("connections_in_use{client=\"test\"} 0"));
}

TEST_F(HttpClientTest, does_not_keep_what_cannot_be_trusted_again) {
  for (std::string answer :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more"}) {
    network_.script = always(answer);
    network_.reached.clear();
    with_client([&](NetworkHttpClient& client) -> Task<> {
      EXPECT_EQ((co_await client.send(get(), soon())).body, "hello");
      co_await client.send(get(), soon());
    });
    EXPECT_EQ(network_.reached.size(), 2u) << answer;
  }
}

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

// What a server closed while nobody used it is not tried at all.
TEST_F(HttpClientTest, a_kept_connection_that_was_closed_is_not_used) {
  network_.script = pieces({std::string(hello)}, 0s);
  with_client([&](NetworkHttpClient& client) -> Task<> {
    ClientRequest post = get();
    post.method = Method::post;
    EXPECT_EQ(co_await outcome(&client, post, soon()), "200 hello");
    co_await sleep_for(1s);
    EXPECT_EQ(co_await outcome(&client, post, soon()), "200 hello");
    EXPECT_EQ(network_.reached.size(), 2u);
  });
}

// Closed as the next request was on its way: nobody knows whether it was read.
TEST_F(HttpClientTest,
       a_kept_connection_that_ends_unanswered_is_tried_anew_when_that_does_no_harm) {
  network_.script = [](int number, std::shared_ptr<Stream> stream) -> Task<> {
    return [](int count, std::shared_ptr<Stream> to) -> Task<> {
      co_await read_request(to.get());
      co_await to->write_all(hello);
      if (!co_await read_request(to.get())) co_return;
      if (count > 1) co_await to->write_all(hello);
      to->close();
    }(number, std::move(stream));
  };
  with_client([&](NetworkHttpClient& client) -> Task<> {
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "200 hello");
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "200 hello");
    EXPECT_EQ(network_.reached.size(), 2u);
  });
  network_.reached.clear();
  with_client([&](NetworkHttpClient& client) -> Task<> {
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "200 hello");
    ClientRequest post = get();
    post.method = Method::post;
    EXPECT_THAT(co_await outcome(&client, post, soon()), HasSubstr("broken "));
    EXPECT_EQ(network_.reached.size(), 1u);
  });
}

TEST_F(HttpClientTest, a_new_connection_that_ends_unanswered_is_not_tried_again) {
  EXPECT_EQ(outcome_of(pieces({}, 0s)), "broken first_byte");
  EXPECT_EQ(network_.reached.size(), 1u);
}

TEST_F(HttpClientTest, says_when_all_connections_are_in_use) {  // E-95
  options_.pool.connections_max = 1;
  with_client([&](NetworkHttpClient& client) -> Task<> {
    auto first = co_await client.open(get(), soon());
    Instant before = Core::here().clock().steady();
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "exhausted acquire");
    EXPECT_GE(Core::here().clock().steady() - before, 1s);
    EXPECT_THAT(registry_.to_text(), HasSubstr("wait_timeouts_total{client=\"test\"} 1"));
    // One who waits gets the connection as it is.
    TaskGroup waiter([](const std::exception_ptr&) {});
    std::string second;
    auto wait = [&]() -> Task<> { second = co_await outcome(&client, get(), soon()); };
    waiter.spawn(wait());
    co_await sleep_for(500ms);
    EXPECT_THAT(registry_.to_text(), HasSubstr("client_waiting{client=\"test\"} 1"));
    EXPECT_EQ(co_await read_all(**first), "hello");
    co_await waiter.join();
    EXPECT_EQ(second, "200 hello");
    EXPECT_EQ(network_.reached.size(), 1u);
  });
  EXPECT_THAT(registry_.to_text(), HasSubstr("client_waiting{client=\"test\"} 0"));
}

TEST_F(HttpClientTest, a_waiter_that_is_cancelled_leaves_its_place) {
  options_.pool.connections_max = 1;
  with_client([&](NetworkHttpClient& client) -> Task<> {
    auto first = co_await client.open(get(), soon());
    TaskGroup waiter([](const std::exception_ptr&) {});
    auto wait = [&]() -> Task<> { co_await outcome(&client, get(), soon()); };
    waiter.spawn(wait());
    co_await sleep_for(10ms);
    co_await waiter.stop();
    first->reset();
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "200 hello");
  });
}

TEST_F(HttpClientTest, closes_idle_connections_above_the_minimum) {
  options_.pool.connections_min = 1;
  with_client([&](NetworkHttpClient& client) -> Task<> {
    auto first = co_await client.open(get(), soon());
    auto second = co_await client.open(get(), soon());
    co_await read_all(**first);
    co_await read_all(**second);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 2"));
    co_await sleep_for(options_.pool.idle_time + 1s);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 1"));
  });
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

// Keeps the heads of the requests that it answers.
Script remembering(std::vector<std::string>* heads, std::string answer) {
  return [heads, answer](int, std::shared_ptr<Stream> stream) -> Task<> {
    return
        [](std::shared_ptr<Stream> to, std::vector<std::string>* kept, std::string text) -> Task<> {
          std::string head;
          std::array<char, 1> byte;
          while (co_await to->read_some(byte) > 0) {
            head += byte[0];
            if (!head.ends_with("\r\n\r\n")) continue;
            kept->push_back(std::exchange(head, {}));
            co_await to->write_all(text);
          }
        }(std::move(stream), heads, answer);
  };
}

TEST_F(HttpClientTest, tells_the_server_in_which_trace_it_is_asked) {  // E-90
  SeededRandom random(1);
  trace::Tracer tracer(time_.clock(), random);
  std::vector<std::string> heads;
  network_.script = remembering(&heads, std::string(hello));
  trace::Context recorded = trace::begin_trace(&tracer, random);
  recorded.state = std::make_shared<const std::string>("rojo=1");
  trace::Context unrecorded =
      *trace::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  with_client([&](NetworkHttpClient& client) -> Task<> {
    for (const trace::Context& context : {recorded, unrecorded, trace::Context()}) {
      ClientRequest request = get("/search?q=secret");
      request.trace = context;
      EXPECT_EQ((co_await client.send(request, soon())).status, 200);
    }
    ClientRequest own = get();
    own.trace = unrecorded;
    own.headers.set("traceparent", "mine");
    co_await client.send(own, soon());
  });
  auto spans = tracer.take(10);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].name, "GET");
  EXPECT_EQ(spans[0].kind, trace::Kind::client);
  EXPECT_THAT(heads[0], HasSubstr("traceparent: " + trace::to_traceparent(spans[0].context)));
  EXPECT_THAT(heads[0], HasSubstr("tracestate: rojo=1"));
  EXPECT_THAT(heads[1], HasSubstr("traceparent: " + trace::to_traceparent(unrecorded)))
      << "where nobody records, who stands above is the parent";
  EXPECT_THAT(heads[2], ::testing::Not(HasSubstr("traceparent")));
  EXPECT_THAT(heads[3], HasSubstr("traceparent: mine"));
  for (const auto& [key, value] : spans[0].attributes) {
    const auto* text = std::get_if<std::string>(&value);
    EXPECT_TRUE(!text || !text->contains("secret")) << key;
  }
}

TEST_F(HttpClientTest, a_span_says_how_an_exchange_failed) {  // E-90
  SeededRandom random(1);
  trace::Tracer tracer(time_.clock(), random);
  ClientRequest request = get();
  request.trace = trace::begin_trace(&tracer, random);
  network_.script = always("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
  outcome_of(request);
  network_.refuses = true;
  outcome_of(request);
  auto spans = tracer.take(10);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].failure, "503");
  EXPECT_EQ(spans[1].failure, "unreachable");
}

}  // namespace
}  // namespace antiphon::http
