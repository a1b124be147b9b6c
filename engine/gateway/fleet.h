#pragma once

#include <functional>
#include <map>

#include "engine/gateway/instance.h"
#include "engine/metrics/registry.h"

namespace antiphon::gateway {

/// One model of one instance.
struct Route {
  Instance* instance = nullptr;
  std::size_t instance_index = 0;
  std::size_t model = 0;  ///< its index there

  const Instance::ModelInfo& info() const { return instance->models()[model]; }
  bool operator==(const Route&) const = default;
};

/// Routes that stand in for each other.
struct Group {
  std::string name;
  std::vector<Route> chat = {};
  std::vector<Route> embed = {};
  Balance balance = Balance::power_of_two;
  std::vector<const Group*> fallback = {};
  const Group* cheaper = nullptr;

  /// @param candidates  their `route` is an index into chat or embed
  std::size_t choose(std::span<const Candidate> candidates, Random& random) const;

 private:
  mutable std::mutex mutex_;  // guards turns_
  mutable Turns turns_;
};

/// Further attempts at one provider, over all of its instances. Thread-safe.
class ProviderRetries {
 public:
  explicit ProviderRetries(double share) : budget_(share) {}
  void on_first();
  bool may_take() const;
  bool take();

 private:
  mutable std::mutex mutex_;
  RetryBudget budget_;
};

/// All instances and the names by which they are asked for; one for a process, shared by all cores.
/// Thread-safe.
class Fleet {
 public:
  /// @param clock, metrics  outlive it; metrics null: nothing is counted
  /// @throws Error{fields} for names that are unknown or there twice
  Fleet(const GatewaySettings& settings, const Clock& clock, metrics::Registry* metrics = nullptr);

  const GatewaySettings& settings() const { return settings_; }
  const std::vector<std::unique_ptr<Instance>>& instances() const { return instances_; }
  ProviderRetries& retries_of(const Instance& instance) const;

  /// Who is asked, in this order; empty: there is no such name.
  /// @param tokens_in  of the question, by which the target "auto" chooses a tier
  /// @param is_cheap   whether the tenant's soft limit is passed
  std::vector<const Group*> plan(std::string_view target, std::int64_t tokens_in,
                                 bool is_cheap) const;
  std::vector<Target> targets() const;

 private:
  void make_instances(const Clock& clock);
  void make_groups();
  void add_member(Group& group, std::string_view member) const;
  void make_usual_groups();
  void make_models();
  void count_with(metrics::Registry& registry);
  const Group* find_group(std::string_view name) const;
  static void append(std::vector<const Group*>& plan, const Group* group, bool is_cheap);

  const GatewaySettings settings_;
  std::vector<std::unique_ptr<Instance>> instances_;
  std::map<std::string, std::unique_ptr<ProviderRetries>, std::less<>> retries_;
  std::vector<std::unique_ptr<Group>> groups_;  // in their order
  std::map<std::string, std::unique_ptr<Group>, std::less<>> by_model_;
  std::vector<metrics::Source> sources_;
};

}  // namespace antiphon::gateway
