// E-31, E-33: the scripted model server as a program: what it says over real sockets, and what it
// sees of clients that leave.

#include <gmock/gmock.h>

#include <fstream>

#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using ::testing::HasSubstr;

class ModelServerTest : public SystemTest {
 protected:
  Task<> start() { server_ = co_await serve_testing("model-server", endpoint_); }

  http::ClientRequest request(http::Method method, std::string target, std::string body = "") {
    http::ClientRequest wanted{.method = method,
                               .endpoint = endpoint_,
                               .target = std::move(target),
                               .body = std::move(body)};
    wanted.headers.set("Content-Type", "application/json");
    return wanted;
  }
  Task<http::ClientResponse> send(http::Method method, std::string target, std::string body = "") {
    return http_.send(request(method, std::move(target), std::move(body)), soon());
  }
  Task<schema::Value> ledger() {
    auto answer = co_await send(http::Method::get, "/ledger");
    co_return schema::parse_value(answer.body);
  }

  static constexpr const char* question =
      R"({"model":"m","stream":true,"messages":[{"role":"user","content":"one two three"}]})";

  antiphon::Endpoint endpoint_;
  std::unique_ptr<RunningProgram> server_;
};

TEST_F(ModelServerTest, E31_streams_what_its_script_says) {
  std::string file = (folder_.path() / "script.json").string();
  std::ofstream(file) << R"({"otherwise":{"text":"Hej du"}})";
  run([&]() -> Task<> {
    RunningProgram server(
        antiphon({"testing", "model-server", "--listen", "127.0.0.1:0", "--script", file}));
    endpoint_ = parse_endpoint(co_await server.line_after("listening on http://", soon()));
    auto answer = co_await send(http::Method::post, "/v1/chat/completions", question);
    EXPECT_THAT(answer.body, HasSubstr(R"("delta":{"content":"Hej "})"));
    EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n")) << answer.body;
    auto status = co_await stop(server);
    EXPECT_EQ(status.code, 0);
  }());
}

TEST_F(ModelServerTest, E33_a_client_that_leaves_is_seen_at_once) {
  run([&]() -> Task<> {
    co_await start();
    co_await send(http::Method::put, "/script", R"({"otherwise":{"stallAt":1}})");
    {
      auto answer = co_await http_.open(
          request(http::Method::post, "/v1/chat/completions", question), soon());
      EXPECT_TRUE(answer);
      std::array<char, 4096> piece;
      if (answer) co_await (*answer)->read_some(piece);
    }
    // It waits for nothing that the client would have to take: only the end of the connection
    // tells it.
    for (;;) {
      auto told = co_await ledger();
      if (told.at("/underWay").integer() == 0) {
        EXPECT_EQ(told.at("/calls/0/end").text(), "cut-by-client");
        EXPECT_EQ(told.at("/total/cutByClient").integer(), 1);
        break;
      }
    }
    co_await stop(*server_);
  }());
}

TEST_F(ModelServerTest, E33_refuses_connections_for_a_time) {
  run([&]() -> Task<> {
    co_await start();
    co_await send(http::Method::put, "/script", R"({"refuseForMs":300})");
    // Nobody listens: the refusal is the kernel's.
    http::NetworkHttpClient other(network_, {.reach = http::Reach::everywhere});
    int refusals = 0;
    for (;;) {
      auto answer = co_await other.open(request(http::Method::get, "/v1/models"), soon());
      if (answer) break;
      EXPECT_EQ(answer.error().kind, http::ClientFailure::Kind::unreachable);
      ++refusals;
    }
    EXPECT_GT(refusals, 0);
    co_await other.stop();
    co_await stop(*server_);
  }());
}

}  // namespace
}  // namespace antiphon::testing
