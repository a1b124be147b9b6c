// E-34: an answer of a model is kept in the database: a server that starts anew has it, and asks
// nobody.

#include <fstream>

#include "test/system/watch.h"

namespace antiphon::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* words = "The football team won the match.";

class KeptAnswersTest : public WatchSystemTest {
 protected:
  // A model that answers as the director's skill wants it.
  Task<> start_models() {
    models_ = co_await serve_testing("model-server", upstream_);
    http::ClientRequest request{
        .method = http::Method::put,
        .endpoint = upstream_,
        .target = "/script",
        .body = R"({"otherwise":{"text":"{\"topic\":\"\",\"sentiment\":\"neutral\",)"
                R"(\"visualConcepts\":[\"football team\"],\"query\":\"football team\"}"}})"};
    request.headers.set("Content-Type", "application/json");
    auto answer = co_await http_.send(std::move(request), soon());
    EXPECT_EQ(answer.status, 200) << answer.body;
  }

  Task<std::unique_ptr<ServerProcess>> serve_with_models(std::string more) {
    std::string config = (folder_.path() / "antiphon.toml").string();
    std::ofstream(config) << fmt::format(
        "[gateway]\n{}\n[[gateway.instances]]\nname = \"standin\"\nmodels = [\"small\"]\n"
        "[[providers]]\nname = \"standin\"\nkind = \"openai\"\nurl = \"http://{}/v1\"\n",
        more, upstream_.text());
    return serve("data", {"--config", config});
  }

  // Says the same words to a server; gives what it counts afterwards.
  Task<std::string> say_once(std::string more = "") {
    auto server = co_await serve_with_models(std::move(more));
    if (secret_.empty()) secret_ = co_await server->owner_secret(soon());
    std::string token = co_await sign_in(http_, server->endpoint(), "owner", secret_, soon());
    co_await take(http_, server->endpoint(), token, {words});
    auto metrics =
        co_await ask(http_, server->endpoint(), http::Method::get, "/metrics", "", "", soon());
    EXPECT_TRUE((co_await stop(server->program())).ok()) << server->program().log_tail();
    co_return metrics.body;
  }

  // Chats that the models were asked for.
  Task<std::size_t> chats() {
    auto answer = co_await http_.send({.endpoint = upstream_, .target = "/ledger"}, soon());
    schema::Value told = schema::parse_value(answer.body);
    co_return static_cast<std::size_t>(std::ranges::count_if(
        told.at("/calls").items(),
        [](const schema::Value& call) { return text_of(call, "api") == "openai.chat"; }));
  }

  antiphon::Endpoint upstream_;
  std::unique_ptr<RunningProgram> models_;
  std::string secret_;
};

TEST_F(KeptAnswersTest, E34_after_a_restart_the_same_question_is_answered_without_a_call) {
  run([&]() -> Task<> {
    co_await start_models();
    std::string first = co_await say_once();
    EXPECT_THAT(first, HasSubstr(R"(antiphon_sql_cache_requests_total{outcome="miss"} 1)"));
    EXPECT_EQ(co_await chats(), 1u);
    std::string second = co_await say_once();
    EXPECT_EQ(co_await chats(), 1u);
    EXPECT_THAT(second, HasSubstr(R"(antiphon_sql_cache_requests_total{outcome="hit"} 1)"));
    EXPECT_THAT(second, HasSubstr(R"(source="cache"} 1)"));
    co_await stop(*models_);
  }());
}

TEST_F(KeptAnswersTest, E34_it_can_be_left_out) {
  run([&]() -> Task<> {
    co_await start_models();
    std::string first = co_await say_once("keep_in_database = false");
    EXPECT_THAT(first, Not(HasSubstr("antiphon_sql_cache_")));
    co_await say_once("keep_in_database = false");
    EXPECT_EQ(co_await chats(), 2u);
    co_await stop(*models_);
  }());
}

}  // namespace
}  // namespace antiphon::testing
