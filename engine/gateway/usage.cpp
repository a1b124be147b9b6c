#include "engine/gateway/usage.h"

namespace antiphon::gateway {
namespace {

constexpr store::Statement add_usage{
    "model_usage.add",
    "INSERT INTO model_usage (tenant_id, day, account, purpose, model, calls, failures, "
    "cache_hits, attempts, tokens_in, tokens_cached, tokens_out, cost_micros, latency_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
    "ON CONFLICT (tenant_id, day, account, purpose, model) DO UPDATE SET "
    "calls = model_usage.calls + excluded.calls, "
    "failures = model_usage.failures + excluded.failures, "
    "cache_hits = model_usage.cache_hits + excluded.cache_hits, "
    "attempts = model_usage.attempts + excluded.attempts, "
    "tokens_in = model_usage.tokens_in + excluded.tokens_in, "
    "tokens_cached = model_usage.tokens_cached + excluded.tokens_cached, "
    "tokens_out = model_usage.tokens_out + excluded.tokens_out, "
    "cost_micros = model_usage.cost_micros + excluded.cost_micros, "
    "latency_ms = model_usage.latency_ms + excluded.latency_ms"};

constexpr store::Statement usage_of_tenant{
    "model_usage.of_tenant",
    "SELECT day, account, purpose, model, calls, failures, cache_hits, attempts, tokens_in, "
    "tokens_cached, tokens_out, cost_micros, latency_ms FROM model_usage "
    "WHERE tenant_id = $1 AND day >= $2 AND day < $3 AND (account = $4 OR $5 = 0) "
    "AND (day < $6 OR (day = $6 AND (account, purpose, model) > ($7, $8, $9))) "
    "ORDER BY day DESC, account, purpose, model LIMIT $10"};

// At the start of a process, for all tenants.
constexpr store::Statement spent_by_all{
    "model_usage.spent",
    "SELECT tenant_id, account, "
    "CAST(SUM(CASE WHEN day >= $1 THEN cost_micros ELSE 0 END) AS BIGINT), "
    "CAST(SUM(CASE WHEN day >= $2 THEN cost_micros ELSE 0 END) AS BIGINT), "
    "CAST(SUM(cost_micros) AS BIGINT) FROM model_usage GROUP BY tenant_id, account"};

constexpr store::Statement usage_statements[] = {add_usage, usage_of_tenant, spent_by_all};

constexpr std::string_view other = "other";
constexpr Duration resolve_again = std::chrono::milliseconds(1);

void add_up(UsageRow& row, const UsageRow& more) {
  row.calls += more.calls;
  row.failures += more.failures;
  row.cache_hits += more.cache_hits;
  row.attempts += more.attempts;
  row.tokens_in += more.tokens_in;
  row.tokens_cached += more.tokens_cached;
  row.tokens_out += more.tokens_out;
  row.cost += more.cost;
  row.latency_ms += more.latency_ms;
}

bool is_from_cache(CacheResult cache) {
  return cache == CacheResult::hit || cache == CacheResult::stale || cache == CacheResult::joined;
}

UsageRow row_of(const UsageEntry& entry) {
  return {
      .calls = 1,
      .failures = entry.has_failed ? 1 : 0,
      .cache_hits = is_from_cache(entry.cache) ? 1 : 0,
      .attempts = entry.attempts,
      .tokens_in = entry.tokens_in,
      .tokens_cached = entry.tokens_cached,
      .tokens_out = entry.tokens_out,
      .cost = entry.cost,
      .latency_ms = std::chrono::duration_cast<std::chrono::milliseconds>(entry.latency).count()};
}

UsageRow row_from(const store::Row& row) {
  return {.day = row.time(0),
          .account = row.text(1),
          .purpose = row.text(2),
          .model = row.text(3),
          .calls = row.integer(4),
          .failures = row.integer(5),
          .cache_hits = row.integer(6),
          .attempts = row.integer(7),
          .tokens_in = row.integer(8),
          .tokens_cached = row.integer(9),
          .tokens_out = row.integer(10),
          .cost = row.integer(11),
          .latency_ms = row.integer(12)};
}

}  // namespace

std::span<const store::Statement> UsageLedger::statements() { return usage_statements; }

void UsageLedger::add(const UsageEntry& entry) {
  Timestamp day = begin_of(Period::day, clock_.now());
  Key key{entry.payer.tenant, store::to_microseconds(day),
          entry.payer.allowance ? entry.payer.allowance->account : std::string(), entry.purpose,
          entry.model};
  std::scoped_lock lock(mutex_);
  if (waiting_.size() >= rows_max && !waiting_.contains(key)) {
    key.purpose = key.model = other;
  }
  add_up(waiting_[key], row_of(entry));
}

/// Rows on their way to the database. Who gives up waiting does not know whether they are stored;
/// once the transaction is over it shows.
struct UsageLedger::Batch {
  Rows rows;
  std::atomic<bool> is_stored{false};
  std::atomic<bool> is_over{false};
};

Task<> UsageLedger::flush(store::Database& database, Instant deadline) {
  auto turn = co_await within(deadline, flushes_.enter());
  while (!resolve() && Core::here().clock().steady() < deadline) co_await sleep_for(resolve_again);
  auto batch = take();
  if (!batch) co_return;
  // Goes with the last copy of the closure, whichever thread has it.
  std::shared_ptr<void> end(nullptr, [batch](void*) { batch->is_over = true; });
  try {
    co_await database.write(deadline, [batch, end = std::move(end)](store::Tx& tx) {
      tx.after_commit([batch] { batch->is_stored = true; });
      write(tx, batch->rows);
    });
  } catch (...) {
    std::scoped_lock lock(mutex_);
    doubtful_.push_back(std::move(batch));
    throw;
  }
}

// Null: there is nothing to write.
std::shared_ptr<UsageLedger::Batch> UsageLedger::take() {
  std::scoped_lock lock(mutex_);
  if (waiting_.empty()) return nullptr;
  auto batch = std::make_shared<Batch>();
  batch->rows.swap(waiting_);
  return batch;
}

// Takes back what was not stored. @return whether nothing is in doubt any more
bool UsageLedger::resolve() {
  std::scoped_lock lock(mutex_);
  std::erase_if(doubtful_, [this](const std::shared_ptr<Batch>& batch) {
    if (!batch->is_over) return false;
    if (batch->is_stored) return true;
    for (const auto& [key, row] : batch->rows) add_up(waiting_[key], row);
    return true;
  });
  return doubtful_.empty();
}

Task<> UsageLedger::keep_flushing(store::Database& database) {
  for (;;) {
    co_await sleep_for(flush_every);
    try {
      co_await flush(database, Core::here().clock().steady() + flush_every);
    } catch (const Error&) {
      // The database is away: what waits is added up meanwhile.
    }
  }
}

void UsageLedger::write(store::Tx& tx, const Rows& rows) {
  for (const auto& [key, row] : rows) {
    tx.execute(add_usage, key.tenant, key.day, key.account, key.purpose, key.model, row.calls,
               row.failures, row.cache_hits, row.attempts, row.tokens_in, row.tokens_cached,
               row.tokens_out, row.cost, row.latency_ms);
  }
}

Task<std::vector<UsageRow>> UsageLedger::of_tenant(store::Database& database, std::string tenant,
                                                   UsageFilter filter, Due due) {
  return database.read(due, [tenant = std::move(tenant), filter](store::Tx& tx) {
    // Without a place, before all rows: no day is as late.
    auto after = filter.after.value_or(UsageFilter::Place{.day = filter.until});
    std::int64_t is_of_one = filter.account ? 1 : 0;
    std::vector<UsageRow> rows;
    for (const store::Row& row :
         tx.query(usage_of_tenant, tenant, begin_of(Period::day, filter.from), filter.until,
                  filter.account.value_or(""), is_of_one, after.day, after.account, after.purpose,
                  after.model, filter.rows_max)) {
      rows.push_back(row_from(row));
    }
    return rows;
  });
}

Task<std::vector<Spent>> UsageLedger::load_spent(store::Database& database, Instant deadline) {
  Timestamp now = clock_.now();
  return database.read(deadline, [day = begin_of(Period::day, now),
                                  month = begin_of(Period::month, now)](store::Tx& tx) {
    // A tenant's own account is the sum over all of its accounts.
    std::map<std::string, Spent> tenants;
    std::vector<Spent> all;
    for (const store::Row& row : tx.query(spent_by_all, day, month)) {
      Spent spent{row.text(0), row.text(1), row.integer(2), row.integer(3), row.integer(4)};
      Spent& whole = tenants[spent.tenant];
      whole.tenant = spent.tenant;
      whole.day += spent.day;
      whole.month += spent.month;
      whole.total += spent.total;
      if (!spent.account.empty()) all.push_back(std::move(spent));
    }
    for (auto& [tenant, spent] : tenants) all.push_back(std::move(spent));
    return all;
  });
}

std::size_t UsageLedger::waiting() const {
  std::scoped_lock lock(mutex_);
  std::size_t rows = waiting_.size();
  for (const auto& batch : doubtful_) rows += batch->is_stored ? 0 : batch->rows.size();
  return rows;
}

}  // namespace antiphon::gateway
