#pragma once

// The stand-in in memory, in virtual time, and a client of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.h"
#include "engine/http/client.h"
#include "engine/http/server.h"
#include "engine/standin/model_server.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::standin {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Connects to one server in memory.
class MemoryNetwork final : public Network {
 public:
  explicit MemoryNetwork(http::Server& server) : server_(server) {}
  std::unique_ptr<Listener> listen(const antiphon::Endpoint&) override { return nullptr; }
  Task<std::unique_ptr<Stream>> connect(antiphon::Endpoint, Instant) override {
    auto [near, far] = testing::memory_streams(std::size_t{1} << 20);
    connections.spawn(server_.serve(std::move(far)));
    co_return std::move(near);
  }
  TaskGroup connections{[](const std::exception_ptr&) {}};

 private:
  http::Server& server_;
};

/// What came of one exchange.
struct Got {
  int status = 0;  ///< 0: no head came
  http::Headers headers;
  std::string body;  ///< until it failed
  std::optional<http::ClientFailure> failure;
  milliseconds took{};
};

class StandinTest : public ::testing::Test {
 protected:
  struct Ask {
    std::string target;
    std::string body = {};
    http::Headers headers = {};
    http::Method method = http::Method::post;
    Duration patience = 1h;
  };

  StandinTest() {
    models_.mount(router_);
    limits_.first_byte_time = limits_.gap_time = 24h;
    limits_.bytes_per_second_min = 0;
  }

  void script(const std::string& json) { models_.replace(schema::parse<Script>(json)); }

  /// Runs a body with a client of the stand-in.
  void with_client(std::function<Task<>(http::HttpClient& client)> body) {
    auto all = [&]() -> Task<> {
      http::Server server(router_, gate_, random_);
      server_ = &server;
      MemoryNetwork network(server);
      http::NetworkHttpClient client(network,
                                     {.reach = http::Reach::everywhere, .limits = limits_});
      co_await body(client);
      co_await client.stop();
      co_await network.connections.stop();
      co_await server.stop();
      server_ = nullptr;
    };
    time_.run(all());
  }

  static http::ClientRequest request_of(const Ask& ask) {
    http::ClientRequest request{.method = ask.method,
                                .endpoint = {"standin.test", 80},
                                .target = ask.target,
                                .headers = ask.headers,
                                .body = ask.body};
    if (!ask.body.empty()) request.headers.set_default("Content-Type", "application/json");
    return request;
  }

  static Task<Got> exchange(http::HttpClient* client, Ask ask) {
    const Clock& clock = Core::here().clock();
    Instant began = clock.steady();
    Got got;
    auto answer = co_await client->open(request_of(ask), began + ask.patience);
    if (!answer) {
      got.failure = answer.error();
      got.took = std::chrono::floor<milliseconds>(clock.steady() - began);
      co_return got;
    }
    got.status = (*answer)->status;
    got.headers = (*answer)->headers;
    std::array<char, 4096> piece;
    for (;;) {
      auto count = co_await (*answer)->read_some(piece);
      if (!count) got.failure = count.error();
      if (!count || *count == 0) break;
      got.body.append(piece.data(), *count);
    }
    got.took = std::chrono::floor<milliseconds>(clock.steady() - began);
    co_return got;
  }

  Got ask(Ask wanted) {
    Got got;
    with_client(
        [&](http::HttpClient& client) -> Task<> { got = co_await exchange(&client, wanted); });
    return got;
  }
  Got post(std::string target, std::string body, http::Headers headers = {}) {
    return ask({.target = std::move(target), .body = std::move(body), .headers = headers});
  }
  Got get(std::string target, http::Headers headers = {}) {
    return ask({.target = std::move(target), .headers = headers, .method = http::Method::get});
  }
  /// A question to OpenAI's chat.
  static std::string chat(std::string_view text, std::string_view more = "") {
    return fmt::format(R"({{"model":"m","messages":[{{"role":"user","content":{}}}]{}}})",
                       as_json(text), more);
  }
  static constexpr const char* chat_path = "/v1/chat/completions";

  testing::VirtualTime time_;
  SeededRandom random_{1};
  http::OpenGate gate_{std::chrono::hours(1000)};
  http::Router router_;
  http::Server* server_ = nullptr;
  milliseconds refused_{};
  http::ClientLimits limits_;
  ModelServer models_{{.connections = [this] { return server_->connections(); },
                       .refuse_for = [this](milliseconds time) { refused_ = time; }}};
};

}  // namespace antiphon::standin
