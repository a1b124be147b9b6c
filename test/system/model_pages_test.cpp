// E-31: what docs/models says about each server is run: its configuration, against a stand-in of
// that server.

#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "test/system/system.h"

namespace antiphon::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

std::string read_page(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The configuration of a page: its only block of TOML.
std::string configuration_of(const std::string& page) {
  constexpr std::string_view fence = "```toml\n";
  std::size_t begin = page.find(fence);
  if (begin == std::string::npos) return "";
  begin += fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

struct ModelPage {
  std::string name;
  std::string api;  ///< how the stand-in must have been asked
};

class ModelPagesTest : public SystemTest, public ::testing::WithParamInterface<ModelPage> {
 protected:
  // The same with the stand-in in the provider's place, and keys where the page has files of keys.
  std::string pointed_at_stand_in(std::string text) {
    std::string key = (folder_.path() / "provider.key").string();
    std::ofstream(key) << "key of the page\n";
    text = std::regex_replace(text, std::regex("api_key_file = \"[^\"]*\""),
                              fmt::format("api_key_file = \"{}\"", key));
    text = std::regex_replace(text, std::regex("\nurl = \"[^\"]*\""), "");
    return std::regex_replace(text, std::regex("\nkind = "),
                              fmt::format("\nurl = \"http://{}\"\nkind = ", stand_in_.text()));
  }

  Task<schema::Value> ledger() {
    auto answer = co_await http_.send({.endpoint = stand_in_, .target = "/ledger"}, soon());
    co_return schema::parse_value(answer.body);
  }

  Task<> ask_by_page() {
    std::string page = read_page("docs/models/" + GetParam().name + ".md");
    EXPECT_THAT(configuration_of(page), Not(IsEmpty()));
    std::string file = (folder_.path() / "antiphon.toml").string();
    std::ofstream(file) << pointed_at_stand_in(configuration_of(page));
    auto server = co_await serve("data", {"--config", file});
    auto answer = co_await ask_json(
        *server, http::Method::post, "/v1/chat/completions",
        R"({"model":"default","messages":[{"role":"user","content":"one two three"}]})",
        co_await owner_token(*server));
    EXPECT_EQ(answer.at("/choices/0/message/content").text(), "one two three");
    auto told = co_await ledger();
    // Warming, where the page wants it, is asked of the same API.
    EXPECT_EQ(told.at("/calls/0/api").text(), GetParam().api);
    EXPECT_GE(told.at("/total/finished").integer(), 1);
    auto status = co_await stop(server->program());
    EXPECT_EQ(status.code, 0);
  }

  antiphon::Endpoint stand_in_;
};

TEST_P(ModelPagesTest, E31_the_configuration_of_a_page_reaches_its_server) {
  run([&]() -> Task<> {
    auto stand_in = co_await serve_testing("model-server", stand_in_);
    co_await ask_by_page();
    co_await stop(*stand_in);
  }());
}

INSTANTIATE_TEST_SUITE_P(Docs, ModelPagesTest,
                         ::testing::Values(ModelPage{"ollama", "ollama.chat"},
                                           ModelPage{"llama-cpp", "openai.chat"},
                                           ModelPage{"vllm", "openai.chat"},
                                           ModelPage{"openai", "openai.chat"},
                                           ModelPage{"gemini", "gemini.generate"},
                                           ModelPage{"anthropic", "anthropic.messages"},
                                           ModelPage{"README", "ollama.chat"}),
                         [](const auto& page) {
                           std::string name = page.param.name;
                           std::erase(name, '-');
                           return name;
                         });

// A page without a test would be a page that nobody runs.
TEST(ModelPages, each_has_its_test) {
  std::set<std::string> tested{"README", "anthropic", "gemini", "llama-cpp",
                               "ollama", "openai",    "vllm"};
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator("docs/models")) {
    std::string page = read_page(entry.path());
    if (!configuration_of(page).empty()) there.insert(entry.path().stem().string());
  }
  EXPECT_EQ(there, tested);
}

}  // namespace
}  // namespace antiphon::testing
