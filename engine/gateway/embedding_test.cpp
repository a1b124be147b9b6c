#include "engine/gateway/embedding_run.h"
#include "engine/gateway/gateway_rig_test.h"

// E-35: texts as vectors, in batches, kept, and never of two models.

namespace antiphon::gateway::testing {
namespace {

using Kind = Failure::Kind;
using Reason = GatewayFailure::Reason;

/// A vector of two numbers: which model, and the length of the text.
class ScriptedEmbedder final : public model::Embedder {
 public:
  ScriptedEmbedder(float number, std::optional<Kind> fails) : number_(number), fails_(fails) {}

  Task<model::Provided<model::Embeddings>> embed(model::EmbeddingRequest request, Due) override {
    batches.push_back(request.texts);
    if (fails_) co_return std::unexpected(failure(*fails_));
    model::Embeddings embeddings{.model = request.model};
    for (const std::string& text : request.texts) {
      embeddings.vectors.push_back({number_, static_cast<float>(text.size())});
    }
    if (loses_one) embeddings.vectors.pop_back();
    embeddings.usage.tokens_in = static_cast<std::int64_t>(request.texts.size());
    co_return embeddings;
  }

  std::vector<std::vector<std::string>> batches;
  bool loses_one = false;

 private:
  float number_;
  std::optional<Kind> fails_;
};

class EmbeddingTest : public GatewayTest {
 protected:
  ScriptedEmbedder& add_embedder(std::string name, float number, std::optional<Kind> fails = {}) {
    auto embedder = std::make_unique<ScriptedEmbedder>(number, fails);
    ScriptedEmbedder& made = *embedder;
    models_.push_back({.kind = "ollama", .embedder = std::move(embedder)});
    settings_.instances.push_back({.name = name, .embedding_models = {name + "-model"}});
    return made;
  }
  std::expected<EmbeddingAnswer, GatewayFailure> embed(EmbeddingAsk wanted) {
    return time_.run(gateway().embed(std::move(wanted), call()));
  }
  static EmbeddingAsk texts(std::vector<std::string> texts, CachePolicy cache = {}) {
    return {.texts = std::move(texts), .purpose = "test", .cache = std::move(cache)};
  }
};

TEST_F(EmbeddingTest, each_text_has_its_vector_and_batches_are_bounded) {  // E-35, E-109
  ScriptedEmbedder& only = add_embedder("only", 1);
  std::vector<std::string> many;
  for (std::size_t i = 0; i < 60; ++i) many.push_back(std::string(i + 1, 'x'));
  auto answer = embed(texts(many));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->model, "only-model");
  ASSERT_EQ(answer->vectors.size(), 60u);
  for (std::size_t i = 0; i < 60; ++i) {
    EXPECT_EQ(answer->vectors[i], (std::vector<float>{1, static_cast<float>(i + 1)}));
  }
  ASSERT_EQ(only.batches.size(), 3u);
  EXPECT_EQ(only.batches[0].size(), 25u);
  EXPECT_EQ(only.batches[2].size(), 10u);
  EXPECT_EQ(answer->account.attempts, 3);
  EXPECT_EQ(answer->account.usage.tokens_in, 60);
  EXPECT_EQ(answer->account.provider, "ollama");
}

TEST_F(EmbeddingTest, what_is_kept_is_not_asked_for_again_nor_is_a_double) {  // E-35
  ScriptedEmbedder& only = add_embedder("only", 1);
  CachePolicy kept{.time_to_live = 1h};
  embed(texts({"a", "bb", "a"}, kept));
  EXPECT_EQ(only.batches.back(), (std::vector<std::string>{"a", "bb"}));
  auto answer = embed(texts({"bb", "ccc", "a"}, kept));
  EXPECT_EQ(only.batches.back(), (std::vector<std::string>{"ccc"}));
  EXPECT_EQ(answer->vectors[0][1], 2);
  EXPECT_EQ(answer->vectors[1][1], 3);
  EXPECT_EQ(answer->vectors[2][1], 1);
  EXPECT_EQ(answer->account.cache, CacheResult::miss);
  answer = embed(texts({"a", "bb"}, kept));
  EXPECT_EQ(answer->account.cache, CacheResult::hit);
  EXPECT_EQ(only.batches.size(), 2u);
  EmbeddingAsk shorter = texts({"a"}, kept);
  shorter.dimensions = 1;
  embed(shorter);
  EXPECT_EQ(only.batches.size(), 3u) << "another dimension is another vector";
}

TEST_F(EmbeddingTest, where_a_model_fails_another_makes_all_of_them) {  // E-35
  ScriptedEmbedder& first = add_embedder("first", 1, Kind::auth);
  add_embedder("second", 2);
  settings_.groups = {{.name = "embeddings", .members = {"first"}, .fallback = {"rest"}},
                      {.name = "rest", .members = {"second"}}};
  auto answer = embed(texts({"a", "bb"}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->model, "second-model");
  for (const auto& vector : answer->vectors) EXPECT_EQ(vector[0], 2);
  EXPECT_EQ(first.batches.size(), 1u);
  EXPECT_EQ(answer->account.instance, "second");
}

TEST_F(EmbeddingTest, vectors_that_were_not_asked_for_are_a_failure) {  // E-35
  add_embedder("only", 1).loses_one = true;
  auto answer = embed(texts({"a", "bb"}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().last->kind, Kind::malformed);
  EXPECT_EQ(answer.error().attempts, 3);
}

TEST_F(EmbeddingTest, limits_of_money_and_of_texts_hold) {  // E-35, E-39
  add_embedder("only", 1);
  settings_.prices = {{.model = "*", .input = 1}};
  settings_.budgets = {{.tenant = "*", .hard = 0.00002}};
  EXPECT_EQ(embed(texts({std::string(400, 'x')})).error().reason, Reason::budget);
  EXPECT_TRUE(embed(texts({"a"})));
  EXPECT_EQ(budgets_->spent("ten_a"), 1);
  EXPECT_EQ(embed(texts({})).error().reason, Reason::invalid);
  std::vector<std::string> many(EmbeddingRun::texts_max + 1, "x");
  EXPECT_EQ(embed(texts(many)).error().reason, Reason::invalid);
  EmbeddingAsk unknown = texts({"a"});
  unknown.target = "nobody";
  EXPECT_EQ(embed(unknown).error().reason, Reason::unknown_target);
}

}  // namespace
}  // namespace antiphon::gateway::testing
