// What providers are sent, and how much of what they answer is taken; vectors; settings.
#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/model/chat_model_sample_test.h"
#include "engine/model/embedding_wire.h"
#include "engine/model/limits.h"
#include "engine/model/provider_link.h"
#include "engine/schema/config.h"

namespace antiphon::model {
namespace {

// Gives a text, and then the letter x for so long.
class ScriptedAnswer final : public http::ClientAnswer {
 public:
  ScriptedAnswer(std::string text, std::size_t more, std::size_t* taken)
      : text_(std::move(text)), more_(more), taken_(taken) {}

  Task<std::expected<std::size_t, http::ClientFailure>> read_some(std::span<char> into) override {
    std::size_t count = std::min(into.size(), text_.empty() ? more_ : text_.size());
    if (text_.empty()) {
      std::ranges::fill(into.first(count), 'x');
      more_ -= count;
    } else {
      text_.copy(into.data(), count);
      text_.erase(0, count);
    }
    *taken_ += count;
    co_return count;
  }

 private:
  std::string text_;
  std::size_t more_;
  std::size_t* taken_;
};

// Answers every request alike, and keeps what was asked.
class ScriptedClient final : public http::HttpClient {
 public:
  Task<Opened> open(http::ClientRequest request, Instant) override {
    asked.push_back(std::move(request));
    auto answer = std::make_unique<ScriptedAnswer>(body, more, &taken);
    answer->status = status;
    co_return answer;
  }
  Task<Upgraded> upgrade(http::ClientRequest, Instant) override {
    throw Error(Code::unsupported, "Nobody leaves HTTP here.");
  }

  int status = 200;
  std::string body;
  std::size_t more = 0;
  std::vector<http::ClientRequest> asked;
  std::size_t taken = 0;
};

class ProviderCallsTest : public ::testing::Test {
 protected:
  static Instant soon() { return Core::here().clock().steady() + 1000s; }

  ProviderFailure failure_of_chat() {
    return time_.run([&]() -> Task<ProviderFailure> {
      auto model = make_chat_model(settings_, client_);
      auto stream = co_await model->open({.model = "m", .messages = {}}, soon());
      co_return stream ? ProviderFailure{} : stream.error();
    }());
  }
  Provided<Embeddings> embed(std::vector<std::string> texts) {
    return time_.run([&]() -> Task<Provided<Embeddings>> {
      auto embedder = make_embedder(settings_, client_);
      co_return co_await embedder->embed({.model = "e", .texts = std::move(texts)}, soon());
    }());
  }

  testing::VirtualTime time_;
  ScriptedClient client_;
  ProviderSettings settings_{.name = "one", .kind = "openai", .url = "http://one.test/base/"};
};

TEST_F(ProviderCallsTest, each_kind_is_asked_where_and_as_whom_it_expects) {  // E-31
  struct Row {
    const char* kind;
    const char* target;
    const char* header;
    const char* value;
  };
  for (const Row& row :
       {Row{"openai", "/base/chat/completions", "Authorization", "Bearer k3y"},
        Row{"ollama", "/base/api/chat", "Authorization", "Bearer k3y"},
        Row{"gemini", "/base/models/m:streamGenerateContent?alt=sse", "x-goog-api-key", "k3y"},
        Row{"anthropic", "/base/messages", "x-api-key", "k3y"}}) {
    settings_.kind = row.kind;
    settings_.api_key = "k3y";
    settings_.headers = {{"X-Team", "blue"}};
    failure_of_chat();
    const http::ClientRequest& request = client_.asked.back();
    EXPECT_EQ(request.target, row.target);
    EXPECT_EQ(request.endpoint.text(), "one.test:80");
    EXPECT_EQ(request.headers.get(row.header), row.value);
    EXPECT_EQ(request.headers.get("X-Team"), "blue");
    EXPECT_EQ(request.headers.get("Content-Type"), "application/json");
  }
}

TEST_F(ProviderCallsTest, what_is_asked_has_the_times_of_the_settings) {  // E-33
  settings_.connect_ms = 700ms;
  settings_.first_byte_ms = 900ms;
  failure_of_chat();
  EXPECT_EQ(client_.asked.back().limits->connect_time, 700ms);
  EXPECT_EQ(client_.asked.back().limits->first_byte_time, 900ms);
}

TEST_F(ProviderCallsTest, settings_that_cannot_be_used_are_refused_without_their_secrets) {
  auto refusal = [&](ProviderSettings settings) {
    try {
      make_chat_model(settings, client_);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::invalid);
      return error.message();
    }
    return std::string("none");
  };
  EXPECT_EQ(refusal(settings_), "none");
  settings_.api_key = "k3y\n";
  EXPECT_THAT(refusal(settings_), HasSubstr("A header or the key of one"));
  EXPECT_THAT(refusal(settings_), ::testing::Not(HasSubstr("k3y")));
  settings_.api_key = "";
  settings_.headers = {{"a b", "c"}};
  EXPECT_THAT(refusal(settings_), HasSubstr("A header or the key of one"));
  settings_.headers = {};
  settings_.url = "one.test";
  EXPECT_THAT(refusal(settings_), HasSubstr("cannot be asked"));
  settings_.url = "http://one.test/?a=b";
  EXPECT_THAT(refusal(settings_), HasSubstr("ends with its path"));
  settings_ = {.name = "one", .kind = "other"};
  EXPECT_THAT(refusal(settings_), HasSubstr("openai, ollama, gemini or anthropic"));
  settings_.kind = "gemini";
  EXPECT_THROW(make_embedder(settings_, client_), Error);
}

TEST(ProviderSettings, a_url_may_leave_out_what_is_usual) {
  auto url_of = [](std::string kind, std::string url) {
    return base_url({.name = "p", .kind = kind, .url = url});
  };
  EXPECT_EQ(url_of("openai", ""), "https://api.openai.com/v1");
  EXPECT_EQ(url_of("openai", "http://127.0.0.1:8000"), "http://127.0.0.1:8000/v1");
  EXPECT_EQ(url_of("openai", "http://a/api/v1/"), "http://a/api/v1");
  EXPECT_EQ(url_of("ollama", ""), "http://127.0.0.1:11434");
  EXPECT_EQ(url_of("ollama", "http://a/"), "http://a");
  EXPECT_EQ(url_of("gemini", "http://a"), "http://a/v1beta");
  EXPECT_EQ(url_of("anthropic", ""), "https://api.anthropic.com/v1");
  auto dialect_of = [](std::string url, std::string dialect) {
    return openai_dialect({.name = "p", .kind = "openai", .url = url, .dialect = dialect});
  };
  EXPECT_EQ(dialect_of("", "auto"), OpenAiDialect::openai);
  EXPECT_EQ(dialect_of("http://a", "auto"), OpenAiDialect::common);
  EXPECT_EQ(dialect_of("http://a", "vllm"), OpenAiDialect::vllm);
}

TEST(ProviderSettings, are_read_and_their_secrets_are_told_by_their_names_alone) {
  auto settings =
      schema::parse<ProviderSettings>(R"({"name":"a","kind":"ollama","apiKey":"k","gapMs":500,)"
                                      R"("headers":[{"name":"X","value":"y"}]})");
  EXPECT_EQ(settings.gap_ms, 500ms);
  EXPECT_EQ(settings.headers[0].value, "y");
  EXPECT_EQ(settings.first_token_ms, 30s);
  EXPECT_THROW(schema::parse<ProviderSettings>(R"({"name":"a","kind":"other"})"), Error);
  EXPECT_THROW(schema::parse<ProviderSettings>(R"({"kind":"openai"})"), Error);
  EXPECT_TRUE(schema::of<ProviderSettings>().find("apiKey")->constraints.secret);
  EXPECT_TRUE(schema::of<HeaderSetting>().find("value")->constraints.secret);
}

using EmbedderTest = ProviderCallsTest;

std::string base64_of(std::vector<float> vector) {
  return to_base64({reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float)});
}

TEST_F(EmbedderTest, takes_vectors_in_base64_and_as_numbers) {  // E-35
  client_.body = fmt::format(
      R"({{"object":"list","data":[{{"object":"embedding","index":1,"embedding":[0.5,-2]}},)"
      R"({{"object":"embedding","index":0,"embedding":"{}"}}],"model":"e-1","usage":)"
      R"({{"prompt_tokens":7,"total_tokens":7}}}})",
      base64_of({1.25F, 3.0F}));
  auto embeddings = embed({"a", "b"});
  ASSERT_TRUE(embeddings);
  EXPECT_EQ(embeddings->vectors, (std::vector<std::vector<float>>{{1.25F, 3.0F}, {0.5F, -2.0F}}));
  EXPECT_EQ(embeddings->model, "e-1");
  EXPECT_EQ(embeddings->usage.tokens_in, 7);
  EXPECT_EQ(client_.asked.back().target, "/base/embeddings");
  EXPECT_EQ(client_.asked.back().body,
            R"({"model":"e","input":["a","b"],"encoding_format":"base64"})");
}

TEST_F(EmbedderTest, speaks_with_ollama) {  // E-35
  settings_.kind = "ollama";
  client_.body = R"({"model":"e","embeddings":[[0.5,1],[2,3]],"prompt_eval_count":5})";
  auto embeddings = embed({"a", "b"});
  ASSERT_TRUE(embeddings);
  EXPECT_EQ(embeddings->vectors[1], (std::vector<float>{2, 3}));
  EXPECT_EQ(embeddings->usage.tokens_in, 5);
  EXPECT_EQ(client_.asked.back().target, "/base/api/embed");
  EXPECT_EQ(client_.asked.back().body, R"({"model":"e","input":["a","b"],"truncate":false})");
}

TEST_F(EmbedderTest, one_vector_of_one_length_comes_for_each_text) {  // E-35
  for (const char* body :
       {R"({"data":[{"index":0,"embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]})",
        R"({"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]})",
        R"({"data":[{"index":0,"embedding":["1"]},{"index":1,"embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":[1e39]},{"index":1,"embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":"AAA"},{"index":1,"embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":null},{"index":1,"embedding":[1]}]})", "{}", "", "[]"}) {
    client_.body = body;
    auto embeddings = embed({"a", "b"});
    ASSERT_FALSE(embeddings) << body;
    EXPECT_EQ(embeddings.error().kind, ProviderFailure::Kind::malformed) << body;
    EXPECT_FALSE(read_ollama_embeddings(body, 2)) << body;
  }
  EXPECT_TRUE(read_openai_embeddings(R"({"data":[{"embedding":[1]},{"embedding":[2]}]})", 2));
  EXPECT_FALSE(read_ollama_embeddings(R"({"embeddings":[[1],[1,2]]})", 2));
}

TEST_F(EmbedderTest, an_error_within_a_good_answer_is_told) {  // E-33
  client_.body = R"({"error":{"code":"insufficient_quota"}})";
  EXPECT_EQ(embed({"a"}).error().kind, ProviderFailure::Kind::quota_exhausted);
  client_.status = 503;
  EXPECT_EQ(embed({"a"}).error().status, 503);
}

TEST_F(EmbedderTest, texts_are_so_many_at_most) {
  EXPECT_EQ(embed({}).error().kind, ProviderFailure::Kind::bad_request);
  EXPECT_EQ(embed(std::vector<std::string>(embedding_texts_max + 1, "a")).error().kind,
            ProviderFailure::Kind::bad_request);
  EXPECT_EQ(embed({"\xff"}).error().kind, ProviderFailure::Kind::bad_request);
  EXPECT_TRUE(client_.asked.empty());
  embed(std::vector<std::string>(embedding_texts_max, "a"));
  EXPECT_EQ(client_.asked.size(), 1u);
}

TEST_F(EmbedderTest, an_answer_is_bounded) {
  client_.more = vectors_bytes_max * 2;
  EXPECT_EQ(embed({"a"}).error().kind, ProviderFailure::Kind::malformed);
  EXPECT_GT(client_.taken, vectors_bytes_max);
  EXPECT_LT(client_.taken, vectors_bytes_max + (1 << 20));
}

// The rest of ChatModelTest needs no network.
TEST_F(ChatModelTest, of_an_error_so_much_is_read_in_so_much_time) {
  ScriptedClient client;
  client.status = 500;
  client.more = error_bytes_max * 10;
  with_client([&](http::NetworkHttpClient&) -> Task<> {
    auto model = make_chat_model(settings_, client);
    auto stream = co_await model->open(ask(), soon());
    EXPECT_EQ(failed(stream.error()), " ! transient first_byte");
  });
  EXPECT_EQ(client.taken, error_bytes_max);

  std::string cut = "HTTP/1.1 503 Unavailable\r\nContent-Length: 100\r\n\r\nbusy";
  EXPECT_EQ(outcome_of(pieces({cut}, 0s, false)), " ! overloaded first_byte");
  EXPECT_EQ(took_, error_body_time);
  EXPECT_EQ(failure_.message, "openai-1: 503: busy");
}

TEST_F(ChatModelTest, a_list_of_models_has_so_many_pages) {
  ScriptedClient client;
  client.body = R"({"models":[{"name":"models/a"}],"nextPageToken":"more"})";
  settings_.kind = "gemini";
  with_client([&](http::NetworkHttpClient&) -> Task<> {
    auto model = make_chat_model(settings_, client);
    EXPECT_EQ((co_await model->models(soon()))->size(), model_pages_max);
  });
  EXPECT_EQ(client.asked.size(), model_pages_max);
  EXPECT_EQ(client.asked.back().target, "/v1/models?pageSize=1000&pageToken=more");
}

}  // namespace
}  // namespace antiphon::model
