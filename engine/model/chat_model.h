#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/async/call.h"
#include "engine/async/task.h"
#include "engine/model/chat.h"
#include "engine/model/provider_failure.h"

namespace antiphon::model {

/// One answer on its way. Belongs to one core; dropping it, or cancelling who waits, closes the
/// connection in the same turn of the loop, which ends the work at the provider.
class ChatStream {
 public:
  virtual ~ChatStream() = default;

  /// The next piece; nothing at the end, when `end()` is known. Never an empty piece. After a
  /// failure it is the same again.
  virtual Task<Provided<std::optional<ChatDelta>>> next() = 0;

  /// What is known of the answer so far; whole after the last piece, also after a failure.
  virtual const ChatEnd& end() const = 0;
};

struct ModelCapabilities {
  bool json = false;    ///< answers in JSON when asked
  bool schema = false;  ///< holds to a JSON Schema
  bool tools = false;
  bool seed = false;
  bool repeat_penalty = false;
  bool context_tokens = false;
};

/// A provider that answers conversations. Belongs to one core.
class ChatModel {
 public:
  virtual ~ChatModel() = default;

  virtual ModelCapabilities capabilities() const = 0;

  /// Asks, and waits for the head of the answer: content comes with the stream.
  /// @param due  until when the whole answer may take, and below which work it stands
  virtual Task<Provided<std::unique_ptr<ChatStream>>> open(ChatRequest request, Due due) = 0;

  /// The names of the models there are; for `doctor` and health checks.
  virtual Task<Provided<std::vector<std::string>>> models(Due due) = 0;
};

struct EmbeddingRequest {
  std::string model;
  std::vector<std::string> texts;
  std::optional<std::int64_t> dimensions = {};
};

struct Embeddings {
  std::string model;                        ///< as the provider reported it
  std::vector<std::vector<float>> vectors;  ///< one for each text, in its order; all of one length
  Usage usage;
};

/// A provider that turns texts into vectors. Belongs to one core.
class Embedder {
 public:
  virtual ~Embedder() = default;
  virtual Task<Provided<Embeddings>> embed(EmbeddingRequest request, Due due) = 0;
};

}  // namespace antiphon::model
