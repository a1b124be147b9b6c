#include "engine/gateway/fleet.h"

#include <algorithm>

#include "engine/gateway/gateway_metrics.h"

namespace antiphon::gateway {
namespace {

constexpr std::string_view auto_target = "auto";

const std::string& provider_of(const InstanceSettings& settings) {
  return settings.provider.empty() ? settings.name : settings.provider;
}

void append_new(std::vector<const Group*>& plan, const Group* group) {
  if (std::ranges::find(plan, group) == plan.end()) plan.push_back(group);
}

}  // namespace

std::size_t Group::choose(std::span<const Candidate> candidates, Random& random) const {
  std::scoped_lock lock(mutex_);
  return choose_candidate(balance, candidates, turns_, random);
}

void ProviderRetries::on_first() {
  std::scoped_lock lock(mutex_);
  budget_.on_first();
}

bool ProviderRetries::may_take() const {
  std::scoped_lock lock(mutex_);
  return budget_.may_take();
}

bool ProviderRetries::take() {
  std::scoped_lock lock(mutex_);
  return budget_.take();
}

Fleet::Fleet(const GatewaySettings& settings, const Clock& clock, metrics::Registry* metrics)
    : settings_(settings) {
  if (auto faults = find_faults(settings_); !faults.empty()) throw Error(std::move(faults));
  make_instances(clock);
  make_groups();
  make_usual_groups();
  make_models();
  if (metrics) count_with(*metrics);
}

void Fleet::make_instances(const Clock& clock) {
  PriceTable prices(settings_.prices);
  Breaker::Limits breaker{static_cast<int>(settings_.breaker_failures), settings_.breaker_open_ms};
  for (const InstanceSettings& settings : settings_.instances) {
    std::vector<Instance::ModelInfo> models;
    for (const std::string& name : settings.models) {
      models.push_back({name, false, prices.of(name)});
    }
    for (const std::string& name : settings.embedding_models) {
      models.push_back({name, true, prices.of(name)});
    }
    instances_.push_back(std::make_unique<Instance>(settings, std::move(models), breaker, clock));
    auto& retries = retries_[provider_of(settings)];
    if (!retries) retries = std::make_unique<ProviderRetries>(settings_.retry_share);
  }
}

void Fleet::make_groups() {
  for (const GroupSettings& settings : settings_.groups) {
    auto& group = groups_.emplace_back(std::make_unique<Group>());
    group->name = settings.name;
    group->balance = settings.balance;
    for (const std::string& member : settings.members) add_member(*group, member);
  }
  for (std::size_t i = 0; i < settings_.groups.size(); ++i) {
    const GroupSettings& settings = settings_.groups[i];
    for (const std::string& name : settings.fallback) {
      groups_[i]->fallback.push_back(find_group(name));
    }
    if (!settings.cheaper.empty()) groups_[i]->cheaper = find_group(settings.cheaper);
  }
}

void Fleet::add_member(Group& group, std::string_view member) const {
  auto slash = member.find('/');
  auto name = member.substr(0, slash);
  auto instance = std::ranges::find_if(instances_, [&](auto& one) { return one->name() == name; });
  Route route{instance->get(), static_cast<std::size_t>(instance - instances_.begin()), 0};
  bool has_chat = false;
  bool has_embed = false;
  for (; route.model < route.instance->models().size(); ++route.model) {
    const Instance::ModelInfo& info = route.info();
    if (slash != std::string_view::npos && info.name != member.substr(slash + 1)) continue;
    bool& has = info.embeds ? has_embed : has_chat;
    if (!std::exchange(has, true)) (info.embeds ? group.embed : group.chat).push_back(route);
  }
}

// Where no groups are set, all instances stand in for each other.
void Fleet::make_usual_groups() {
  if (!groups_.empty() || instances_.empty()) return;
  Group all;
  for (const auto& instance : instances_) add_member(all, instance->name());
  auto add = [&](std::string name, std::vector<Route> Group::* routes) {
    if ((all.*routes).empty()) return;
    auto& group = groups_.emplace_back(std::make_unique<Group>());
    group->name = std::move(name);
    (*group).*routes = all.*routes;
  };
  add("default", &Group::chat);
  add("embeddings", &Group::embed);
}

void Fleet::make_models() {
  for (std::size_t i = 0; i < instances_.size(); ++i) {
    const auto& models = instances_[i]->models();
    for (std::size_t model = 0; model < models.size(); ++model) {
      auto& group = by_model_[models[model].name];
      if (!group) {
        group = std::make_unique<Group>();
        group->name = models[model].name;
      }
      auto& routes = models[model].embeds ? group->embed : group->chat;
      routes.push_back({instances_[i].get(), i, model});
    }
  }
}

void Fleet::count_with(metrics::Registry& registry) {
  auto add = [&](const metrics::MetricInfo& info, std::initializer_list<std::string_view> labels,
                 std::function<double()> read) {
    sources_.push_back(registry.source(info, labels, std::move(read)));
  };
  for (const auto& owned : instances_) {
    const Instance* instance = owned.get();
    auto number = [](auto value) { return static_cast<double>(value); };
    add(running_metric, {instance->name()}, [=] { return number(instance->running()); });
    add(waiting_metric, {instance->name()}, [=] { return number(instance->waiting()); });
    add(cold_metric, {instance->name()}, [=] { return number(instance->cold_starts()); });
    add(ejected_metric, {instance->name()}, [=] { return instance->is_ejected() ? 1.0 : 0.0; });
    for (std::size_t model = 0; model < instance->models().size(); ++model) {
      add(breaker_metric, {instance->name(), instance->models()[model].name},
          [=] { return instance->breaker_state(model) == Breaker::State::closed ? 0.0 : 1.0; });
    }
  }
}

ProviderRetries& Fleet::retries_of(const Instance& instance) const {
  return *retries_.find(provider_of(instance.settings()))->second;
}

const Group* Fleet::find_group(std::string_view name) const {
  auto found = std::ranges::find_if(groups_, [&](auto& group) { return group->name == name; });
  return found == groups_.end() ? nullptr : found->get();
}

void Fleet::append(std::vector<const Group*>& plan, const Group* group, bool is_cheap) {
  if (is_cheap && group->cheaper) append_new(plan, group->cheaper);
  append_new(plan, group);
  for (const Group* next : group->fallback) append_new(plan, next);
}

std::vector<const Group*> Fleet::plan(std::string_view target, std::int64_t tokens_in,
                                      bool is_cheap) const {
  std::vector<const Group*> plan;
  if (const Group* group = find_group(target)) {
    append(plan, group, is_cheap);
    return plan;
  }
  for (const TierSettings& tier : settings_.tiers) {
    bool is_asked = tier.name == target || target == auto_target;
    bool is_within = tier.tokens_in_max == 0 || tokens_in <= tier.tokens_in_max;
    if (is_asked && (is_within || target != auto_target)) {
      append(plan, find_group(tier.group), is_cheap);
    }
  }
  if (!plan.empty()) return plan;
  auto model = by_model_.find(target);
  if (model != by_model_.end()) plan.push_back(model->second.get());
  return plan;
}

std::vector<Target> Fleet::targets() const {
  std::vector<Target> all;
  auto add = [&](std::string_view name, Target::Kind kind, const Group& group) {
    all.push_back({std::string(name), kind, !group.chat.empty(), !group.embed.empty()});
  };
  for (const auto& group : groups_) add(group->name, Target::Kind::group, *group);
  for (const TierSettings& tier : settings_.tiers) {
    add(tier.name, Target::Kind::tier, *find_group(tier.group));
  }
  if (!settings_.tiers.empty()) {
    all.push_back({std::string(auto_target), Target::Kind::tier, true, false});
  }
  for (const auto& [name, group] : by_model_) add(name, Target::Kind::model, *group);
  return all;
}

}  // namespace antiphon::gateway
