#pragma once

#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/base/principal.h"

namespace antiphon::identity {

/// Who held a token a moment ago, so that not every request asks the database. What this process
/// revokes is forgotten at once; what others revoke, after `trust_time`. Thread-safe.
class TokenCache {
 public:
  static constexpr std::chrono::seconds trust_time{5};
  static constexpr std::size_t tokens_max = 10'000;  ///< then all are forgotten

  /// A look-up under way; what it finds counts only if nothing was revoked meanwhile.
  using Ticket = std::uint64_t;
  Ticket begin() const;
  void put(Ticket ticket, const Sha256& digest, std::shared_ptr<const Principal> principal,
           Timestamp expires_at, Instant now);

  /// Null when it is not known here.
  std::shared_ptr<const Principal> find(const Sha256& digest, Timestamp now_civil,
                                        Instant now) const;
  void forget(const Sha256& digest);

 private:
  struct Known {
    std::shared_ptr<const Principal> principal;
    Timestamp expires_at;
    Instant trusted_until;
  };

  // A digest is as good as random.
  struct FirstBytes {
    std::size_t operator()(const Sha256& digest) const {
      std::size_t first = 0;
      std::memcpy(&first, digest.data(), sizeof first);
      return first;
    }
  };

  mutable std::mutex mutex_;  // guards all
  std::unordered_map<Sha256, Known, FirstBytes> by_digest_;
  Ticket revocations_ = 0;
};

}  // namespace antiphon::identity
