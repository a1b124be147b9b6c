#pragma once

#include <deque>
#include <memory>

#include "engine/async/interruptible.h"
#include "engine/gateway/gateway.h"

namespace antiphon::gateway {

/// An answer on its way from the core that asks for it to the one that waits for it. One piece
/// travels at a time; what comes meanwhile is joined to the next, so nothing piles up on the way.
class Relay : public std::enable_shared_from_this<Relay> {
 public:
  /// What the answer's core tells.
  struct News {
    std::optional<model::ChatDelta> piece = {};
    std::optional<GatewayFailure> failure = {};  ///< nobody answers
    std::optional<model::ChatEnd> end = {};      ///< nothing comes after it
    Account account = {};
  };

  /// On the core that waits. @param there  where is asked; outlives it
  explicit Relay(Core& there) : here_(Core::here()), there_(there) {}

  // On the core where is asked.
  /// Asks, and carries what is answered until its end or until nobody waits. Once.
  static Task<> carry(std::shared_ptr<Relay> self, Gateway& gateway, ChatAsk ask, Call call);
  /// There is nobody to ask.
  void refuse(std::string message);

  // On the core that waits.
  Task<News> next();
  /// Nobody waits any more: the answer is left there, within its next turn.
  void leave();

 private:
  Task<> serve(Gateway& gateway, ChatAsk ask, Call call);
  void tell(News news);

  Core& here_;
  Core& there_;
  // There.
  Interruptible steps_;
  Waiter wanted_;
  bool is_left_ = false;
  bool has_begun_ = false;
  bool has_ended_ = false;
  // Here.
  std::deque<News> news_;
  Waiter came_;
};

/// What is answered at another core, as an answer of this one.
class RelayedAnswer final : public Answer {
 public:
  explicit RelayedAnswer(std::shared_ptr<Relay> relay) : relay_(std::move(relay)) {}
  RelayedAnswer(const RelayedAnswer&) = delete;
  RelayedAnswer& operator=(const RelayedAnswer&) = delete;
  ~RelayedAnswer() override;

  /// Waits for the first content. @return why there is none
  Task<std::optional<GatewayFailure>> begin();

  Task<std::optional<model::ChatDelta>> next() override;
  const model::ChatEnd& end() const override { return end_; }
  const Account& account() const override { return account_; }

 private:
  std::shared_ptr<Relay> relay_;
  std::optional<model::ChatDelta> first_;
  bool has_ended_ = false;
  model::ChatEnd end_;
  Account account_;
};

}  // namespace antiphon::gateway
