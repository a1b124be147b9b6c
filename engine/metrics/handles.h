#pragma once

#include <map>

#include "engine/metrics/registry.h"

namespace antiphon::metrics {

/// The handles of a metric whose label values are known only when they come: each is made at its
/// first use and found again without the registry. One thread at a time.
template <class Handle>
class Handles {
 public:
  /// @param registry  outlives it; null: nothing is counted
  Handles(Registry* registry, const MetricInfo& info) : registry_(registry), info_(&info) {}

  /// @param use  is given the handle of the series with these values
  template <class F>
  void with(std::initializer_list<std::string_view> values, F use) {
    if (registry_ == nullptr) return;
    std::string key;
    for (std::string_view value : values) key.append(value) += '\0';
    auto found = handles_.find(key);
    if (found == handles_.end()) {
      // Series are bounded where they are made; what is remembered of them is bounded here.
      if (handles_.size() == series_max) return use(make(values));
      found = handles_.emplace(std::move(key), make(values)).first;
    }
    use(found->second);
  }

 private:
  Handle make(std::initializer_list<std::string_view> values) {
    if constexpr (std::is_same_v<Handle, Counter>) {
      return registry_->counter(*info_, values);
    } else if constexpr (std::is_same_v<Handle, Gauge>) {
      return registry_->gauge(*info_, values);
    } else {
      return registry_->histogram(*info_, values);
    }
  }

  Registry* registry_;
  const MetricInfo* info_;
  std::map<std::string, Handle, std::less<>> handles_;
};

}  // namespace antiphon::metrics
