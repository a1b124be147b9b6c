#include "engine/gateway/settings.h"

#include <fmt/format.h>

#include <set>

namespace antiphon::gateway {
namespace {

using Names = std::set<std::string, std::less<>>;

class Faults {
 public:
  explicit Faults(const GatewaySettings& settings) : settings_(settings) {}

  std::vector<FieldError> find() {
    look_at_instances();
    for (std::size_t i = 0; i < settings_.groups.size(); ++i) {
      add_name(targets_, settings_.groups[i].name, fmt::format("/groups/{}/name", i));
      groups_.insert(settings_.groups[i].name);
    }
    for (std::size_t i = 0; i < settings_.groups.size(); ++i) look_at(i, settings_.groups[i]);
    for (std::size_t i = 0; i < settings_.tiers.size(); ++i) {
      add_name(targets_, settings_.tiers[i].name, fmt::format("/tiers/{}/name", i));
      expect_group(settings_.tiers[i].group, fmt::format("/tiers/{}/group", i));
    }
    return std::move(faults_);
  }

 private:
  void look_at_instances() {
    Names names;
    for (std::size_t i = 0; i < settings_.instances.size(); ++i) {
      const InstanceSettings& instance = settings_.instances[i];
      std::string place = fmt::format("/instances/{}", i);
      add_name(names, instance.name, place + "/name");
      if (instance.name.contains('/')) {
        add(place + "/name", "format", "The name of an instance has no slash.");
      }
      if (instance.models.empty() && instance.embedding_models.empty()) {
        add(place + "/models", "min_items", "An instance has at least one model.");
      }
    }
  }

  void look_at(std::size_t index, const GroupSettings& group) {
    for (std::size_t i = 0; i < group.members.size(); ++i) {
      if (is_member(group.members[i])) continue;
      add(fmt::format("/groups/{}/members/{}", index, i), "unknown",
          fmt::format("'{}' is no instance with such a model.", group.members[i]));
    }
    for (std::size_t i = 0; i < group.fallback.size(); ++i) {
      expect_group(group.fallback[i], fmt::format("/groups/{}/fallback/{}", index, i));
    }
    if (!group.cheaper.empty()) {
      expect_group(group.cheaper, fmt::format("/groups/{}/cheaper", index));
    }
  }

  bool is_member(std::string_view text) const {
    auto slash = text.find('/');
    for (const InstanceSettings& instance : settings_.instances) {
      if (instance.name != text.substr(0, slash)) continue;
      if (slash == std::string_view::npos) return true;
      std::string_view model = text.substr(slash + 1);
      return has(instance.models, model) || has(instance.embedding_models, model);
    }
    return false;
  }

  static bool has(const std::vector<std::string>& models, std::string_view model) {
    return std::ranges::find(models, model) != models.end();
  }
  void add_name(Names& names, const std::string& name, std::string pointer) {
    if (names.insert(name).second) return;
    add(std::move(pointer), "duplicate", fmt::format("'{}' is a name already.", name));
  }
  void expect_group(const std::string& name, std::string pointer) {
    if (groups_.contains(name)) return;
    add(std::move(pointer), "unknown", fmt::format("'{}' is no group.", name));
  }
  void add(std::string pointer, std::string rule, std::string message) {
    faults_.push_back({std::move(pointer), std::move(rule), std::move(message)});
  }

  const GatewaySettings& settings_;
  Names targets_{"auto"};
  Names groups_;
  std::vector<FieldError> faults_;
};

}  // namespace

std::vector<FieldError> find_faults(const GatewaySettings& settings) {
  return Faults(settings).find();
}

}  // namespace antiphon::gateway
