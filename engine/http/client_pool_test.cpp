#include "engine/http/client_pool.h"

#include "engine/http/client_sample_test.h"

namespace antiphon::http {
namespace {

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

// It is looked at when it is taken, before it has rested long enough to be watched.
TEST_F(HttpClientTest, a_kept_connection_that_was_closed_just_now_is_not_used) {
  network_.script = pieces({std::string(hello)}, 0s);
  with_client([&](NetworkHttpClient& client) -> Task<> {
    ClientRequest post = get();
    post.method = Method::post;
    EXPECT_EQ(co_await outcome(&client, post, soon()), "200 hello");
    co_await sleep_for(1ms);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 1"));
    EXPECT_EQ(co_await outcome(&client, post, soon()), "200 hello");
    EXPECT_EQ(network_.reached.size(), 2u);
  });
}

TEST_F(HttpClientTest, a_rested_connection_goes_as_soon_as_its_server_closes_it) {
  network_.script = [](int, std::shared_ptr<Stream> stream) -> Task<> {
    return [](std::shared_ptr<Stream> to) -> Task<> {
      co_await read_request(to.get());
      co_await to->write_all(hello);
      co_await sleep_for(3s);
      to->close();
    }(std::move(stream));
  };
  with_client([&](NetworkHttpClient& client) -> Task<> {
    EXPECT_EQ(co_await outcome(&client, get(), soon()), "200 hello");
    co_await sleep_for(2900ms);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 1"));
    co_await sleep_for(200ms);
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 0"));
  });
}

TEST_F(HttpClientTest, a_watched_connection_serves_the_next_request) {
  with_client([&](NetworkHttpClient& client) -> Task<> {
    EXPECT_EQ((co_await client.send(get(), soon())).body, "hello");
    co_await sleep_for(2s);
    EXPECT_EQ((co_await client.send(get(), soon())).body, "hello");
    EXPECT_EQ(network_.reached.size(), 1u);
  });
}

TEST_F(HttpClientTest, an_answer_read_in_part_leaves_no_connection) {
  with_client([&](NetworkHttpClient& client) -> Task<> {
    auto answer = co_await client.open(get(), soon());
    std::array<char, 2> first;
    EXPECT_EQ(*co_await (*answer)->read_some(first), 2u);
    answer->reset();
    EXPECT_THAT(registry_.to_text(), HasSubstr("connections_idle{client=\"test\"} 0"));
    EXPECT_EQ((co_await client.send(get(), soon())).body, "hello");
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

}  // namespace
}  // namespace antiphon::http
