#pragma once

#include "engine/gateway/attempt_chain.h"
#include "engine/gateway/charge.h"
#include "engine/gateway/counts.h"
#include "engine/gateway/kept_answers.h"

namespace antiphon::gateway {

/// One flight from its first attempt to its end: nothing reaches its followers before the first
/// real content, so whatever fails until then is tried elsewhere; what fails afterwards ends the
/// answer `truncated` (E-33). Belongs to one core.
class ChatRun {
 public:
  struct Question {
    ChatAsk ask;
    Payer payer;
    std::string key;  ///< under which the answer is kept; empty: it is not
    std::vector<const Group*> plan;
    std::int64_t tokens_in = 0;
    trace::Context trace = {};
    CacheResult cache = CacheResult::off;
  };

  /// @param parts, counts, kept  outlive it
  ChatRun(GatewayParts& parts, Counts& counts, KeptAnswers& kept, Question question,
          std::shared_ptr<Flight> flight);

  /// Within the flight's steps, once.
  Task<> run();
  Flight& flight() { return *flight_; }

 private:
  using Stage = model::ProviderFailure::Stage;
  /// An answer whose first content is there.
  struct Opened {
    AttemptChain::Attempt attempt;
    std::unique_ptr<model::ChatStream> stream;
    model::ChatDelta first = {};
    Instant due{};
    Instant first_at{};
    trace::Span span = {};
  };

  Task<> answer();
  Task<std::optional<Opened>> first_content();
  Task<model::Provided<model::ChatDelta>> open(Opened* opened, Interruptible* steps);
  Task<> stream(Opened opened);
  Task<std::optional<model::ProviderFailure>> follow(Opened* opened);
  Instant next_due(const Opened& opened) const;
  model::ProviderFailure failure_of_empty(const model::ChatEnd& end) const;

  void leave(Opened& opened);
  void charge_unanswered(const Opened& opened, const model::ProviderFailure& failure);
  void charge_input(const Opened& opened);
  void end_attempt(Opened& opened, std::string_view outcome, const model::ProviderFailure* failure);
  model::ChatEnd settle(Opened& opened, const model::ProviderFailure* cut, bool is_left);
  void fail(GatewayFailure failure);
  void give_account(std::string_view error_type);
  std::string_view kind_of(const Route& route) const;
  model::ChatModel& model_of(const Route& route) const;

  GatewayParts& parts_;
  Counts& counts_;
  KeptAnswers& kept_;
  Question question_;
  std::shared_ptr<Flight> flight_;
  AttemptChain chain_;
  Charge charge_;
  Instant begun_;
  Account account_;
  model::Usage used_;            // by all attempts together
  std::int64_t tokens_out_ = 0;  // of the answer so far, estimated
};

/// Whether a model can do what is asked for (E-94).
bool supports(const model::ModelCapabilities& can, const model::ChatRequest& request);

/// Fills in what a provider did not say. @return whether anything was estimated
bool complete_usage(model::Usage& usage, std::int64_t tokens_in, std::int64_t tokens_out);

}  // namespace antiphon::gateway
