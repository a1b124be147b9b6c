#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/http/answer_lines.h"
#include "engine/model/chat.h"
#include "engine/model/error_reply.h"

namespace antiphon::model {

/// What is known of an answer while it is read.
struct AnswerState {
  ChatEnd end;
  bool has_finish = false;               ///< the provider said how it ended
  bool is_over = false;                  ///< nothing that counts comes any more
  bool has_refused = false;              ///< it said that it does not answer
  std::size_t tool_calls = 0;            ///< begun
  std::size_t content_bytes = 0;         ///< of what was given: text, calls
  std::size_t thought_bytes = 0;         ///< of reasoning, which is given to nobody
  std::optional<ErrorFacts> error = {};  ///< within the answer
};

/// How one provider's answer is read, piece by piece. Pure.
class AnswerWire {
 public:
  virtual ~AnswerWire() = default;
  /// Reads the data of an event, a line, or a whole body.
  /// @param delta  gets what the caller of the model is given
  /// @return false: it is not what the protocol says, and nothing was taken from it
  virtual bool read(std::string_view json, AnswerState& state, ChatDelta& delta) = 0;
};

/// Why an answer that was read is no good one.
struct AnswerFault {
  ProviderFailure::Kind kind;
  std::string_view why;
};

/// What is wrong with an answer of which no more will come; nothing: it is whole. Pure.
std::optional<AnswerFault> find_fault(const AnswerState& state);

/// Reads an answer from its bytes, however they are split. Pure: the same in a test, a fuzzer and
/// behind a socket.
class AnswerReader {
 public:
  enum class Framing {
    events,  ///< text/event-stream
    lines,   ///< one JSON value a line
    whole    ///< one JSON value
  };

  AnswerReader(std::unique_ptr<AnswerWire> wire, Framing framing)
      : wire_(std::move(wire)), framing_(framing) {}

  void feed(std::string_view bytes);
  /// All bytes were fed: the body ended as HTTP says it should.
  void end();
  /// The next piece that is there, never an empty one; nothing: more has to be fed, or it is over.
  std::optional<ChatDelta> next();

  const AnswerState& state() const { return state_; }
  /// What of the answer alone, whatever comes, cannot become good any more.
  const std::optional<AnswerFault>& broken() const { return broken_; }

 private:
  std::optional<std::string> next_json();
  std::optional<std::string> next_event();
  void read(std::string_view json, ChatDelta& delta);

  std::unique_ptr<AnswerWire> wire_;
  Framing framing_;
  http::LineSplitter splitter_;
  http::EventAssembler assembler_;
  std::string body_;  // of a whole answer
  bool has_ended_ = false;
  bool has_last_event_ = false;
  AnswerState state_;
  std::optional<AnswerFault> broken_;
};

}  // namespace antiphon::model
