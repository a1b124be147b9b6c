#include "engine/store/sql_cache.h"

#include "engine/store/store_metrics.h"

namespace antiphon::store {
namespace {

constexpr Statement find_entry{"cache.find",
                               "SELECT value, expires_at FROM cache_entries WHERE cache_key = $1"};

constexpr Statement put_entry{
    "cache.put",
    "INSERT INTO cache_entries (cache_key, value, bytes, expires_at) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, bytes = excluded.bytes, "
    "expires_at = excluded.expires_at"};

constexpr Statement erase_entries{
    "cache.erase_prefix",
    "DELETE FROM cache_entries "
    "WHERE substr(cache_key, 1, length(CAST($1 AS TEXT))) = CAST($1 AS TEXT)"};

constexpr Statement sweep_ended{
    "cache.sweep",
    "DELETE FROM cache_entries WHERE cache_key IN (SELECT cache_key FROM cache_entries "
    "WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)"};

constexpr Statement evict_soonest{
    "cache.evict",
    "DELETE FROM cache_entries WHERE cache_key IN (SELECT cache_key FROM cache_entries "
    "ORDER BY expires_at LIMIT $1) RETURNING bytes"};

constexpr Statement count_entries{
    "cache.count", "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM cache_entries"};

constexpr Statement cache_statements[] = {find_entry,  put_entry,     erase_entries,
                                          sweep_ended, evict_soonest, count_entries};

// A database that does not answer is left alone for a while, so that it does not cost every
// question the time to wait for it.
constexpr Breaker::Limits breaker_limits{.failures = 5, .open_time = std::chrono::seconds(10)};
// What is too much goes down to this share, so that not each writing has to count.
constexpr double share_left = 0.95;

}  // namespace

/// One look into the database, of which the breaker learns how it ended.
class SqlCache::Look {
 public:
  explicit Look(SqlCache& cache) : cache_(cache) {
    std::scoped_lock lock(cache_.mutex_);
    Instant now = Core::here().clock().steady();
    if (cache_.breaker_.may_begin(now)) ticket_ = cache_.breaker_.begin(now);
  }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  ~Look() {
    std::scoped_lock lock(cache_.mutex_);
    if (ticket_) cache_.breaker_.left(*ticket_);
  }

  bool may_be() const { return ticket_.has_value(); }
  void end(bool is_good) {
    std::scoped_lock lock(cache_.mutex_);
    Instant now = Core::here().clock().steady();
    auto ticket = *std::exchange(ticket_, std::nullopt);
    is_good ? cache_.breaker_.succeeded(ticket, now) : cache_.breaker_.failed(ticket, now);
  }

 private:
  SqlCache& cache_;
  std::optional<Breaker::Ticket> ticket_;
};

SqlCache::SqlCache(Database& database, Options options)
    : database_(database),
      options_(options),
      breaker_(breaker_limits),
      hits_(registry().counter(sql_cache_metric, {"hit"})),
      misses_(registry().counter(sql_cache_metric, {"miss"})),
      failures_(registry().counter(sql_cache_metric, {"failed"})),
      written_(registry().counter(sql_cache_puts_metric, {"written"})),
      dropped_(registry().counter(sql_cache_puts_metric, {"dropped"})),
      ended_(registry().counter(sql_cache_removals_metric, {"ended"})),
      evicted_(registry().counter(sql_cache_removals_metric, {"too_much"})),
      rows_(registry().gauge(sql_cache_rows_metric)),
      bytes_(registry().gauge(sql_cache_bytes_metric)) {}

std::span<const Statement> SqlCache::statements() { return cache_statements; }

SqlCache::Size SqlCache::size_of(const std::string& key, const std::string& value) {
  return {1, static_cast<std::int64_t>(key.size() + value.size())};
}

Task<std::optional<SqlCache::Found>> SqlCache::find(std::string key) {
  auto found = find_waiting(key);
  if (!found) {
    Look look(*this);
    if (!look.may_be()) {
      failures_.add();
      co_return std::nullopt;
    }
    try {
      Instant until = Core::here().clock().steady() + options_.read_time;
      found = co_await within(until, find_written(std::move(key)));
      look.end(true);
    } catch (const Error&) {
      look.end(false);
      failures_.add();
      co_return std::nullopt;
    }
  }
  if (found && found->expires <= Core::here().clock().now()) found.reset();
  (found ? hits_ : misses_).add();
  co_return found;
}

std::optional<SqlCache::Found> SqlCache::find_waiting(const std::string& key) const {
  std::scoped_lock lock(mutex_);
  auto entry = waiting_.find(key);
  if (entry == waiting_.end()) return std::nullopt;
  return Found{*entry->second.value, entry->second.expires};
}

Task<std::optional<SqlCache::Found>> SqlCache::find_written(std::string key) {
  Instant deadline = Core::here().clock().steady() + options_.read_time;
  return database_.read(deadline, [key = std::move(key)](Tx& tx) -> std::optional<Found> {
    Rows rows = tx.query(find_entry, key);
    if (rows.empty()) return std::nullopt;
    return Found{rows[0].bytes(0), rows[0].time(1)};
  });
}

Task<std::optional<std::string>> SqlCache::get(std::string key) {
  auto found = co_await find(std::move(key));
  if (!found) co_return std::nullopt;
  co_return std::move(found->value);
}

Task<> SqlCache::put(std::string key, std::string value, Duration time_to_live) {
  Size size = size_of(key, value);
  Timestamp expires = Core::here().clock().now() +
                      std::chrono::duration_cast<std::chrono::microseconds>(time_to_live);
  std::scoped_lock lock(mutex_);
  auto old = waiting_.find(key);
  std::int64_t replaced = old == waiting_.end() ? 0 : size_of(old->first, *old->second.value).bytes;
  bool fits = size.bytes <= cache_entry_bytes_max && key.size() <= cache_key_bytes_max &&
              waiting_bytes_ - replaced + size.bytes <= cache_waiting_bytes_max;
  if (!fits) {
    dropped_.add();
    co_return;
  }
  waiting_bytes_ += size.bytes - replaced;
  waiting_[std::move(key)] = {std::make_shared<const std::string>(std::move(value)), expires,
                              ++last_number_};
}

Task<> SqlCache::erase_prefix(std::string prefix) {
  {
    std::scoped_lock lock(mutex_);
    auto entry = waiting_.lower_bound(prefix);
    while (entry != waiting_.end() && entry->first.starts_with(prefix)) {
      waiting_bytes_ -= size_of(entry->first, *entry->second.value).bytes;
      entry = waiting_.erase(entry);
    }
  }
  Instant deadline = Core::here().clock().steady() + sweep_every;
  co_await database_.write(deadline, [prefix](Tx& tx) { tx.execute(erase_entries, prefix); });
}

SqlCache::Entries SqlCache::next_to_write() const {
  std::scoped_lock lock(mutex_);
  Entries next;
  for (auto entry = waiting_.begin(); entry != waiting_.end() && next.size() < rows_written;
       ++entry) {
    next.insert(next.end(), *entry);
  }
  return next;
}

void SqlCache::forget_waiting(const Entries& written) {
  std::scoped_lock lock(mutex_);
  for (const auto& [key, entry] : written) {
    auto waiting = waiting_.find(key);
    if (waiting == waiting_.end() || waiting->second.number != entry.number) continue;
    waiting_bytes_ -= size_of(key, *entry.value).bytes;
    waiting_.erase(waiting);
  }
}

// Whether there was anything.
Task<bool> SqlCache::write_next(Instant deadline) {
  auto next = std::make_shared<const Entries>(next_to_write());
  if (next->empty()) co_return false;
  try {
    co_await database_.write(deadline, [next](Tx& tx) {
      for (const auto& [key, entry] : *next) {
        tx.execute(put_entry, key, Bytes{*entry.value}, size_of(key, *entry.value).bytes,
                   entry.expires);
      }
    });
  } catch (const Error&) {
    dropped_.add(static_cast<double>(next->size()));
    forget_waiting(*next);
    throw;
  }
  forget_waiting(*next);
  written_.add(static_cast<double>(next->size()));
  std::scoped_lock lock(mutex_);
  for (const auto& [key, entry] : *next) {
    // One that was there already is counted twice until all are counted again.
    size_.rows += 1;
    size_.bytes += size_of(key, *entry.value).bytes;
  }
  co_return true;
}

Task<> SqlCache::flush(Instant deadline) {
  try {
    while (co_await write_next(deadline)) {
    }
    if (!is_too_much()) co_return;
    co_await measure(deadline);
    if (is_too_much()) co_await make_room(deadline);
  } catch (const Error&) {
    co_return;  // the database is away: what waits next is tried later
  }
}

bool SqlCache::is_too_much() const {
  std::scoped_lock lock(mutex_);
  return size_.rows > options_.rows_max || size_.bytes > options_.bytes_max;
}

// How many must go, as large as they are on average.
std::int64_t SqlCache::rows_to_remove() const {
  auto kept = [](std::int64_t most) {
    return static_cast<std::int64_t>(static_cast<double>(most) * share_left);
  };
  std::scoped_lock lock(mutex_);
  std::int64_t bytes_each =
      std::max<std::int64_t>(size_.bytes / std::max<std::int64_t>(size_.rows, 1), 1);
  std::int64_t bytes_above = std::max<std::int64_t>(size_.bytes - kept(options_.bytes_max), 0);
  std::int64_t rows =
      std::max(size_.rows - kept(options_.rows_max), (bytes_above + bytes_each - 1) / bytes_each);
  return std::clamp<std::int64_t>(rows, 0, rows_swept);
}

Task<> SqlCache::measure(Instant deadline) {
  Size size = co_await database_.read(deadline, [](Tx& tx) {
    Rows rows = tx.query(count_entries);
    return Size{rows[0].integer(0), rows[0].integer(1)};
  });
  {
    std::scoped_lock lock(mutex_);
    size_ = size;
  }
  rows_.set(static_cast<double>(size.rows));
  bytes_.set(static_cast<double>(size.bytes));
}

Task<> SqlCache::make_room(Instant deadline) {
  while (std::int64_t most = rows_to_remove()) {
    Size removed = co_await database_.write(deadline, [most](Tx& tx) {
      Size size;
      for (const Row& row : tx.query(evict_soonest, most)) {
        size.rows += 1;
        size.bytes += row.integer(0);
      }
      return size;
    });
    evicted_.add(static_cast<double>(removed.rows));
    std::scoped_lock lock(mutex_);
    size_.rows -= removed.rows;
    size_.bytes -= removed.bytes;
    if (removed.rows == 0) co_return;
  }
}

Task<> SqlCache::sweep(Instant deadline) {
  Timestamp now = Core::here().clock().now();
  for (std::int64_t removed = rows_swept; removed == rows_swept;) {
    removed = co_await database_.write(
        deadline, [now](Tx& tx) { return tx.execute(sweep_ended, now, rows_swept); });
    ended_.add(static_cast<double>(removed));
  }
  co_await measure(deadline);
  if (is_too_much()) co_await make_room(deadline);
}

Task<> SqlCache::keep_up() {
  const Clock& clock = Core::here().clock();
  Instant next_sweep = clock.steady();
  for (;;) {
    co_await sleep_for(flush_every);
    co_await flush(clock.steady() + sweep_every);
    if (clock.steady() < next_sweep) continue;
    next_sweep = clock.steady() + sweep_every;
    try {
      co_await sweep(next_sweep);
    } catch (const Error&) {
      continue;  // the database is away; what has ended is not given in any case
    }
  }
}

std::size_t SqlCache::waiting() const {
  std::scoped_lock lock(mutex_);
  return waiting_.size();
}

Task<std::optional<std::string>> LayeredCache::get(std::string key) {
  if (auto value = co_await first_.get(key)) co_return value;
  auto found = co_await second_.find(key);
  if (!found) co_return std::nullopt;
  Duration left = found->expires - Core::here().clock().now();
  if (left >= std::chrono::milliseconds(1)) co_await first_.put(std::move(key), found->value, left);
  co_return std::move(found->value);
}

Task<> LayeredCache::put(std::string key, std::string value, Duration time_to_live) {
  co_await first_.put(key, value, time_to_live);
  co_await second_.put(std::move(key), std::move(value), time_to_live);
}

Task<> LayeredCache::erase_prefix(std::string prefix) {
  co_await first_.erase_prefix(prefix);
  co_await second_.erase_prefix(std::move(prefix));
}

}  // namespace antiphon::store
