#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>

#include "engine/async/task.h"
#include "engine/base/clock.h"
#include "engine/metrics/registry.h"

namespace antiphon::store {

/// Values that may be forgotten at any time. Keys of a tenant begin with the tenant's id.
class Cache {
 public:
  virtual ~Cache() = default;
  virtual Task<std::optional<std::string>> get(std::string key) = 0;
  /// @param time_to_live  at least 1 ms; the value is not given after it
  virtual Task<> put(std::string key, std::string value, Duration time_to_live) = 0;
  virtual Task<> erase_prefix(std::string prefix) = 0;
};

/// A cache in this process's memory: what was used longest ago goes first. Lives on one core.
class MemoryCache final : public Cache {
 public:
  /// @param bytes_max  keys, values and `entry_overhead_bytes` each, together
  /// @param metrics  outlives it; null: nothing is counted
  MemoryCache(const Clock& clock, std::size_t bytes_max, metrics::Registry* metrics = nullptr);

  Task<std::optional<std::string>> get(std::string key) override;
  Task<> put(std::string key, std::string value, Duration time_to_live) override;
  Task<> erase_prefix(std::string prefix) override;

  std::size_t bytes() const { return static_cast<std::size_t>(bytes_.value()); }
  std::size_t size() const { return entries_.size(); }

  /// What one entry costs beside its key and value, about.
  static constexpr std::size_t entry_overhead_bytes = 160;

 private:
  struct Entry {
    std::string value;
    Instant expires;
    std::list<const std::string*>::iterator age;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  Entries::iterator erase(Entries::iterator entry);
  void count_with(metrics::Registry& registry);

  const Clock& clock_;
  std::size_t bytes_max_;
  Entries entries_;
  std::list<const std::string*> by_age_;  // keys of entries_, newest first
  metrics::Tally bytes_;
  metrics::Tally hits_;
  metrics::Tally misses_;
  metrics::Tally evictions_;
  std::vector<metrics::Source> sources_;
};

}  // namespace antiphon::store
