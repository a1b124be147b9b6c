#pragma once

#include <memory>

#include "engine/model/answer_reader.h"

namespace antiphon::model {

/// Chunks of chat.completion.chunk, or one chat.completion.
std::unique_ptr<AnswerWire> make_openai_wire();
/// Lines of /api/chat, or one such.
std::unique_ptr<AnswerWire> make_ollama_wire();
/// GenerateContentResponse, once or many times.
std::unique_ptr<AnswerWire> make_gemini_wire();
/// Events of a message, or one message.
/// @param answer_tool  the tool whose call is the answer itself; "": none
std::unique_ptr<AnswerWire> make_anthropic_wire(std::string answer_tool);

/// A load of a model that takes longer was one from disk: the call says nothing about its speed.
inline constexpr Duration cold_load_time = std::chrono::seconds(1);

/// A count as a provider tells it; nothing for what is no count.
inline std::optional<std::int64_t> count_of(std::optional<std::int64_t> told) {
  return told && *told >= 0 ? told : std::nullopt;
}

}  // namespace antiphon::model
