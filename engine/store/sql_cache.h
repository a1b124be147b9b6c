#pragma once

#include <map>
#include <mutex>

#include "engine/base/breaker.h"
#include "engine/store/cache.h"
#include "engine/store/database.h"
#include "engine/store/limits.h"

namespace antiphon::store {

/// A cache in the database (E-34): what one core put is found by the others at once, and by other
/// servers and after a restart once it was written. Values wait in memory and are written in
/// groups; a crash takes those that waited. A database that is away or slow makes every value
/// unknown and fails nobody. Thread-safe.
///
/// Above `rows_max` values or `bytes_max` bytes, what ends soonest goes first. A server counts what
/// it writes itself, and learns of what others wrote when it sweeps.
class SqlCache final : public Cache {
 public:
  struct Options {
    std::int64_t rows_max = cache_rows_max;
    std::int64_t bytes_max = cache_bytes_max;            ///< keys and values
    Duration read_time = std::chrono::milliseconds(50);  ///< to wait for a value
    metrics::Registry* metrics = nullptr;                ///< outlives it; null: nothing is counted
  };
  /// @param database  outlives it
  SqlCache(Database& database, Options options);
  explicit SqlCache(Database& database) : SqlCache(database, Options()) {}

  static std::span<const Statement> statements();

  struct Found {
    std::string value;
    Timestamp expires;  ///< by the clock of whoever put it
  };
  /// As get(), and until when the value may be kept elsewhere.
  Task<std::optional<Found>> find(std::string key);

  /// Within Options::read_time.
  Task<std::optional<std::string>> get(std::string key) override;
  /// Returns at once. A value that is too large is dropped, as is any while too many wait.
  Task<> put(std::string key, std::string value, Duration time_to_live) override;
  /// @throws as Database::write
  Task<> erase_prefix(std::string prefix) override;

  /// Writes what waits and then keeps the bounds; what cannot be written is dropped.
  Task<> flush(Instant deadline);
  /// Takes away what has ended, in small transactions, and counts what is there.
  /// @throws as Database::write
  Task<> sweep(Instant deadline);
  /// Writes and sweeps until it is cancelled. On one core of the process.
  Task<> keep_up();

  /// Values that wait to be written.
  std::size_t waiting() const;

  static constexpr std::chrono::milliseconds flush_every{200};
  static constexpr std::chrono::seconds sweep_every{60};
  static constexpr std::size_t rows_written = 200;  ///< in one transaction
  static constexpr std::int64_t rows_swept = 500;   ///< the same

 private:
  struct Entry {
    std::shared_ptr<const std::string> value;
    Timestamp expires;
    std::uint64_t number = 0;  // a later one for the same key has a higher number
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  struct Size {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
  };
  class Look;

  static Size size_of(const std::string& key, const std::string& value);
  std::optional<Found> find_waiting(const std::string& key) const;
  Task<std::optional<Found>> find_written(std::string key);
  Entries next_to_write() const;
  Task<bool> write_next(Instant deadline);
  void forget_waiting(const Entries& written);
  Task<> measure(Instant deadline);
  Task<> make_room(Instant deadline);
  bool is_too_much() const;
  std::int64_t rows_to_remove() const;

  Database& database_;
  const Options options_;
  mutable std::mutex mutex_;  // guards what follows
  Entries waiting_;           // also while it is being written
  std::int64_t waiting_bytes_ = 0;
  std::uint64_t last_number_ = 0;
  Breaker breaker_;
  Size size_;  // as counted last, and what was written since

  metrics::Registry& registry() { return options_.metrics ? *options_.metrics : unread_; }
  metrics::Registry unread_;
  metrics::Counter hits_;
  metrics::Counter misses_;
  metrics::Counter failures_;
  metrics::Counter written_;
  metrics::Counter dropped_;
  metrics::Counter ended_;
  metrics::Counter evicted_;
  metrics::Gauge rows_;
  metrics::Gauge bytes_;
};

/// A core's own cache, then one that others share: what is found there is kept here for the time
/// that it has left.
class LayeredCache final : public Cache {
 public:
  /// @param first, second  outlive it
  LayeredCache(Cache& first, SqlCache& second) : first_(first), second_(second) {}

  Task<std::optional<std::string>> get(std::string key) override;
  Task<> put(std::string key, std::string value, Duration time_to_live) override;
  /// @throws as SqlCache
  Task<> erase_prefix(std::string prefix) override;

 private:
  Cache& first_;
  SqlCache& second_;
};

}  // namespace antiphon::store
