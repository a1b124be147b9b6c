#pragma once

#include <map>

#include "engine/async/task_group.h"
#include "engine/gateway/chat_run.h"

namespace antiphon::gateway {

/// The gateway of one core: made, used and destroyed there, over a fleet, budgets and a ledger that
/// all cores share. Answers are shared between those who ask here; HomeGateway brings together who
/// asks the same.
///
///   Fleet fleet(settings.gateway, clock, &metrics);       // once for the process, with …
///   Budgets budgets(settings.gateway.budgets, clock);
///   UsageLedger usage(clock);
///   RoutedGateway gateway({.fleet = fleet, .budgets = budgets, .usage = usage, .random = random,
///                          .cache = cache, .models = std::move(models)});   // … one for each core
///   auto answer = co_await gateway.chat(std::move(ask), call);
///   co_await gateway.stop();
class RoutedGateway final : public Gateway {
 public:
  /// @param parts  `models` has one entry for each of fleet.instances(), in their order
  explicit RoutedGateway(GatewayParts parts);
  RoutedGateway(const RoutedGateway&) = delete;
  RoutedGateway& operator=(const RoutedGateway&) = delete;
  ~RoutedGateway() override;

  Task<std::expected<std::unique_ptr<Answer>, GatewayFailure>> chat(ChatAsk ask,
                                                                    Call call) override;
  Task<std::expected<EmbeddingAnswer, GatewayFailure>> embed(EmbeddingAsk ask, Call call) override;
  std::vector<Target> targets() const override { return parts_.fleet.targets(); }

  /// Asks each instance that wants it for one token of each of its models, so that they are loaded
  /// (E-109). On one core of the process.
  Task<> warm();
  /// Warms at start and on schedule, and asks instances whether they are there, until it is
  /// cancelled. On one core of the process.
  Task<> keep_watch();

  /// Ends what is under way: those who wait are told. Before it goes.
  Task<> stop();

  /// Answers on their way.
  std::size_t running() const { return tasks_.size(); }

 private:
  struct Asked;
  std::optional<GatewayFailure> refuse(const ChatAsk& ask, const Asked& asked);
  Task<std::unique_ptr<Answer>> find_kept(Asked* asked, const ChatAsk* ask);
  std::shared_ptr<Flight> under_way(const std::string& key) const;
  std::expected<std::unique_ptr<Follower>, GatewayFailure> start(ChatAsk ask, const Asked& asked,
                                                                 bool flies_on);
  std::expected<std::vector<const Group*>, GatewayFailure> plan(std::string_view target,
                                                                const Payer& payer,
                                                                std::int64_t tokens_in,
                                                                bool embeds);
  Task<> fly(std::shared_ptr<ChatRun> run, std::string key);
  void forget(const std::string& key, const Flight& flight);
  void add_unpaid(const Asked& asked, const Account& account);
  Task<> warm(Route route);
  Task<> check(std::size_t instance);

  GatewayParts parts_;
  Counts counts_;
  KeptAnswers kept_;
  RetryBudget hedges_;
  std::map<std::string, std::shared_ptr<Flight>, std::less<>> flights_;  // those that are shared
  TaskGroup tasks_;
};

}  // namespace antiphon::gateway
