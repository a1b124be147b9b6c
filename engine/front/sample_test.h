#pragma once

// The front over a scripted gateway, in memory and in virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>

#include "engine/front/front.h"
#include "engine/http/server.h"
#include "engine/testing/memory_stream.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::front {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What a scripted answer does.
struct AnswerScript {
  std::vector<model::ChatDelta> deltas;
  model::Finish finish = model::Finish::stop;
  Duration pause{};  ///< before each piece but the first
  gateway::Account account = {.instance = "one",
                              .provider = "openai",
                              .model = "small-1",
                              .attempts = 2,
                              .usage = {.tokens_in = 3, .tokens_out = 2}};
};

class ScriptedAnswer final : public gateway::Answer {
 public:
  ScriptedAnswer(AnswerScript script, std::vector<Instant>& gone)
      : script_(std::move(script)), gone_(gone), end_{.finish = script_.finish} {}
  ~ScriptedAnswer() override { gone_.push_back(Core::here().clock().steady()); }

  Task<std::optional<model::ChatDelta>> next() override {
    if (told_ > 0 && script_.pause > Duration::zero()) co_await sleep_for(script_.pause);
    if (told_ == script_.deltas.size()) co_return std::nullopt;
    co_return script_.deltas[told_++];
  }
  const model::ChatEnd& end() const override { return end_; }
  const gateway::Account& account() const override { return script_.account; }

 private:
  AnswerScript script_;
  std::vector<Instant>& gone_;
  model::ChatEnd end_;
  std::size_t told_ = 0;
};

class ScriptedGateway final : public gateway::Gateway {
 public:
  using Chat = std::expected<std::unique_ptr<gateway::Answer>, gateway::GatewayFailure>;
  Task<Chat> chat(gateway::ChatAsk ask, Call) override {
    asks.push_back(std::move(ask));
    if (delay > Duration::zero()) {
      // Whoever waits for the first content may leave as well.
      ScriptedAnswer waiting({}, gone);
      co_await sleep_for(delay);
    }
    if (failure) co_return std::unexpected(*failure);
    co_return std::make_unique<ScriptedAnswer>(script, gone);
  }
  Task<std::expected<gateway::EmbeddingAnswer, gateway::GatewayFailure>> embed(
      gateway::EmbeddingAsk ask, Call) override {
    embedding_asks.push_back(std::move(ask));
    if (failure) co_return std::unexpected(*failure);
    co_return gateway::EmbeddingAnswer{
        .model = "vectors-1", .vectors = {{0.5F, -0.25F}, {1, 0}}, .account = script.account};
  }
  std::vector<gateway::Target> targets() const override {
    return {{.name = "default"}, {.name = "small-1", .kind = gateway::Target::Kind::model}};
  }

  AnswerScript script{.deltas = {{.text = "Hello "}, {.text = "\"you\""}}};
  std::optional<gateway::GatewayFailure> failure;
  Duration delay{};
  std::vector<gateway::ChatAsk> asks;
  std::vector<gateway::EmbeddingAsk> embedding_asks;
  std::vector<Instant> gone;  ///< when each answer was let go
};

/// Lets in whoever has the permission of a test.
class StrictGate final : public http::Gate {
 public:
  Task<http::Admission> admit(const http::RouteInfo& route, const http::Request& request) override {
    if (request.headers.get("Authorization") != "Bearer apk_good") {
      co_return std::unexpected(Error(Code::unauthenticated, "This token is unknown."));
    }
    auto principal = std::make_shared<Principal>();
    principal->kind = Principal::Kind::machine;
    principal->id = "key_1";
    principal->tenant = "ten_1";
    principal->permissions = {route.permission};
    principal->budget_micros = 5'000'000;
    const Clock& clock = Core::here().clock();
    co_return Call(std::move(principal), clock.now(), clock.steady() + 10min, request.trace);
  }
  void done(const http::RouteInfo&, const Call&, int) override {}
};

class FrontTest : public ::testing::Test {
 protected:
  FrontTest() { front_.mount(router_); }

  struct Got {
    std::string head;
    std::string body;

    int status() const { return std::stoi(head.substr(9, 3)); }
    std::string header(std::string_view name) const {
      auto at = head.find(fmt::format("\r\n{}: ", name));
      if (at == std::string::npos) return "";
      at += name.size() + 4;
      return head.substr(at, head.find("\r\n", at) - at);
    }
  };

  static std::string request(std::string_view method, std::string_view path, std::string_view body,
                             std::string_view key = "apk_good") {
    return fmt::format(
        "{} {} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\nContent-Type: "
        "application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
        method, path, key, body.size(), body);
  }

  // A body that came in chunks, without them.
  static std::string joined(std::string chunked) {
    std::string body;
    std::string_view rest = chunked;
    while (!rest.empty()) {
      auto size = std::stoul(std::string(rest), nullptr, 16);
      if (size == 0) break;
      rest.remove_prefix(rest.find("\r\n") + 2);
      body += rest.substr(0, size);
      rest.remove_prefix(size + 2);
    }
    return body;
  }

  Task<std::string> exchange(std::string bytes, std::optional<Duration> leaves_after) {
    http::Server server(router_, gate_, random_);
    auto [near, far] = testing::memory_streams(std::size_t{1} << 20);
    TaskGroup tasks([](const std::exception_ptr&) {});
    tasks.spawn(server.serve(std::move(far)));
    try {
      co_await near->write_all(bytes);
    } catch (const boost::system::system_error&) {
      // The server has had enough of it, and says so.
    }
    std::string all;
    if (leaves_after) {
      co_await sleep_for(*leaves_after);
      left_ = Core::here().clock().steady();
      near->close();
    } else {
      std::array<char, 4096> piece;
      while (std::size_t count = co_await near->read_some(piece)) all.append(piece.data(), count);
      near->close();
    }
    co_await tasks.join();
    co_await server.stop();
    co_return all;
  }

  Got send(std::string bytes) {
    std::string all = time_.run(exchange(std::move(bytes), std::nullopt));
    auto end = all.find("\r\n\r\n");
    Got got{.head = all.substr(0, end + 2), .body = all.substr(end + 4)};
    if (got.header("Transfer-Encoding") == "chunked") got.body = joined(got.body);
    return got;
  }
  Got post(std::string_view path, std::string_view body) {
    return send(request("POST", path, body));
  }
  void leave(std::string_view path, std::string_view body, Duration after) {
    time_.run(exchange(request("POST", path, body), after));
  }
  static schema::Value error_in(const Got& got) {
    return schema::parse_value(got.body).at("/error");
  }

  static constexpr std::string_view chat_path = "/v1/chat/completions";
  static std::string question(std::string_view more = "") {
    return fmt::format(R"({{"model":"small","messages":[{{"role":"user","content":"Hi"}}]{}}})",
                       more);
  }

  testing::VirtualTime time_;
  SeededRandom random_{1};
  StrictGate gate_;
  ScriptedGateway gateway_;
  metrics::Registry registry_;
  Front front_{{.gateway = gateway_,
                .started = parse_rfc3339("2026-03-01T07:00:00Z"),
                .metrics = &registry_}};
  http::Router router_;
  Instant left_;
};

}  // namespace antiphon::front
