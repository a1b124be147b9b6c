#include "engine/gateway/embedding_run.h"

#include <fmt/format.h>

#include <cstring>

#include "engine/gateway/answer_key.h"
#include "engine/gateway/bounded.h"

namespace antiphon::gateway {
namespace {

using Kind = model::ProviderFailure::Kind;
using Stage = model::ProviderFailure::Stage;

// Floats as they stand in memory: a cache is not shared between machines that differ in that.
std::string bytes_of(const std::vector<float>& vector) {
  std::string bytes(vector.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), vector.data(), bytes.size());
  return bytes;
}

std::vector<float> vector_of(const std::string& bytes) {
  std::vector<float> vector(bytes.size() / sizeof(float));
  std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
  return vector;
}

// What a provider gives for a batch: a vector for each text, all of one length.
bool is_whole(const model::Embeddings& embeddings, std::size_t count) {
  if (embeddings.vectors.size() != count) return false;
  for (const auto& vector : embeddings.vectors) {
    if (vector.empty() || vector.size() != embeddings.vectors.front().size()) return false;
  }
  return true;
}

// Whether another model may do what this one could not.
bool may_go_on(GatewayFailure::Reason reason) {
  using enum GatewayFailure::Reason;
  return reason == exhausted || reason == failed || reason == unsupported;
}

}  // namespace

EmbeddingRun::EmbeddingRun(GatewayParts& parts, Counts& counts, Question question)
    : parts_(parts),
      counts_(counts),
      question_(std::move(question)),
      begun_(Core::here().clock().steady()) {
  std::map<std::string_view, std::size_t> known;
  for (const std::string& text : question_.ask.texts) {
    auto [at, is_new] = known.try_emplace(text, texts_.size());
    if (is_new) texts_.push_back(text);
    text_of_.push_back(at->second);
  }
}

Task<std::expected<EmbeddingAnswer, GatewayFailure>> EmbeddingRun::run() {
  std::optional<std::expected<EmbeddingAnswer, GatewayFailure>> result;
  co_await steps_.run(work(&result));
  co_return std::move(*result);
}

Task<> EmbeddingRun::work(std::optional<std::expected<EmbeddingAnswer, GatewayFailure>>* result) {
  std::optional<GatewayFailure> failure;
  for (const std::string& model : models()) {
    failure = co_await try_model(model);
    if (failure && may_go_on(failure->reason)) continue;
    if (failure) break;
    finish_account("none");
    EmbeddingAnswer answer{.model = model, .account = account_};
    for (std::size_t index : text_of_) answer.vectors.push_back(vectors_[index]);
    *result = std::move(answer);
    co_return;
  }
  finish_account(to_text(failure->reason));
  *result = std::unexpected(std::move(*failure));
}

std::vector<std::string> EmbeddingRun::models() const {
  std::vector<std::string> names;
  for (const Group* group : question_.plan) {
    for (const Route& route : group->embed) {
      const std::string& name = route.info().name;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

Task<std::optional<GatewayFailure>> EmbeddingRun::try_model(std::string model) {
  vectors_.assign(texts_.size(), {});
  if (is_kept()) co_await find_kept(&model);
  auto batch_size = static_cast<std::size_t>(parts_.fleet.settings().embedding_batch_max);
  std::vector<std::size_t> batch;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (vectors_[i].empty()) batch.push_back(i);
    bool is_last = i + 1 == texts_.size();
    if (batch.size() < batch_size && (!is_last || batch.empty())) continue;
    auto failure = co_await fetch(model, std::exchange(batch, {}));
    if (failure) co_return failure;
  }
  co_return std::nullopt;
}

Task<> EmbeddingRun::find_kept(const std::string* model) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    auto bytes = co_await parts_.cache.get(
        key_of(texts_[i], *model, question_.ask.dimensions, question_.payer.tenant));
    if (!bytes) continue;
    vectors_[i] = vector_of(*bytes);
    ++found;
  }
  account_.cache = found == texts_.size() ? CacheResult::hit : CacheResult::miss;
}

Task<std::optional<GatewayFailure>> EmbeddingRun::fetch(std::string model,
                                                        std::vector<std::size_t> batch) {
  std::int64_t tokens = 0;
  for (std::size_t index : batch) tokens += estimate_tokens(texts_[index]);
  Charge charge(parts_.budgets, question_.payer, tokens, 0);
  AttemptChain chain(parts_.fleet, parts_.random, counts_,
                     {.plan = question_.plan,
                      .embeds = true,
                      .priority = question_.ask.priority,
                      .tenant = question_.payer.tenant,
                      .supports = [&](const Route& route) {
                        return route.info().name == model &&
                               parts_.models[route.instance_index].embedder;
                      }});
  for (;;) {
    auto next = co_await chain.next(question_.deadline);
    if (!next) {
      account_.attempts += chain.attempts();
      co_return std::move(next.error());
    }
    const Route route = next->route;
    if (!charge.cover(route.info().price)) {
      chain.not_made();
      counts_.budget("hard");
      co_return chain.failure(GatewayFailure::Reason::budget, "The budget for models is spent.");
    }
    auto got = co_await attempt(&*next, &batch);
    if (!got) {
      counts_.attempt(*route.instance, to_text(got.error().kind));
      chain.failed(*next, got.error());
      continue;
    }
    counts_.attempt(*route.instance, "done");
    account_.instance = route.instance->name();
    account_.provider = parts_.models[route.instance_index].kind;
    account_.model = model;
    account_.attempts += chain.attempts();
    account_.is_usage_estimated |= !got->usage.tokens_in;
    model::Usage used{.tokens_in = got->usage.tokens_in.value_or(tokens)};
    account_.usage.tokens_in = account_.usage.tokens_in.value_or(0) + *used.tokens_in;
    charge.add(route.info().price, used);
    account_.cost += charge.spent();
    co_await take(&model, &batch, std::move(*got));
    co_return std::nullopt;
  }
}

Task<model::Provided<model::Embeddings>> EmbeddingRun::attempt(
    AttemptChain::Attempt* attempt, const std::vector<std::size_t>* batch) {
  const Route& route = attempt->route;
  Instant begun = attempt->place.begun();
  trace::Span span(question_.trace, fmt::format("embeddings {}", route.info().name),
                   trace::Kind::client);
  model::EmbeddingRequest request{.model = route.info().name,
                                  .dimensions = question_.ask.dimensions};
  for (std::size_t index : *batch) request.texts.push_back(texts_[index]);
  Instant due = std::min(question_.deadline, begun + route.instance->settings().total_ms);
  auto got = co_await bounded(&steps_, due, Stage::first_byte,
                              parts_.models[route.instance_index].embedder->embed(
                                  std::move(request), Due(due, span.context())));
  if (got && !is_whole(*got, batch->size())) {
    got = std::unexpected(model::ProviderFailure{.kind = Kind::malformed,
                                                 .stage = Stage::stream,
                                                 .message = "its vectors are not those asked for"});
  }
  span.set("gen_ai.operation.name", "embeddings");
  span.set("gen_ai.request.model", route.info().name);
  span.set("antiphon.gateway.instance", route.instance->name());
  if (got) {
    Duration took = Core::here().clock().steady() - begun;
    attempt->place.succeeded({.first_token = took, .total = took});
    attempt->place.leave();
  } else {
    span.fail(to_text(got.error().kind));
  }
  co_return got;
}

Task<> EmbeddingRun::take(const std::string* model, const std::vector<std::size_t>* batch,
                          model::Embeddings embeddings) {
  for (std::size_t i = 0; i < batch->size(); ++i) {
    std::size_t index = (*batch)[i];
    vectors_[index] = std::move(embeddings.vectors[i]);
    if (!is_kept()) continue;
    co_await parts_.cache.put(
        key_of(texts_[index], *model, question_.ask.dimensions, question_.payer.tenant),
        bytes_of(vectors_[index]), question_.ask.cache.time_to_live);
  }
}

void EmbeddingRun::finish_account(std::string_view error_type) {
  account_.latency = Core::here().clock().steady() - begun_;
  account_.first_token = account_.latency;
  counts_.cache(account_.cache);
  counts_.call(Counts::Operation::embeddings, account_, error_type);
  parts_.usage.add({.payer = question_.payer,
                    .purpose = question_.ask.purpose,
                    .model = account_.model,
                    .cache = account_.cache,
                    .has_failed = error_type != "none",
                    .attempts = account_.attempts,
                    .tokens_in = account_.usage.tokens_in.value_or(0),
                    .cost = account_.cost,
                    .latency = account_.latency});
}

}  // namespace antiphon::gateway
