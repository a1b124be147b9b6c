#include "server/doctor/provider_check.h"

#include "engine/standin/sample_test.h"

// E-3, E-31: what is told of providers that do as a script says, in virtual time.

namespace antiphon::server::doctor {
namespace {

using namespace std::chrono_literals;
using standin::MemoryNetwork;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Hosts by whose names it depends how far the way to them goes.
class StepsNetwork final : public Network {
 public:
  explicit StepsNetwork(http::Server& server) : inner(server) {}
  std::unique_ptr<Listener> listen(const Endpoint&) override { return nullptr; }
  Task<std::vector<std::string>> resolve(std::string host, Instant) override {
    if (host == "lost.test") throw Error(Code::unavailable, "The host lost.test was not found.");
    co_return std::vector{std::move(host)};
  }
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override {
    if (endpoint.host == "dead.test") {
      throw Error(Code::unavailable, "Cannot connect to dead.test:80: Connection refused.");
    }
    if (endpoint.host == "mute.test") co_await sleep_for(1h);
    co_return co_await inner.connect(std::move(endpoint), deadline);
  }

  MemoryNetwork inner;
};

class ProviderCheckTest : public standin::StandinTest {
 protected:
  // "ok provider cloud: http://…" for each finding.
  std::vector<std::string> check(bool is_deep = false) {
    std::vector<std::string> lines;
    auto all = [&]() -> Task<> {
      http::Server server(router_, gate_, random_);
      server_ = &server;
      StepsNetwork network(server);
      http::NetworkHttpClient client(network, {.reach = http::Reach::everywhere});
      Asking asking{.outside = {network, nullptr, 20s}, .client = client, .is_deep = is_deep};
      findings_ = co_await check_provider(asking, {settings_, models_asked_, embedding_});
      co_await client.stop();
      co_await network.inner.connections.stop();
      co_await server.stop();
      server_ = nullptr;
    };
    time_.run(all());
    for (const Finding& finding : findings_) lines.push_back(line_of(finding));
    return lines;
  }
  static std::string line_of(const Finding& finding) {
    constexpr std::string_view words[] = {"ok", "warning", "problem", "skipped"};
    return fmt::format("{} {}: {}", words[static_cast<int>(finding.health)], finding.subject,
                       finding.message);
  }
  // The last line with this behaviour of every chat.
  std::string last_with(std::string_view behaviour) {
    script(fmt::format(R"({{"models":["small"],"rules":[{{"api":"openai.chat","then":{{{}}}}}]}})",
                       behaviour));
    return check().back();
  }

  model::ProviderSettings settings_{
      .name = "cloud", .kind = "openai", .url = "http://cloud.test/v1", .api_key = "sk-good-key"};
  std::vector<std::string> models_asked_{"small"};
  std::vector<std::string> embedding_;
  Findings findings_;
};

TEST_F(ProviderCheckTest, a_sound_one_is_told_step_by_step) {  // E-3, E-31, E-39
  embedding_ = {"vectors"};
  script(R"({"models":["small","vectors"],"keys":["sk-good-key"],"dimensions":384,
             "rules":[{"api":"openai.chat","then":{"delayFirstMs":300,"text":"Hi"}}]})");
  EXPECT_THAT(check(),
              ElementsAre("ok provider cloud: http://cloud.test/v1 is reached",
                          "ok provider cloud: the key is not refused; it tells of 2 models",
                          "ok model cloud small: first token after 300 ms, all after 300 ms",
                          "ok model cloud vectors: vectors of 384 numbers, after 0 ms"));
  EXPECT_EQ(findings_[2].first_token_ms, 300);
  EXPECT_EQ(findings_[3].dimensions, 384);
  EXPECT_EQ(models_.ledger().view().calls.back().api, standin::Api::openai_embeddings);
}

TEST_F(ProviderCheckTest, a_key_that_is_refused_ends_it_and_is_not_told) {
  script(R"({"keys":["another"]})");
  auto told = check();
  EXPECT_THAT(told, ElementsAre(StartsWith("ok "),
                                AllOf(StartsWith("problem provider cloud: "), HasSubstr("401"),
                                      Not(HasSubstr("good-key"))),
                                "skipped model cloud small: not asked, because of its provider"));
  EXPECT_THAT(findings_[1].advice, HasSubstr("api_key"));
  settings_.api_key.clear();
  check();
  EXPECT_THAT(findings_[1].advice, HasSubstr("Set api_key_file"));
}

TEST_F(ProviderCheckTest, an_unknown_model_is_told_with_those_like_it) {
  models_asked_ = {"gpt-5-mimi", "gpt-5"};
  script(R"({"models":["gpt-5","gpt-5-mini","gpt-4.1","o3","whisper-1"]})");
  auto told = check();
  EXPECT_EQ(told[2],
            "problem model cloud gpt-5-mimi: the provider has no such model among its 5; the "
            "nearest: \"gpt-5-mini\", \"gpt-5\" or \"gpt-4.1\"");
  EXPECT_THAT(told[3], StartsWith("ok model cloud gpt-5: "));
  settings_.kind = "ollama";
  settings_.url = "http://cloud.test";
  check();
  EXPECT_THAT(findings_[2].advice, HasSubstr("ollama pull gpt-5-mimi"));
}

TEST_F(ProviderCheckTest, what_fails_for_another_reason_than_its_name_is_told_by_that) {
  script(R"({"rules":[{"api":"openai.chat","then":{"status":500}},
             {"api":"lists","then":{"status":200,"body":"{\"data\":[{\"id\":\"other\"}]}"}}]})");
  EXPECT_THAT(check().back(), AllOf(HasSubstr("500"), HasSubstr("not in the provider's list")));
}

TEST_F(ProviderCheckTest, an_answer_of_a_model_that_is_in_no_list_counts) {
  script(R"({"rules":[{"api":"lists","then":{"status":404}}]})");
  EXPECT_THAT(check(), ElementsAre(StartsWith("ok "), HasSubstr("no list of models comes"),
                                   StartsWith("ok model cloud small: first token")));
  EXPECT_EQ(findings_[1].health, Health::warning);
}

TEST_F(ProviderCheckTest, the_way_is_told_by_its_step) {
  for (const auto& [host, said] : {std::pair("lost.test", "The host lost.test was not found."),
                                   std::pair("dead.test", "Connection refused."),
                                   std::pair("mute.test", "was not done within 20 s.")}) {
    settings_.url = fmt::format("http://{}/v1", host);
    EXPECT_THAT(check(), ElementsAre(AllOf(StartsWith("problem provider cloud: "), EndsWith(said)),
                                     StartsWith("skipped model cloud small")))
        << host;
    EXPECT_THAT(findings_[0].advice, HasSubstr("url of the provider cloud"));
  }
}

TEST_F(ProviderCheckTest, each_fault_of_an_answer_is_a_problem_with_advice) {  // E-33
  for (const auto& [behaviour, said] :
       {std::pair(R"("stallAt":0)", "no whole answer within 20 s"),
        std::pair(R"("drop":true)", "small: cloud: "),
        std::pair(R"("empty":true)", "small: cloud: "), std::pair(R"("status":500)", "500"),
        std::pair(R"("hint":"no-quota")", "insufficient_quota"),
        std::pair(R"("errorAt":0)", "an error within its answer")}) {
    EXPECT_THAT(last_with(behaviour), AllOf(StartsWith("problem model cloud "), HasSubstr(said)))
        << behaviour;
    EXPECT_FALSE(findings_.back().advice.empty()) << behaviour;
  }
}

TEST_F(ProviderCheckTest, who_is_only_busy_is_no_problem) {
  EXPECT_THAT(last_with(R"("hint":"retry-after")"), StartsWith("warning model cloud small: "));
  EXPECT_THAT(findings_.back().advice, HasSubstr("later"));
}

TEST_F(ProviderCheckTest, a_stall_takes_no_longer_than_a_check_may) {
  models_asked_ = {"one", "two"};
  script(R"({"models":["one","two"],"rules":[{"api":"openai.chat","then":{"stallAt":0}}]})");
  check();
  EXPECT_GE(time_.clock().steady() - Instant(1h), 40s);
  EXPECT_LT(time_.clock().steady() - Instant(1h), 41s);
}

TEST_F(ProviderCheckTest, a_model_that_reasons_first_is_given_room) {
  script(R"({"models":["small"],"rules":[
             {"api":"openai.chat","nth":1,"then":{"empty":true,"finish":"length"}}]})");
  EXPECT_THAT(check().back(), StartsWith("ok model cloud small: first token"));
}

TEST_F(ProviderCheckTest, usage_that_is_not_told_is_a_warning) {  // E-39
  EXPECT_THAT(last_with(R"("noUsage":true)"),
              AllOf(StartsWith("warning model cloud small: first token"),
                    EndsWith("it does not tell what it used")));
}

TEST_F(ProviderCheckTest, deep_looks_at_what_skills_need) {  // E-30
  script(R"({"models":["small"],"rules":[{"contains":"Call the tool",
                       "then":{"tool":{"name":"say_word","arguments":{"word":"hej"}}}}]})");
  EXPECT_THAT(check(true),
              ElementsAre(StartsWith("ok "), StartsWith("ok "), StartsWith("ok model cloud small:"),
                          StartsWith("ok model cloud small in one piece: as asked"),
                          StartsWith("ok model cloud small by a schema: as asked"),
                          StartsWith("ok model cloud small with a tool: as asked")));
  script(R"({"models":["small"],"rules":[{"contains":"in JSON","then":{"wrongJson":true}}]})");
  auto told = check(true);
  ASSERT_EQ(told.size(), 6u);
  EXPECT_THAT(told[4], StartsWith("warning model cloud small by a schema: its answer is not of"));
  EXPECT_THAT(told[5], StartsWith("warning model cloud small with a tool: it does not call"));
}

TEST_F(ProviderCheckTest, every_kind_is_asked_in_its_own_way) {  // E-31
  for (const auto& [kind, api] : {std::pair("ollama", standin::Api::ollama_chat),
                                  std::pair("gemini", standin::Api::gemini_generate),
                                  std::pair("anthropic", standin::Api::anthropic_messages)}) {
    settings_.kind = kind;
    settings_.url = "http://cloud.test";
    script(R"({"models":["small"]})");
    EXPECT_THAT(check(), ElementsAre(StartsWith("ok "), StartsWith("ok "), StartsWith("ok ")))
        << kind;
    EXPECT_EQ(models_.ledger().view().calls.back().api, api);
  }
}

TEST_F(ProviderCheckTest, one_that_nobody_asks_is_told) {
  models_asked_.clear();
  EXPECT_THAT(check().back(), "warning provider cloud: no instance asks it");
}

}  // namespace
}  // namespace antiphon::server::doctor
