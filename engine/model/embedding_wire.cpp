#include "engine/model/embedding_wire.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "engine/base/encoding.h"
#include "engine/model/json_writer.h"
#include "engine/model/limits.h"
#include "engine/model/provider_wires.h"

namespace antiphon::model {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors come as little-endian floats");

struct OpenAiVector {
  std::int64_t index = -1;
  schema::Value embedding;
};

auto describe(schema::Tag<OpenAiVector>) {
  return schema::object<OpenAiVector>("OpenAiVector")
      .field("index", &OpenAiVector::index, "", schema::defaulted)
      .field("embedding", &OpenAiVector::embedding, "");
}

struct OpenAiEmbeddingUsage {
  std::optional<std::int64_t> prompt_tokens;
};

auto describe(schema::Tag<OpenAiEmbeddingUsage>) {
  return schema::object<OpenAiEmbeddingUsage>("OpenAiEmbeddingUsage")
      .field("prompt_tokens", &OpenAiEmbeddingUsage::prompt_tokens, "");
}

struct OpenAiVectors {
  std::vector<OpenAiVector> data;
  std::string model;
  OpenAiEmbeddingUsage usage;
};

auto describe(schema::Tag<OpenAiVectors>) {
  return schema::object<OpenAiVectors>("OpenAiVectors")
      .field("data", &OpenAiVectors::data, "")
      .field("model", &OpenAiVectors::model, "", schema::defaulted)
      .field("usage", &OpenAiVectors::usage, "", schema::defaulted);
}

struct OllamaVectors {
  std::vector<std::vector<double>> embeddings;
  std::string model;
  std::optional<std::int64_t> prompt_eval_count;
};

auto describe(schema::Tag<OllamaVectors>) {
  return schema::object<OllamaVectors>("OllamaVectors")
      .field("embeddings", &OllamaVectors::embeddings, "")
      .field("model", &OllamaVectors::model, "", schema::defaulted)
      .field("prompt_eval_count", &OllamaVectors::prompt_eval_count, "");
}

schema::ParseOptions vectors_options() {
  schema::ParseOptions options = schema::ParseOptions::outside();
  options.bytes_max = vectors_bytes_max;
  options.values_max = vectors_bytes_max;  // each takes a byte and more
  return options;
}

std::vector<float> vector_of_base64(const std::string& text) {
  auto bytes = parse_base64(text);
  if (!bytes || bytes->size() % sizeof(float) != 0) return {};
  std::vector<float> vector(bytes->size() / sizeof(float));
  std::memcpy(vector.data(), bytes->data(), bytes->size());
  return vector;
}

std::vector<float> vector_of(const schema::Value& embedding) {
  if (embedding.is_text()) return vector_of_base64(embedding.text());
  std::vector<float> vector;
  if (!embedding.is_array()) return vector;
  for (const schema::Value& item : embedding.items()) {
    if (!item.is_number()) return {};
    vector.push_back(static_cast<float>(item.number()));
  }
  return vector;
}

bool are_good(const std::vector<std::vector<float>>& vectors) {
  return std::ranges::all_of(vectors, [&](const std::vector<float>& vector) {
    return !vector.empty() && vector.size() == vectors.front().size() &&
           std::ranges::all_of(vector, [](float number) { return std::isfinite(number); });
  });
}

}  // namespace

std::string openai_embedding_body(const EmbeddingRequest& request) {
  JsonWriter json;
  json.begin_object().key("model").text(request.model).key("input").begin_array();
  for (const std::string& text : request.texts) json.text(text);
  json.end_array().key("encoding_format").text("base64");
  if (request.dimensions) json.key("dimensions").integer(*request.dimensions);
  return json.end_object().take();
}

std::optional<Embeddings> read_openai_embeddings(std::string_view body, std::size_t texts) {
  OpenAiVectors told;
  std::vector<FieldError> errors;
  schema::parse_json(body, schema::of<OpenAiVectors>(), &told, vectors_options(), errors);
  if (!errors.empty() || told.data.size() != texts) return std::nullopt;
  Embeddings embeddings{.model = std::move(told.model),
                        .vectors = std::vector<std::vector<float>>(texts),
                        .usage = {.tokens_in = count_of(told.usage.prompt_tokens)}};
  // They need not stand in the order of the texts; without numbers they do.
  for (std::size_t at = 0; at < texts; ++at) {
    const OpenAiVector& item = told.data[at];
    auto index = item.index < 0 ? at : static_cast<std::size_t>(item.index);
    if (index >= texts || !embeddings.vectors[index].empty()) return std::nullopt;
    embeddings.vectors[index] = vector_of(item.embedding);
  }
  return are_good(embeddings.vectors) ? std::optional(std::move(embeddings)) : std::nullopt;
}

std::string ollama_embedding_body(const EmbeddingRequest& request) {
  JsonWriter json;
  json.begin_object().key("model").text(request.model).key("input").begin_array();
  for (const std::string& text : request.texts) json.text(text);
  json.end_array().key("truncate").boolean(false);
  if (request.dimensions) json.key("dimensions").integer(*request.dimensions);
  return json.end_object().take();
}

std::optional<Embeddings> read_ollama_embeddings(std::string_view body, std::size_t texts) {
  OllamaVectors told;
  std::vector<FieldError> errors;
  schema::parse_json(body, schema::of<OllamaVectors>(), &told, vectors_options(), errors);
  if (!errors.empty() || told.embeddings.size() != texts) return std::nullopt;
  Embeddings embeddings{.model = std::move(told.model),
                        .usage = {.tokens_in = count_of(told.prompt_eval_count)}};
  for (const auto& numbers : told.embeddings) {
    std::vector<float> vector;
    for (double number : numbers) vector.push_back(static_cast<float>(number));
    embeddings.vectors.push_back(std::move(vector));
  }
  return are_good(embeddings.vectors) ? std::optional(std::move(embeddings)) : std::nullopt;
}

}  // namespace antiphon::model
