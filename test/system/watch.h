#pragma once

// What tests of watching share: a collector of traces, and takes that are talked through.

#include <gmock/gmock.h>

#include "engine/http/server.h"
#include "engine/live/client.h"
#include "test/system/system.h"

namespace antiphon::testing {

using namespace std::chrono_literals;

// A collector of OpenTelemetry's in this process: keeps what it is sent.
class Collector {
 public:
  Collector(Network& network, Random& random) : server_(router_, gate_, random) {
    router_.add({.method = http::Method::post,
                 .path = "/v1/traces",
                 .permission = std::string(http::public_permission),
                 .body_bytes_max = std::size_t{16} << 20},
                [this](Call, http::Request request) -> Task<http::Response> {
                  key = request.headers.get("x-key");
                  bodies.push_back(co_await request.read_all());
                  co_return http::json_text("{}");
                });
    auto listener = network.listen({"127.0.0.1", 0});
    endpoint = "http://" + listener->local().text();
    server_.start(std::move(listener));
  }
  Task<> stop() { return server_.stop(); }

  std::vector<schema::Value> spans() const {
    std::vector<schema::Value> all;
    for (const std::string& body : bodies) {
      schema::Value request = schema::parse_value(body);
      for (const auto& span : request.at("/resourceSpans/0/scopeSpans/0/spans").items()) {
        all.push_back(span);
      }
    }
    return all;
  }

  std::string endpoint;
  std::string key;
  std::vector<std::string> bodies;

 private:
  http::Router router_;
  http::OpenGate gate_;
  http::Server server_;
};

inline std::string text_of(const schema::Value& value, std::string_view key) {
  const schema::Value* found = value.find(key);
  return found ? found->text() : "";
}

class WatchSystemTest : public SystemTest {
 protected:
  // A take in which so much is typed; returns when its last words were answered.
  Task<std::string> take(http::HttpClient& http, Endpoint server, std::string token,
                         std::vector<std::string> sentences) {
    auto opened = co_await ask(http, server, http::Method::post, "/api/v1/director/sessions", "{}",
                               token, soon());
    std::string id = schema::parse_value(opened.body).at("/sessionId").text();
    live::Client client(
        http, random_,
        {.target = {.endpoint = server, .path = "/ws"}, .token = token, .session_id = id});
    auto talk = [&]() -> Task<> {
      co_await client.connect();
      for (const std::string& words : sentences) {
        std::string message = R"({"action":"text","text":)";
        schema::write_text(message, words);
        client.send(message + "}");
        for (;;) {
          auto frame = co_await client.receive();
          if (!frame || frame->type == "timeline") break;
        }
      }
      client.send(R"({"action":"no such thing"})");
      client.send(R"({"action":"finish"})");
      while (auto frame = co_await client.receive()) {
        if (frame->type == "ended") break;
      }
    };
    co_await client.run(talk());
    co_return id;
  }
};

}  // namespace antiphon::testing
