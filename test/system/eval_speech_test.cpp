// E-97: `antiphon eval speech` compares what servers hear with what the embedded recogniser does.

#include <gmock/gmock.h>

#include <fstream>

#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* said = "the stock market crashed on monday";

class EvalSpeechTest : public SystemTest {
 protected:
  // A server that hears the same words in whatever it is sent.
  Task<> start_speech() {
    server_ = co_await serve_testing("model-server", upstream_);
    http::ClientRequest request{.method = http::Method::put,
                                .endpoint = upstream_,
                                .target = "/script",
                                .body = fmt::format(R"({{"otherwise":{{"text":"{}"}}}})", said)};
    request.headers.set("Content-Type", "application/json");
    auto answer = co_await http_.send(std::move(request), soon());
    EXPECT_EQ(answer.status, 200) << answer.body;
  }

  // Runs in a folder of its own, whose antiphon.toml is read.
  Task<Ran> evaluate(std::string url, std::vector<std::string> more) {
    std::filesystem::create_directories(folder("here"));
    std::ofstream(folder("here") / "antiphon.toml") << fmt::format(
        "[[speech.recognisers]]\nname = \"whisper\"\nkind = \"whisperCpp\"\nurl = \"{0}\"\n"
        "languages = [\"en\", \"sv\"]\npartial_ms = 0\n"
        "[[speech.recognisers]]\nname = \"openai\"\nkind = \"openai\"\nurl = \"{0}/v1\"\n"
        "languages = [\"sv\"]\npartial_ms = 0\n",
        url);
    std::ofstream set(folder("set.jsonl"));
    set << fmt::format(R"({{"input":{{"text":"{0}","voice":"espeak:en-us"}},)", said)
        << fmt::format(R"("expected":{{"text":"{0}"}}}})", said) << "\n"
        << R"({"input":{"text":"hej","voice":"espeak:sv","language":"sv"},)"
        << fmt::format(R"("expected":{{"text":"{0} nu"}}}})", said) << "\n";
    set.close();
    std::vector<std::string> arguments{"eval", "speech", "--set", folder("set.jsonl").string()};
    std::ranges::move(more, std::back_inserter(arguments));
    auto spec = antiphon(std::move(arguments));
    spec.elsewhere = folder("here");
    return run_program(std::move(spec), soon());
  }

  static double figure(const schema::Value& side, std::string_view name) {
    for (const schema::Value& one : side.at("/figures").items()) {
      if (one.at("/name").text() == name) return one.at("/value").number();
    }
    ADD_FAILURE() << "no figure " << name << " of " << side.at("/name").text();
    return -1;
  }
  static const schema::Value& side(const schema::Value& report, std::string_view name) {
    for (const schema::Value& one : report.at("/sides").items()) {
      if (one.at("/name").text() == name) return one;
    }
    throw std::runtime_error(fmt::format("{} is no side of the report", name));
  }

  antiphon::Endpoint upstream_;
  std::unique_ptr<RunningProgram> server_;
};

TEST_F(EvalSpeechTest, E97_each_server_has_its_figures_for_each_language_it_knows) {
  run([&]() -> Task<> {
    co_await start_speech();
    auto ran = co_await evaluate("http://" + upstream_.text(), {"--json"});
    EXPECT_TRUE(ran.status.ok()) << ran.errors;
    schema::Value report = schema::parse_value(ran.output);
    const schema::Value& whisper = side(report, "whisper");
    EXPECT_EQ(figure(whisper, "word error rate, language en"), 0);
    EXPECT_NEAR(figure(whisper, "word error rate, language sv"), 1.0 / 7, 0.001);
    EXPECT_GT(figure(whisper, "character error rate, language sv"), 0);
    EXPECT_GT(figure(whisper, "real-time factor, waiting for it"), 0);
    const schema::Value& openai = side(report, "openai");
    EXPECT_NEAR(figure(openai, "word error rate"), 1.0 / 7, 0.001);
    EXPECT_GT(figure(side(report, "pocketsphinx, full"), "real-time factor, processor time"), 0);
    co_await stop(*server_);
  }());
}

TEST_F(EvalSpeechTest, E97_one_may_be_named_and_one_that_fails_is_told) {
  run([&]() -> Task<> {
    auto unknown = co_await evaluate("http://127.0.0.1:1", {"--recogniser", "whispr"});
    EXPECT_EQ(unknown.status.code, 2);
    EXPECT_THAT(unknown.errors, HasSubstr("the nearest is \"whisper\""));
    auto dead = co_await evaluate("http://127.0.0.1:1", {"--recogniser", "openai"});
    EXPECT_EQ(dead.status.code, 1);
    EXPECT_THAT(dead.errors, HasSubstr("openai, line 2: "));
  }());
}

}  // namespace
}  // namespace antiphon::testing
