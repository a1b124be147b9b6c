#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/chat_model.h"

namespace antiphon::model {

/// Embeddings as OpenAI speaks of them: vectors are asked for in base64, which is a quarter of the
/// text, and taken as numbers too.
std::string openai_embedding_body(const EmbeddingRequest& request);
/// Nothing for what is no such answer, or has not one vector of one length for each of the texts.
std::optional<Embeddings> read_openai_embeddings(std::string_view body, std::size_t texts);

/// Embeddings as Ollama speaks of them. A text that is too long is refused, never cut in silence.
std::string ollama_embedding_body(const EmbeddingRequest& request);
std::optional<Embeddings> read_ollama_embeddings(std::string_view body, std::size_t texts);

}  // namespace antiphon::model
