#include "engine/store/cache.h"

namespace antiphon::store {
namespace {

std::size_t cost(std::string_view key, std::string_view value) {
  return key.size() + value.size() + MemoryCache::entry_overhead_bytes;
}

}  // namespace

Task<std::optional<std::string>> MemoryCache::get(std::string key) {
  auto entry = entries_.find(key);
  if (entry == entries_.end()) co_return std::nullopt;
  if (entry->second.expires <= clock_.steady()) {
    erase(entry);
    co_return std::nullopt;
  }
  by_age_.splice(by_age_.begin(), by_age_, entry->second.age);
  co_return entry->second.value;
}

Task<> MemoryCache::put(std::string key, std::string value, Duration time_to_live) {
  if (auto old = entries_.find(key); old != entries_.end()) erase(old);
  std::size_t needed = cost(key, value);
  if (needed > bytes_max_) co_return;
  while (bytes_ + needed > bytes_max_) erase(entries_.find(*by_age_.back()));
  bytes_ += needed;
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
  bytes_ -= cost(entry->first, entry->second.value);
  by_age_.erase(entry->second.age);
  return entries_.erase(entry);
}

}  // namespace antiphon::store
