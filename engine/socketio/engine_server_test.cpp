#include "engine/socketio/engine_server.h"

#include <gtest/gtest.h>

#include "engine/http/client.h"
#include "engine/http/server.h"

// The server of Engine.IO sessions over real sockets; the protocol itself is tested in
// engine_session_test.cpp and test/conformance.

namespace antiphon::socketio {
namespace {

using namespace std::chrono_literals;

class Deaf final : public EngineHandler {
 public:
  void on_message(EnginePacket) override {}
};

class EngineServerTest : public ::testing::Test {
 protected:
  EngineServerTest() {
    Limits limits;
    limits.clients_per_core_max = 2;
    engine_.emplace(EngineServer::Parts{
        .cores = cores_,
        .random = random_,
        .origins = origins_,
        .limits = limits,
        .make = [](EngineSocket&, const Visitor&) { return std::make_shared<Deaf>(); }});
    engine_->mount(router_, "/engine.io/");
    run([this]() -> Task<> {
      server_ = std::make_unique<http::Server>(router_, gate_, random_);
      auto listener = network_.listen({"127.0.0.1", 0});
      endpoint_ = listener->local();
      server_->start(std::move(listener));
      co_return;
    }());
  }
  ~EngineServerTest() override {
    run([this]() -> Task<> {
      co_await engine_->stop(Core::here().clock().steady() + std::chrono::seconds(5));
      co_await server_->stop();
    }());
  }

  template <class T>
  T run(Task<T> task) {
    return cores_.at(0).run_until_done(std::move(task));
  }
  http::ClientResponse ask(http::Method method, std::string query, std::string body = "") {
    http::ClientRequest request{.method = method,
                                .endpoint = endpoint_,
                                .target = "/engine.io/?EIO=4&transport=polling" + query,
                                .body = std::move(body)};
    return run(http_.send(request, clock_.steady() + 10s));
  }

  SystemClock clock_;
  SystemRandom random_;
  SystemNetwork network_;
  Cores cores_{1, clock_};
  http::NetworkHttpClient http_{network_, {.reach = http::Reach::everywhere}};
  http::Origins origins_;
  http::Router router_;
  http::OpenGate gate_;
  std::optional<EngineServer> engine_;
  std::unique_ptr<http::Server> server_;
  Endpoint endpoint_;
};

TEST_F(EngineServerTest, a_core_holds_so_many_clients_and_says_when_to_come_again) {  // E-22
  std::string first = ask(http::Method::get, "").body;
  EXPECT_EQ(ask(http::Method::get, "").status, 200);
  auto refused = ask(http::Method::get, "");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.get("Retry-After"), "5");
  std::string key = R"("sid":")";
  std::string sid = first.substr(first.find(key) + key.size());
  sid.resize(sid.find('"'));
  EXPECT_EQ(ask(http::Method::post, "&sid=" + sid, "1").status, 200);  // closes
  EXPECT_EQ(ask(http::Method::get, "").status, 200);
}

}  // namespace
}  // namespace antiphon::socketio
