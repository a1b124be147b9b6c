#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>

#include "engine/async/task.h"
#include "engine/base/clock.h"

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
  MemoryCache(const Clock& clock, std::size_t bytes_max) : clock_(clock), bytes_max_(bytes_max) {}

  Task<std::optional<std::string>> get(std::string key) override;
  Task<> put(std::string key, std::string value, Duration time_to_live) override;
  Task<> erase_prefix(std::string prefix) override;

  std::size_t bytes() const { return bytes_; }
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

  const Clock& clock_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  Entries entries_;
  std::list<const std::string*> by_age_;  // keys of entries_, newest first
};

}  // namespace antiphon::store
