#pragma once

#include <map>
#include <mutex>
#include <span>
#include <tuple>
#include <vector>

#include "engine/async/turnstile.h"
#include "engine/gateway/budgets.h"
#include "engine/store/database.h"

namespace antiphon::gateway {

/// What one call came to, for its tenant's account.
struct UsageEntry {
  Payer payer;
  std::string purpose;
  std::string model;
  CacheResult cache = CacheResult::off;
  bool has_failed = false;
  std::int64_t attempts = 0;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_cached = 0;
  std::int64_t tokens_out = 0;
  Micros cost = 0;
  Duration latency{};
};

/// The same added up over a day (UTC).
struct UsageRow {
  Timestamp day;
  std::string account;
  std::string purpose;
  std::string model;
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  std::int64_t cache_hits = 0;
  std::int64_t attempts = 0;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_cached = 0;
  std::int64_t tokens_out = 0;
  Micros cost = 0;
  std::int64_t latency_ms = 0;
};

/// Which rows of a tenant are asked for.
struct UsageFilter {
  /// Of a row, by what the list is sorted.
  struct Place {
    Timestamp day{};
    std::string account = {};
    std::string purpose = {};
    std::string model = {};
  };
  Timestamp from{};   ///< its day counts
  Timestamp until{};  ///< days that begin before it
  std::optional<std::string> account = {};
  std::optional<Place> after = {};
  std::int64_t rows_max = 100'000;
};

/// What was used, by day, tenant, purpose and model (E-39). Calls add to it in memory; it is
/// written in the background, added to what is there, so that several processes may. What a crash
/// takes is what was added since the last writing. Thread-safe.
class UsageLedger {
 public:
  /// @param clock  outlives it
  explicit UsageLedger(const Clock& clock) : clock_(clock) {}

  static std::span<const store::Statement> statements();

  void add(const UsageEntry& entry);

  /// Writes what was added, in one transaction; when that fails it is kept for the next time. What
  /// was stored although nobody heard of it is not written again. One flush follows the other: what
  /// was added before this one is written when it returns.
  /// @throws as Database::write
  Task<> flush(store::Database& database, Instant deadline);  // NOLINT: outlives what runs on it
  /// Writes every `flush_every` until it is cancelled. What cannot be written now is later.
  Task<> keep_flushing(store::Database& database);  // NOLINT: outlives what runs on it

  /// Of a tenant: newest day first, then by account, purpose, model. What was not written yet is
  /// not in it. @throws as Database::read
  static Task<std::vector<UsageRow>> of_tenant(store::Database& database, std::string tenant,
                                               UsageFilter filter, Due due);  // NOLINT
  /// What all have spent, for Budgets::load at start. @throws as Database::read
  Task<std::vector<Spent>> load_spent(store::Database& database, Instant deadline);  // NOLINT

  std::size_t waiting() const;

  static constexpr std::chrono::seconds flush_every{1};
  /// Rows that wait to be written; what belongs to further ones is added under "other".
  static constexpr std::size_t rows_max = 10'000;

 private:
  struct Key {
    std::string tenant;
    std::int64_t day = 0;  // microseconds
    std::string account;
    std::string purpose;
    std::string model;
    auto operator<=>(const Key&) const = default;
  };
  using Rows = std::map<Key, UsageRow>;

  struct Batch;

  static void write(store::Tx& tx, const Rows& rows);
  std::shared_ptr<Batch> take();
  bool resolve();

  const Clock& clock_;
  Turnstile flushes_;
  mutable std::mutex mutex_;  // guards what follows
  Rows waiting_;
  std::vector<std::shared_ptr<Batch>> doubtful_;  // whose writing failed, perhaps after its commit
};

}  // namespace antiphon::gateway
