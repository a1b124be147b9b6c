// E-3: `antiphon doctor` as a program, over servers of models and speech that do well and that do
// not.

#include <gmock/gmock.h>

#include <fstream>

#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* key = "sk-that-nobody-may-read";

class DoctorTest : public SystemTest {
 protected:
  Task<> start_models(std::string script) {
    models_ = co_await serve_testing("model-server", upstream_);
    http::ClientRequest request{.method = http::Method::put,
                                .endpoint = upstream_,
                                .target = "/script",
                                .body = std::move(script)};
    request.headers.set("Content-Type", "application/json");
    auto answer = co_await http_.send(std::move(request), soon());
    EXPECT_EQ(answer.status, 200) << answer.body;
  }

  std::string provider(std::string_view name, std::string_view url, std::string_view model,
                       std::string_view api_key = key) {
    return fmt::format(
        "[[providers]]\nname = \"{0}\"\nkind = \"openai\"\nurl = \"{1}\"\napi_key = \"{3}\"\n"
        "[[gateway.instances]]\nname = \"{0}\"\nmodels = [\"{2}\"]\n",
        name, url, model, api_key);
  }
  std::string standin(std::string_view name, std::string_view model,
                      std::string_view api_key = key) {
    return provider(name, fmt::format("http://{}/v1", upstream_.text()), model, api_key);
  }

  Task<Ran> doctor(std::string config, std::vector<std::string> more = {}) {
    std::string file = (folder_.path() / "antiphon.toml").string();
    std::ofstream(file) << "[server]\nlisten = \"127.0.0.1:0\"\n" << config;
    std::vector<std::string> arguments{"doctor", "--config", file, "--data",
                                       folder("data").string()};
    std::ranges::move(more, std::back_inserter(arguments));
    return run_program(antiphon(std::move(arguments)), soon());
  }
  // Findings by their subjects: "health message".
  static std::map<std::string, std::string> findings_of(const Ran& ran) {
    std::map<std::string, std::string> all;
    for (const schema::Value& one : schema::parse_value(ran.output).at("/findings").items()) {
      all[one.at("/subject").text()] =
          one.at("/health").text() + " " + one.at("/message").text() + one.at("/advice").text();
    }
    return all;
  }

  antiphon::Endpoint upstream_;
  std::unique_ptr<RunningProgram> models_;
};

TEST_F(DoctorTest, E3_a_sound_set_up_is_told_line_by_line) {
  run([&]() -> Task<> {
    co_await start_models(R"({"keys":["sk-that-nobody-may-read"],"models":["small"]})");
    std::string speech = fmt::format(
        "[[speech.recognisers]]\nname = \"whisper\"\nkind = \"whisperCpp\"\nurl = \"http://{0}\"\n"
        "[[speech.voices]]\nname = \"alloy\"\nkind = \"openai\"\nurl = \"http://{0}/v1\"\n"
        "api_key = \"{1}\"\n",
        upstream_.text(), key);
    auto ran = co_await doctor(standin("cloud", "small") + speech);
    EXPECT_EQ(ran.status.code, 0) << ran.output << ran.errors;
    EXPECT_THAT(ran.output, HasSubstr("\nok       provider cloud             the key is not ref"));
    EXPECT_THAT(ran.output, HasSubstr("\nok       model cloud small          first token after "));
    EXPECT_THAT(ran.output, HasSubstr("\nok       recogniser whisper         ready"));
    EXPECT_THAT(ran.output, HasSubstr("\nok       voice alloy                its key is not refu"));
    EXPECT_THAT(ran.output, HasSubstr("0 problems, "));
    EXPECT_THAT(ran.output, Not(HasSubstr(key)));
    EXPECT_FALSE(std::filesystem::exists(folder("data"))) << "it makes nothing";
    co_await stop(*models_);
  }());
}

TEST_F(DoctorTest, E3_each_fault_is_told_and_none_holds_up_another) {
  run([&]() -> Task<> {
    co_await start_models(R"({"keys":["sk-that-nobody-may-read"],"models":["small","stalls",
        "stalls-too","says-nothing"],"rules":[{"model":"stalls","then":{"stallAt":0}},
        {"model":"stalls-too","then":{"stallAt":0}},{"model":"says-nothing",
        "then":{"empty":true}}]})");
    std::string config = standin("well", "small") + standin("locked", "small", "sk-another-one") +
                         standin("mistaken", "smal") + standin("slow", "stalls") +
                         standin("slow-too", "stalls-too") + standin("empty", "says-nothing") +
                         provider("dead", "http://127.0.0.1:1/v1", "small");
    Instant begun = clock_.steady();
    auto ran = co_await doctor(config, {"--json", "--seconds", "5"});
    EXPECT_LT(clock_.steady() - begun, std::chrono::seconds(60));
    EXPECT_EQ(ran.status.code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("6 problems"));
    auto told = findings_of(ran);
    EXPECT_THAT(told["model well small"], HasSubstr("ok first token after"));
    EXPECT_THAT(told["provider locked"], AllOf(HasSubstr("problem "), HasSubstr("401")));
    EXPECT_THAT(told["model locked small"], HasSubstr("skipped "));
    EXPECT_THAT(told["model mistaken smal"],
                AllOf(HasSubstr("problem "), HasSubstr(R"(the nearest: "small")")));
    EXPECT_THAT(told["model slow stalls"], HasSubstr("problem no whole answer within 5 s"));
    EXPECT_THAT(told["model slow-too stalls-too"], HasSubstr("problem no whole answer within 5 s"));
    EXPECT_THAT(told["model empty says-nothing"], HasSubstr("problem "));
    EXPECT_THAT(told["provider dead"], AllOf(HasSubstr("problem "), HasSubstr("127.0.0.1:1")));
    for (const char* secret : {key, "sk-another-one"}) {
      EXPECT_THAT(ran.output + ran.errors, Not(HasSubstr(secret)));
    }
    co_await stop(*models_);
  }());
}

TEST_F(DoctorTest, E2_all_that_is_wrong_with_a_configuration_is_told_at_once) {
  run([&]() -> Task<> {
    auto ran = co_await doctor("cores = \"many\"\n[logs]\nlevel = \"info\"\n");
    EXPECT_EQ(ran.status.code, 1);
    EXPECT_THAT(ran.output, HasSubstr("problem  configuration"));
    EXPECT_THAT(ran.output, HasSubstr("Expected a whole number"));
    EXPECT_THAT(ran.output, HasSubstr("Unknown key \"logs\""));
    EXPECT_THAT(ran.errors, HasSubstr("2 problems, 0 warnings."));
    auto names = co_await doctor(
        "[[gateway.instances]]\nname = \"a\"\nprovider = \"nobody\"\nmodels = [\"m\"]\n",
        {"--json"});
    EXPECT_EQ(names.status.code, 1);
    EXPECT_THAT(findings_of(names)["configuration"], HasSubstr("There is no provider 'nobody'."));
  }());
}

TEST_F(DoctorTest, E5_a_running_server_is_named_and_not_disturbed) {
  run([&]() -> Task<> {
    auto server = co_await serve("data");
    auto ran = co_await doctor("", {"--json"});
    EXPECT_EQ(ran.status.code, 0) << ran.errors;
    auto told = findings_of(ran);
    EXPECT_THAT(told["data folder"],
                HasSubstr(fmt::format("held by process {}, which serves {}",
                                      server->program().pid(), server->address())));
    EXPECT_THAT(told["database"], AllOf(HasSubstr("ok SQLite"), HasSubstr("migrations have run")));
    EXPECT_TRUE((co_await stop(server->program())).ok()) << server->program().log_tail();
  }());
}

}  // namespace
}  // namespace antiphon::testing
