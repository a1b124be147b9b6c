#include "engine/identity/token_cache.h"

namespace antiphon::identity {

TokenCache::Ticket TokenCache::begin() const {
  std::scoped_lock lock(mutex_);
  return revocations_;
}

void TokenCache::put(Ticket ticket, const std::string& hash,
                     std::shared_ptr<const Principal> principal, Timestamp expires_at,
                     Instant now) {
  std::scoped_lock lock(mutex_);
  if (ticket != revocations_) return;
  if (by_hash_.size() >= tokens_max) by_hash_.clear();
  by_hash_.insert_or_assign(hash, Known{std::move(principal), expires_at, now + trust_time});
}

std::shared_ptr<const Principal> TokenCache::find(const std::string& hash, Timestamp now_civil,
                                                  Instant now) const {
  std::scoped_lock lock(mutex_);
  auto found = by_hash_.find(hash);
  if (found == by_hash_.end()) return nullptr;
  const Known& known = found->second;
  return now < known.trusted_until && now_civil < known.expires_at ? known.principal : nullptr;
}

void TokenCache::forget(const std::string& hash) {
  std::scoped_lock lock(mutex_);
  by_hash_.erase(hash);
  ++revocations_;
}

}  // namespace antiphon::identity
