#include "engine/store/cache.h"
#include "engine/store/store_metrics.h"

namespace antiphon::store {
namespace {

std::int64_t cost(std::string_view key, std::string_view value) {
  return static_cast<std::int64_t>(key.size() + value.size() + MemoryCache::entry_overhead_bytes);
}

}  // namespace

MemoryCache::MemoryCache(const Clock& clock, std::size_t bytes_max, metrics::Registry* metrics)
    : clock_(clock), bytes_max_(bytes_max) {
  if (metrics) count_with(*metrics);
}

void MemoryCache::count_with(metrics::Registry& registry) {
  sources_.push_back(registry.source(cache_requests_metric, {"hit"}, hits_));
  sources_.push_back(registry.source(cache_requests_metric, {"miss"}, misses_));
  sources_.push_back(registry.source(cache_evictions_metric, {}, evictions_));
  sources_.push_back(registry.source(cache_size_metric, {}, bytes_));
}

Task<std::optional<std::string>> MemoryCache::get(std::string key) {
  auto entry = entries_.find(key);
  bool is_expired = entry != entries_.end() && entry->second.expires <= clock_.steady();
  if (is_expired) erase(entry);
  if (is_expired || entry == entries_.end()) {
    misses_.add();
    co_return std::nullopt;
  }
  hits_.add();
  by_age_.splice(by_age_.begin(), by_age_, entry->second.age);
  co_return entry->second.value;
}

Task<> MemoryCache::put(std::string key, std::string value, Duration time_to_live) {
  if (auto old = entries_.find(key); old != entries_.end()) erase(old);
  auto most = static_cast<std::int64_t>(bytes_max_);
  std::int64_t needed = cost(key, value);
  if (needed > most) co_return;
  for (; bytes_.value() + needed > most; evictions_.add()) erase(entries_.find(*by_age_.back()));
  bytes_.add(needed);
  auto [entry, added] = entries_.try_emplace(
      std::move(key), Entry{std::move(value), clock_.steady() + time_to_live, by_age_.end()});
  by_age_.push_front(&entry->first);
  entry->second.age = by_age_.begin();
}

Task<> MemoryCache::erase_prefix(std::string prefix) {
  auto entry = entries_.lower_bound(prefix);
  while (entry != entries_.end() && entry->first.starts_with(prefix)) entry = erase(entry);
  co_return;
}

MemoryCache::Entries::iterator MemoryCache::erase(Entries::iterator entry) {
  bytes_.add(-cost(entry->first, entry->second.value));
  by_age_.erase(entry->second.age);
  return entries_.erase(entry);
}

}  // namespace antiphon::store
