#pragma once

#include <gtest/gtest.h>

#include "engine/gateway/routed_gateway.h"
#include "engine/gateway/scripted_models_test.h"
#include "engine/testing/virtual_time.h"

namespace antiphon::gateway::testing {

/// A gateway over scripted models on one core of virtual time.
class GatewayRig {
 public:
  explicit GatewayRig(std::uint64_t seed = 1) : random_(seed) {}
  ~GatewayRig() {
    if (gateway_) time_.run(gateway_->stop());
    time_.run(tasks_.stop());
  }

  /// An instance of this name with one model, "NAME-model".
  InstanceSettings& add(std::string name, ScriptedModel::Writer writer) {
    asked_[name] = std::make_shared<Asked>();
    auto chat = std::make_unique<ScriptedModel>(std::move(writer), asked_[name]);
    scripted_[name] = chat.get();
    models_.push_back({.kind = "openai", .chat = std::move(chat)});
    return settings_.instances.emplace_back(
        InstanceSettings{.name = name, .models = {name + "-model"}});
  }
  InstanceSettings& add(std::string name, Script script) {
    return add(std::move(name), [script](int, const model::ChatRequest&) { return script; });
  }

  RoutedGateway& gateway() {
    if (!gateway_) {
      fleet_.emplace(settings_, time_.clock(), &metrics_);
      budgets_.emplace(settings_.budgets, time_.clock());
      gateway_.emplace(GatewayParts{.fleet = *fleet_,
                                    .budgets = *budgets_,
                                    .usage = usage_,
                                    .random = random_,
                                    .cache = cache_,
                                    .second_cache = second_,
                                    .metrics = &metrics_,
                                    .models = std::move(models_)});
    }
    return *gateway_;
  }

  Call call(Duration left = 10s, std::string tenant = "ten_a") {
    auto principal = std::make_shared<Principal>();
    principal->tenant = std::move(tenant);
    return {principal, time_.clock().now(), time_.clock().steady() + left, trace_};
  }
  static ChatAsk question(std::string text, CachePolicy cache = {}) {
    return {.request = {.messages = {{model::Role::user, std::move(text)}}},
            .purpose = "test",
            .cache = std::move(cache)};
  }

  Told ask(ChatAsk wanted, Duration left = 10s) {
    gateway();
    return time_.run(ask_and_follow(*gateway_, std::move(wanted), call(left)));
  }
  Told ask(std::string text, Duration left = 10s) { return ask(question(std::move(text)), left); }

  /// Asks without waiting for the end; what came of it is there after run_for().
  std::shared_ptr<std::optional<Told>> begin(ChatAsk wanted, Call as) {
    gateway();
    auto told = std::make_shared<std::optional<Told>>();
    time_.run(spawn(follow_into(*gateway_, std::move(wanted), std::move(as), told)));
    return told;
  }
  void run_for(Duration span) { time_.run_for(span); }
  Asked& asked(const std::string& name) { return *asked_.at(name); }

  antiphon::testing::VirtualTime time_;
  trace::Context trace_;
  SeededRandom random_;
  metrics::Registry metrics_;
  store::MemoryCache cache_{time_.clock(), std::size_t{1} << 20};
  store::Cache* second_ = nullptr;
  UsageLedger usage_{time_.clock()};
  GatewaySettings settings_;
  std::optional<Fleet> fleet_;
  std::optional<Budgets> budgets_;
  std::optional<RoutedGateway> gateway_;
  std::map<std::string, ScriptedModel*> scripted_;
  std::vector<InstanceModels> models_;

 private:
  static Task<> follow_into(Gateway& gateway, ChatAsk wanted, Call as,
                            std::shared_ptr<std::optional<Told>> told) {
    *told = co_await ask_and_follow(gateway, std::move(wanted), std::move(as));
  }
  Task<> spawn(Task<> task) {
    tasks_.spawn(std::move(task));
    co_return;
  }

  std::map<std::string, std::shared_ptr<Asked>> asked_;
  TaskGroup tasks_{[](const std::exception_ptr& error) {
    ADD_FAILURE() << "a question ended with an exception";
    std::rethrow_exception(error);
  }};
};

class GatewayTest : public ::testing::Test, public GatewayRig {};

}  // namespace antiphon::gateway::testing
