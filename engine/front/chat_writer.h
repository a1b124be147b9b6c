#pragma once

#include <string>
#include <string_view>

#include "engine/gateway/gateway.h"

namespace antiphon::front {

/// What stands in every answer to a question.
struct AnswerHead {
  std::string id;            ///< "chatcmpl-…"
  std::int64_t created = 0;  ///< seconds since 1970
  std::string model;         ///< who answers
};

/// Writes an answer as OpenAI does: piece by piece into a text, without building JSON first, since
/// a stream pays for it with each token.
class ChunkWriter {
 public:
  ChunkWriter(const AnswerHead& head, bool wants_usage);

  /// The chunk that says who speaks: before the first piece.
  void write_start(std::string& out) const;
  void write_delta(std::string& out, const model::ChatDelta& delta) const;
  /// Why it ended, what was used where that was asked for, and [DONE]; of an answer that was cut,
  /// an error in place of all that.
  void write_end(std::string& out, const model::ChatEnd& end,
                 const gateway::Account& account) const;

 private:
  std::string begin_;  // of a chunk, up to what is in its delta
  std::string head_;   // the same without choices
  std::string end_;    // of a chunk whose answer goes on
  bool wants_usage_;
};

/// The answer as one JSON object. @throws nothing: it is complete
std::string whole_answer(const AnswerHead& head, const std::string& text,
                         const std::vector<model::ToolCall>& tool_calls, const model::ChatEnd& end,
                         const gateway::Account& account);

/// `{"prompt_tokens","completion_tokens","total_tokens",…}`
std::string usage_json(const model::Usage& usage);

}  // namespace antiphon::front
