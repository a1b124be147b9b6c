#include "engine/identity/token_cache.h"

namespace antiphon::identity {

TokenCache::Ticket TokenCache::begin() const {
  std::scoped_lock lock(mutex_);
  return revocations_;
}

void TokenCache::put(Ticket ticket, const Sha256& digest,
                     std::shared_ptr<const Principal> principal, Timestamp expires_at,
                     Instant now) {
  std::scoped_lock lock(mutex_);
  if (ticket != revocations_) return;
  if (by_digest_.size() >= tokens_max) by_digest_.clear();
  by_digest_.insert_or_assign(digest, Known{std::move(principal), expires_at, now + trust_time});
}

std::shared_ptr<const Principal> TokenCache::find(const Sha256& digest, Timestamp now_civil,
                                                  Instant now) const {
  std::scoped_lock lock(mutex_);
  auto found = by_digest_.find(digest);
  if (found == by_digest_.end()) return nullptr;
  const Known& known = found->second;
  return now < known.trusted_until && now_civil < known.expires_at ? known.principal : nullptr;
}

void TokenCache::forget(const Sha256& digest) {
  std::scoped_lock lock(mutex_);
  by_digest_.erase(digest);
  ++revocations_;
}

}  // namespace antiphon::identity
