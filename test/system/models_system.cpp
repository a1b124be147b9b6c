#include "test/system/models_system.h"

#include <fstream>

#include "engine/schema/json.h"

namespace antiphon::testing {

Task<> ModelsSystemTest::start_models() {
  models_ = co_await serve_testing("model-server", upstream_);
}

Task<> ModelsSystemTest::start_server(std::string config) {
  std::string file = (folder_.path() / "antiphon.toml").string();
  std::ofstream(file) << config;
  server_ = co_await serve("data", {"--config", file});
}

Task<> ModelsSystemTest::stop_all() {
  EXPECT_TRUE((co_await stop(server_->program())).ok()) << server_->program().log_tail();
  co_await stop(*models_);
}

Task<std::string> ModelsSystemTest::make_key(double budget) {
  auto ran =
      co_await run_program(antiphon({"key", "create", "--name", "test", "--budget",
                                     fmt::format("{}", budget), "--data", folder("data").string()}),
                           soon());
  EXPECT_TRUE(ran.status.ok()) << ran.errors;
  auto at = ran.output.find("apk_");
  EXPECT_NE(at, std::string::npos) << ran.output;
  co_return ran.output.substr(at, ran.output.find('\n', at) - at);
}

Task<http::ClientResponse> ModelsSystemTest::at_models(http::Method method, std::string target,
                                                       std::string body) {
  http::ClientRequest request{.method = method,
                              .endpoint = upstream_,
                              .target = std::move(target),
                              .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  return http_.send(std::move(request), soon());
}

Task<> ModelsSystemTest::script(std::string json) {
  auto answer = co_await at_models(http::Method::put, "/script", std::move(json));
  EXPECT_EQ(answer.status, 200) << answer.body;
}

Task<schema::Value> ModelsSystemTest::ledger() {
  co_return schema::parse_value((co_await at_models(http::Method::get, "/ledger")).body);
}

Task<schema::Value> ModelsSystemTest::settled_ledger() {
  for (;;) {
    auto told = co_await ledger();
    if (told.at("/underWay").integer() == 0) co_return told;
  }
}

Task<> ModelsSystemTest::empty_ledger() { co_await at_models(http::Method::del, "/ledger"); }

http::ClientRequest ModelsSystemTest::to_front(std::string target, std::string body,
                                               std::string key) {
  http::ClientRequest request{.method = http::Method::post,
                              .endpoint = server_->endpoint(),
                              .target = std::move(target),
                              .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Authorization", "Bearer " + key);
  return request;
}

}  // namespace antiphon::testing
