#pragma once

#include <cstddef>

namespace antiphon::model {

inline constexpr std::size_t answer_bytes_max = std::size_t{16} << 20;  ///< that comes in one piece
inline constexpr std::size_t vectors_bytes_max = std::size_t{32}
                                                 << 20;  ///< of an answer with vectors
inline constexpr std::size_t error_bytes_max = std::size_t{64} << 10;  ///< what follows is not read
inline constexpr std::size_t error_text_bytes_max = 300;  ///< of what a provider says, in messages
inline constexpr std::size_t tool_calls_max = 128;        ///< of one answer
inline constexpr std::size_t embedding_texts_max = 2048;  ///< of one question
inline constexpr std::size_t model_pages_max = 10;        ///< of a provider's list of models

}  // namespace antiphon::model
