#include "engine/gateway/relay.h"

namespace antiphon::gateway {

// The gateway outlives the group that this runs in.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<> Relay::carry(std::shared_ptr<Relay> self, Gateway& gateway, ChatAsk ask, Call call) {
  if (self->is_left_) co_return;
  try {
    co_await self->steps_.run(self->serve(gateway, std::move(ask), std::move(call)));
  } catch (...) {
    // Who still waits is told, whatever happened: the end of the server, for one.
    if (self->has_begun_ && !self->has_ended_) {
      self->tell({.end = model::ChatEnd{.finish = model::Finish::truncated}});
    } else {
      self->refuse("No model could answer this.");
    }
    throw;
  }
}

// As above: its relay and the gateway outlive it.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<> Relay::serve(Gateway& gateway, ChatAsk ask, Call call) {
  auto answer = co_await gateway.chat(std::move(ask), std::move(call));
  if (!answer) {
    tell({.failure = std::move(answer.error())});
    co_return;
  }
  while (auto piece = co_await (*answer)->next()) {
    tell({.piece = std::move(*piece), .account = (*answer)->account()});
    has_begun_ = true;
    co_await wanted_.wait();
  }
  tell({.end = (*answer)->end(), .account = (*answer)->account()});
}

void Relay::refuse(std::string message) {
  tell({.failure = GatewayFailure{.reason = GatewayFailure::Reason::failed,
                                  .message = std::move(message)}});
}

void Relay::tell(News news) {
  if (has_ended_) return;
  has_ended_ = news.failure || news.end;
  here_.post([self = shared_from_this(), news = std::move(news)]() mutable {
    self->news_.push_back(std::move(news));
    if (self->came_.is_waiting()) self->came_.wake();
  });
}

Task<Relay::News> Relay::next() {
  while (news_.empty()) co_await came_.wait();
  News news = std::move(news_.front());
  news_.pop_front();
  if (news.piece) there_.post([self = shared_from_this()] { self->wanted_.wake(); });
  co_return news;
}

void Relay::leave() {
  there_.post([self = shared_from_this()] {
    self->is_left_ = true;
    self->steps_.cancel();
  });
}

RelayedAnswer::~RelayedAnswer() {
  if (!has_ended_) relay_->leave();
}

Task<std::optional<GatewayFailure>> RelayedAnswer::begin() {
  Relay::News news = co_await relay_->next();
  has_ended_ = !news.piece;
  account_ = std::move(news.account);
  if (news.end) end_ = *news.end;
  first_ = std::move(news.piece);
  co_return news.failure;
}

Task<std::optional<model::ChatDelta>> RelayedAnswer::next() {
  if (first_) co_return std::exchange(first_, std::nullopt);
  if (has_ended_) co_return std::nullopt;
  Relay::News news = co_await relay_->next();
  if (news.piece) co_return std::move(news.piece);
  has_ended_ = true;
  end_ = std::move(*news.end);
  // Of an answer that was given up there, only that is known.
  if (!news.account.model.empty()) account_ = std::move(news.account);
  co_return std::nullopt;
}

}  // namespace antiphon::gateway
