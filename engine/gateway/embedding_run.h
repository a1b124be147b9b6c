#pragma once

#include "engine/async/interruptible.h"
#include "engine/gateway/attempt_chain.h"
#include "engine/gateway/charge.h"
#include "engine/gateway/counts.h"

namespace antiphon::gateway {

/// Texts of one question as vectors of one model: what is kept, and the rest in batches (E-35).
/// Where a model cannot be asked, the next one makes all of them, so that none are mixed. Belongs
/// to one core.
class EmbeddingRun {
 public:
  struct Question {
    EmbeddingAsk ask;
    Payer payer;
    std::vector<const Group*> plan;
    Instant deadline;
    trace::Context trace = {};
  };

  /// @param parts, counts  outlive it
  EmbeddingRun(GatewayParts& parts, Counts& counts, Question question);

  /// Until the deadline. @return as Gateway::embed
  Task<std::expected<EmbeddingAnswer, GatewayFailure>> run();

  static constexpr std::size_t texts_most = 2'048;  ///< of one question

 private:
  using Vectors = std::vector<std::vector<float>>;

  Task<> work(std::optional<std::expected<EmbeddingAnswer, GatewayFailure>>* result);
  std::vector<std::string> models() const;
  Task<std::optional<GatewayFailure>> try_model(std::string model);
  Task<> find_kept(const std::string* model);
  Task<std::optional<GatewayFailure>> fetch(std::string model, std::vector<std::size_t> batch);
  Task<model::Provided<model::Embeddings>> attempt(AttemptChain::Attempt* attempt,
                                                   const std::vector<std::size_t>* batch);
  Task<> take(const std::string* model, const std::vector<std::size_t>* batch,
              model::Embeddings embeddings);
  void finish_account(std::string_view error_type);
  bool is_kept() const { return question_.ask.cache.keeps(); }

  GatewayParts& parts_;
  Counts& counts_;
  Question question_;
  Interruptible steps_;
  Instant begun_;
  std::vector<std::string> texts_;    // those that differ
  std::vector<std::size_t> text_of_;  // of each that was asked for, its index there
  Vectors vectors_;                   // of texts_; empty: not there yet
  Account account_;
};

}  // namespace antiphon::gateway
