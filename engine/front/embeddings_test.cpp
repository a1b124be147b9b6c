// E-38, E-35: vectors and models as OpenAI's clients have them.

#include <cstring>

#include "engine/base/encoding.h"
#include "engine/front/sample_test.h"

namespace antiphon::front {
namespace {

using EmbeddingFrontTest = FrontTest;
constexpr std::string_view path = "/v1/embeddings";

TEST_F(EmbeddingFrontTest, E38_vectors_are_numbers) {
  Got got = post(path, R"({"model":"vectors","input":["one","two"],"dimensions":2})");
  EXPECT_EQ(got.body, R"({"object":"list","data":[)"
                      R"({"object":"embedding","index":0,"embedding":[0.5,-0.25]},)"
                      R"({"object":"embedding","index":1,"embedding":[1,0]}],"model":"vectors-1",)"
                      R"("usage":{"prompt_tokens":3,"total_tokens":3}})");
  EXPECT_EQ(got.header("x-antiphon-instance"), "one");
  ASSERT_EQ(gateway_.embedding_asks.size(), 1u);
  EXPECT_EQ(gateway_.embedding_asks[0].target, "vectors");
  EXPECT_THAT(gateway_.embedding_asks[0].texts, ElementsAre("one", "two"));
  EXPECT_EQ(gateway_.embedding_asks[0].dimensions, 2);
}

TEST_F(EmbeddingFrontTest, E38_or_bytes) {
  Got got = post(path, R"({"model":"vectors","input":"one","encoding_format":"base64"})");
  auto bytes = parse_base64(schema::parse_value(got.body).at("/data/0/embedding").text());
  ASSERT_TRUE(bytes);
  ASSERT_EQ(bytes->size(), 2 * sizeof(float));
  std::array<float, 2> values{};
  std::memcpy(values.data(), bytes->data(), bytes->size());
  EXPECT_THAT(values, ElementsAre(0.5F, -0.25F));
}

TEST_F(EmbeddingFrontTest, E38_tokens_and_nothing_are_refused) {
  for (auto [input, param] : {std::pair{"[1,2]", "input[0]"}, std::pair{"[[1,2]]", "input[0]"},
                              std::pair{"\"\"", "input"}, std::pair{"[]", "input"},
                              std::pair{"[\"a\",\"\"]", "input[1]"}}) {
    Got got = post(path, fmt::format(R"({{"model":"m","input":{}}})", input));
    EXPECT_EQ(got.status(), 400);
    EXPECT_EQ(error_in(got).at("/param").text(), param) << input;
  }
  EXPECT_THAT(post(path, R"({"model":"m","input":[1]})").body, HasSubstr("send texts"));
}

TEST_F(EmbeddingFrontTest, so_many_texts_are_taken) {
  auto input = [](std::size_t count) {
    std::string texts;
    for (std::size_t i = 0; i < count; ++i) texts += i > 0 ? ",\"x\"" : "\"x\"";
    return fmt::format(R"({{"model":"m","input":[{}]}})", texts);
  };
  EXPECT_EQ(post(path, input(embedding_texts_max)).status(), 200);
  EXPECT_EQ(post(path, input(embedding_texts_max + 1)).status(), 400);
  EXPECT_EQ(post(path, std::string(embedding_body_bytes_max + 1, ' ')).status(), 413);
}

TEST_F(EmbeddingFrontTest, a_failure_is_told) {
  gateway_.failure = {.reason = gateway::GatewayFailure::Reason::budget, .message = "Spent."};
  Got got = post(path, R"({"model":"m","input":"x"})");
  EXPECT_EQ(got.status(), 429);
  EXPECT_EQ(error_in(got).at("/code").text(), "insufficient_quota");
}

TEST_F(EmbeddingFrontTest, E38_models_are_listed_and_found) {
  auto list = schema::parse_value(send(request("GET", "/v1/models", "")).body);
  EXPECT_EQ(list.at("/data/0/id").text(), "default");
  EXPECT_EQ(list.at("/data/1/id").text(), "small-1");
  EXPECT_EQ(list.at("/data/1/object").text(), "model");
  EXPECT_EQ(list.at("/data/1/created").integer(), 1772348400);
  auto one = schema::parse_value(send(request("GET", "/v1/models/small-1", "")).body);
  EXPECT_EQ(one, list.at("/data/1"));
  Got none = send(request("GET", "/v1/models/big", ""));
  EXPECT_EQ(none.status(), 404);
  EXPECT_EQ(error_in(none).at("/code").text(), "model_not_found");
}

}  // namespace
}  // namespace antiphon::front
