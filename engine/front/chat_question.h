#pragma once

#include <string>
#include <string_view>

#include "engine/gateway/gateway.h"

namespace antiphon::front {

inline constexpr std::size_t messages_max = 4096;   ///< of one question
inline constexpr std::size_t chat_tools_max = 128;  ///< that a question offers
inline constexpr std::size_t stop_texts_max = 16;   ///< at which an answer may end

/// A question as OpenAI's clients send it, and how its answer shall come.
struct ChatQuestion {
  gateway::ChatAsk ask;
  bool is_streamed = false;
  bool wants_usage = false;  ///< a last chunk of a stream says what was used
};

/// Reads the body of `POST /v1/chat/completions`. Fields that nobody knows are passed over, as
/// clients send them; those that are known and cannot be honoured are refused.
/// @throws Error{fields}
ChatQuestion read_chat_question(std::string_view body);

}  // namespace antiphon::front
