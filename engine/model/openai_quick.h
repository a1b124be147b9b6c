#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/answer_reader.h"

namespace antiphon::model {

/// A chunk of a stream that brings a piece of text and nothing else.
struct QuickChunk {
  std::string text;        ///< may be empty
  std::string_view model;  ///< in the JSON that was read

  bool operator==(const QuickChunk&) const = default;
};

/// An answer in one piece that is a text and nothing else.
struct QuickAnswer {
  std::string text;
  std::string_view model;   ///< in the JSON that was read
  std::string_view finish;  ///< the reason of its end, as it stands there
  Usage usage;

  bool operator==(const QuickAnswer&) const = default;
};

/// Reads the shape that nearly every chunk of OpenAI's streams has, several times as fast as by its
/// description. Nothing for any other text, which may well be a good chunk: what is taken here is
/// what the description would give.
std::optional<QuickChunk> read_quick_chunk(std::string_view json);
/// The same for answers in one piece.
std::optional<QuickAnswer> read_quick_answer(std::string_view json);

/// The wire of OpenAI without the quick way, to compare with.
std::unique_ptr<AnswerWire> make_described_openai_wire();

}  // namespace antiphon::model
