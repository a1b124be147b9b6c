#include "engine/base/error.h"
#include "engine/model/embedding_wire.h"
#include "engine/model/limits.h"
#include "engine/model/make_model.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_link.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;
using Stage = ProviderFailure::Stage;

// How one of the protocols speaks of vectors.
struct EmbeddingWire {
  std::string_view path;
  std::string (*body)(const EmbeddingRequest& request);
  std::optional<Embeddings> (*read)(std::string_view body, std::size_t texts);
};

EmbeddingWire embedding_wire_of(const ProviderSettings& settings) {
  if (settings.kind == "openai") {
    return {"/embeddings", openai_embedding_body, read_openai_embeddings};
  }
  if (settings.kind == "ollama") {
    return {"/api/embed", ollama_embedding_body, read_ollama_embeddings};
  }
  throw Error(Code::invalid, fmt::format("{} gives no vectors: only kinds openai and ollama do "
                                         "here.",
                                         settings.name));
}

class HttpEmbedder final : public Embedder {
 public:
  HttpEmbedder(const ProviderSettings& settings, http::HttpClient& client)
      : wire_(embedding_wire_of(settings)),
        link_(settings, make_protocol(settings)->credentials(settings.api_key), client) {}

  Task<Provided<Embeddings>> embed(EmbeddingRequest request, Due due) override {
    FailureVoice voice = link_.voice();
    std::size_t count = request.texts.size();
    if (count == 0 || count > embedding_texts_max) {
      co_return std::unexpected(
          voice.failure(Kind::bad_request, Stage::connect,
                        fmt::format("1 to {} texts, not {}.", embedding_texts_max, count)));
    }
    auto body = write(request);
    if (!body) {
      co_return std::unexpected(
          voice.failure(Kind::bad_request, Stage::connect, "A text is not UTF-8."));
    }
    ProviderQuestion question{
        .method = http::Method::post, .path = std::string(wire_.path), .body = std::move(*body)};
    voice = link_.voice(std::move(request.texts));
    auto answer = co_await link_.whole(std::move(question), voice, due, vectors_bytes_max);
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    auto embeddings = wire_.read(*answer, count);
    if (embeddings) co_return std::move(*embeddings);
    if (auto facts = error_facts_within(*answer)) {
      co_return std::unexpected(voice.told(200, *facts, Stage::stream));
    }
    co_return std::unexpected(
        voice.failure(Kind::malformed, Stage::stream,
                      "its answer has not one vector of one length for each text."));
  }

 private:
  std::optional<std::string> write(const EmbeddingRequest& request) const {
    try {
      return wire_.body(request);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  EmbeddingWire wire_;
  ProviderLink link_;
};

}  // namespace

std::unique_ptr<Embedder> make_embedder(const ProviderSettings& settings,
                                        http::HttpClient& client) {
  return std::make_unique<HttpEmbedder>(settings, client);
}

}  // namespace antiphon::model
