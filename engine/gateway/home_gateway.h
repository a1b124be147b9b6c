#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/async/task_group.h"
#include "engine/gateway/gateway.h"

namespace antiphon::gateway {

/// Where the gateways of a process's cores are, so that the same question comes to the same one,
/// whichever core it came to. Thread-safe.
class GatewayHomes {
 public:
  /// @param cores  outlive it
  explicit GatewayHomes(Cores& cores);

 private:
  friend class HomeGateway;
  struct Home {
    explicit Home(Core& its_core) : core(its_core) {}

    Core& core;
    std::atomic<bool> is_open = false;
    // On its core alone.
    Gateway* gateway = nullptr;
    TaskGroup* relays = nullptr;
  };

  Home& here();
  Home& of(const ChatAsk& ask, std::string_view tenant);

  std::vector<std::unique_ptr<Home>> homes_;  // by core
};

/// A core's gateway as one of all cores: a question that may be shared is asked at its home, a core
/// that the question alone decides, so that it is one call and one kept answer in all of a process
/// (E-34). Any other is asked where it came. Made, used and destroyed on its core.
class HomeGateway final : public Gateway {
 public:
  /// @param own, homes  outlive it
  HomeGateway(Gateway& own, GatewayHomes& homes);

  Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> chat(ChatAsk ask,
                                                                    Call call) override;
  Task<std::expected<EmbeddingAnswer, GatewayFailure>> embed(EmbeddingAsk ask, Call call) override;
  std::vector<Target> targets() const override { return own_.targets(); }

  /// No more questions of other cores; those under way there are told that it ends. Before it goes.
  Task<> stop();

 private:
  static Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> ask_at(
      GatewayHomes::Home* home, ChatAsk ask, Call call);

  Gateway& own_;
  GatewayHomes& homes_;
  TaskGroup relays_;
};

}  // namespace antiphon::gateway
