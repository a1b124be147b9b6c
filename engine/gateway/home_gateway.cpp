#include "engine/gateway/home_gateway.h"

#include "engine/gateway/relay.h"

namespace antiphon::gateway {

GatewayHomes::GatewayHomes(Cores& cores) {
  for (unsigned i = 0; i < cores.size(); ++i) {
    homes_.push_back(std::make_unique<Home>(cores.at(i)));
  }
}

GatewayHomes::Home& GatewayHomes::here() { return *homes_.at(Core::here().index()); }

// By a part of what its key is made of: the same questions have the same home.
GatewayHomes::Home& GatewayHomes::of(const ChatAsk& ask, std::string_view tenant) {
  std::hash<std::string_view> hash_of;
  std::size_t hash = hash_of(tenant) * 31 + hash_of(ask.target);
  for (const model::Message& message : ask.request.messages) {
    hash = hash * 31 + hash_of(message.text);
  }
  return *homes_[hash % homes_.size()];
}

HomeGateway::HomeGateway(Gateway& own, GatewayHomes& homes)
    : own_(own), homes_(homes), relays_([](const std::exception_ptr&) {
        // Who waits was told; the gateway logs what was wrong.
      }) {
  GatewayHomes::Home& here = homes_.here();
  here.gateway = &own_;
  here.relays = &relays_;
  here.is_open = true;
}

Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> HomeGateway::chat(ChatAsk ask,
                                                                               Call call) {
  bool is_shared = ask.cache.keeps() || ask.cache.joins;
  GatewayHomes::Home& home = is_shared ? homes_.of(ask, call.tenant()) : homes_.here();
  if (&home.core == &Core::here() || !home.is_open) {
    return own_.chat(std::move(ask), std::move(call));
  }
  return ask_at(&home, std::move(ask), std::move(call));
}

Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> HomeGateway::ask_at(
    GatewayHomes::Home* at, ChatAsk ask, Call call) {
  GatewayHomes::Home& home = *at;
  auto relay = std::make_shared<Relay>(home.core);
  home.core.post([relay, &home, ask = std::move(ask), who = call.principal(), started = call.now(),
                  deadline = call.deadline(), trace = call.trace()]() mutable {
    if (home.gateway == nullptr) return relay->refuse("The server is stopping.");
    Call there(std::make_shared<Principal>(std::move(who)), started, deadline, std::move(trace));
    home.relays->spawn(Relay::carry(relay, *home.gateway, std::move(ask), std::move(there)));
  });
  auto answer = std::make_unique<RelayedAnswer>(std::move(relay));
  if (auto failure = co_await answer->begin()) co_return std::unexpected(std::move(*failure));
  co_return answer;
}

Task<std::expected<EmbeddingAnswer, GatewayFailure>> HomeGateway::embed(EmbeddingAsk ask,
                                                                        Call call) {
  return own_.embed(std::move(ask), std::move(call));
}

Task<> HomeGateway::stop() {
  GatewayHomes::Home& here = homes_.here();
  here.is_open = false;
  here.gateway = nullptr;
  here.relays = nullptr;
  co_await relays_.stop();
}

}  // namespace antiphon::gateway
