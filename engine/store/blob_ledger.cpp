#include "engine/store/blob_ledger.h"

#include "engine/base/ids.h"
#include "engine/store/blob_file.h"
#include "engine/store/blob_statements.h"
#include "engine/store/store_metrics.h"

namespace antiphon::store {
namespace {

constexpr Duration give_up_max = std::chrono::seconds(5);
constexpr int uploads_expired_max = 1000;
constexpr int garbage_swept_max = 1000;
// Clocks of files are coarser than ours; a file this young is left for the next sweep.
constexpr std::chrono::seconds settling_time{60};

// Learns hash and size of what passes through, and calls `at_end` before the end is told.
class Weigher {
 public:
  using AtEnd = std::function<Task<>(Blob)>;
  Weigher(BlobSource source, AtEnd at_end)
      : source_(std::move(source)), at_end_(std::move(at_end)) {}

  Task<std::string> next() {
    std::string piece = co_await source_();
    hasher_.add(piece);
    bytes_ += piece.size();
    if (piece.empty()) co_await at_end_({hasher_.finish(), bytes_});
    co_return piece;
  }

 private:
  BlobSource source_;
  AtEnd at_end_;
  Hasher hasher_;
  std::uint64_t bytes_ = 0;
};

Error over_quota(const BlobUse& use, std::uint64_t bytes) {
  return Error(Code::quota_exceeded,
               fmt::format("The quota for files is {} bytes and {} are used; {} more do not fit.",
                           use.bytes_max, use.bytes, bytes));
}

metrics::Registry& registry_of(const BlobLedger::Options& options, metrics::Registry& unread) {
  return options.metrics ? *options.metrics : unread;
}

}  // namespace

std::span<const Statement> blob_statements() { return blob_sql::all; }

BlobLedger::BlobLedger(Database& database, BlobStore& blobs, Random& random, Options options)
    : database_(database),
      blobs_(blobs),
      random_(random),
      options_(options),
      bytes_(registry_of(options, unread_).gauge(blob_bytes_metric)),
      objects_(registry_of(options, unread_).gauge(blob_objects_metric)),
      refused_(registry_of(options, unread_).counter(blob_refusals_metric)),
      swept_(registry_of(options, unread_).counter(blobs_swept_metric)) {}

Task<UploadedBlob> BlobLedger::put(Call call, BlobSource source, std::uint64_t bytes_max) {
  auto uploaded = std::make_shared<UploadedBlob>();
  uploaded->upload = make_id("upl", random_);
  auto claim_it = [this, call, uploaded](Blob blob) -> Task<> {
    uploaded->blob = blob;
    co_await database_.write(call, [this, tenant = call.tenant(), upload = *uploaded](Tx& tx) {
      reserve(tx, tenant, upload);
    });
  };
  auto weigher = std::make_shared<Weigher>(std::move(source), claim_it);
  std::exception_ptr failure;
  try {
    co_await blobs_.put(call.deadline(), [weigher] { return weigher->next(); }, bytes_max);
  } catch (const Error& error) {
    if (error.code() == Code::quota_exceeded) refused_.add();
    failure = std::current_exception();
  }
  if (!failure) co_return *uploaded;
  if (!uploaded->blob.hash.empty()) co_await give_up(call.tenant(), uploaded->upload);
  std::rethrow_exception(failure);
}

// What fails here, or is left out by a caller that went away, the sweep does.
Task<> BlobLedger::give_up(std::string tenant, std::string upload) {
  Instant deadline = Core::here().clock().steady() + give_up_max;
  try {
    co_await database_.write(deadline,
                             [this, tenant, upload](Tx& tx) { release(tx, tenant, upload); });
  } catch (const Error&) {
  }
}

void BlobLedger::reserve(Tx& tx, const std::string& tenant, const UploadedBlob& uploaded) const {
  claim(tx, tenant, uploaded.blob, uploaded.upload, true);
}

void BlobLedger::claim(Tx& tx, const std::string& tenant, const Blob& blob,
                       const std::string& owner, bool is_upload) const {
  auto bytes = static_cast<std::int64_t>(blob.bytes);
  bool is_charged = !tx.query(blob_sql::select_tenants_claim, tenant, blob.hash).empty();
  tx.execute(blob_sql::open_use, tenant);
  if (!is_charged && tx.execute(blob_sql::charge, tenant, bytes, options_.quota_bytes) == 0) {
    throw over_quota(use(tx, tenant), blob.bytes);
  }
  tx.execute(blob_sql::insert_claim, tenant, owner, blob.hash, bytes, is_upload);
}

void BlobLedger::adopt(Tx& tx, const std::string& tenant, const UploadedBlob& uploaded,
                       const std::string& owner) {
  auto& [blob, upload] = uploaded;
  // The new claim first, so that the content is never without one.
  tx.execute(blob_sql::insert_claim, tenant, owner, blob.hash,
             static_cast<std::int64_t>(blob.bytes), false);
  if (tx.query(blob_sql::delete_claim, tenant, upload, blob.hash).empty()) {
    throw Error(Code::gone, "The upload is too old; send the file again.");
  }
}

void BlobLedger::share(Tx& tx, const std::string& tenant, const std::string& hash,
                       const std::string& owner) {
  Rows rows = tx.query(blob_sql::select_tenants_claim, tenant, hash);
  if (rows.empty()) throw Error(Code::not_found, "There is no such file.");
  claim(tx, tenant, {hash, static_cast<std::uint64_t>(rows[0].integer(0))}, owner, false);
}

int BlobLedger::release(Tx& tx, const std::string& tenant, const std::string& owner) {
  Rows claims = tx.query(blob_sql::select_claims, tenant, owner);
  for (Row row : claims) drop(tx, tenant, owner, row.text(0));
  return static_cast<int>(claims.size());
}

void BlobLedger::drop(Tx& tx, const std::string& tenant, const std::string& owner,
                      const std::string& hash) const {
  Rows deleted = tx.query(blob_sql::delete_claim, tenant, owner, hash);
  if (deleted.empty()) return;
  if (tx.query(blob_sql::select_tenants_claim, tenant, hash).empty()) {
    tx.execute(blob_sql::discharge, tenant, deleted[0].integer(0));
  }
  if (tx.query(blob_sql::select_any_claim, hash).empty()) {
    tx.execute(blob_sql::insert_garbage, hash);
  }
}

BlobUse BlobLedger::use(Tx& tx, const std::string& tenant) const {
  Rows rows = tx.query(blob_sql::select_use, tenant, options_.quota_bytes);
  if (rows.empty()) return {.bytes_max = options_.quota_bytes};
  return {rows[0].integer(0), rows[0].integer(1), rows[0].integer(2)};
}

void BlobLedger::set_quota(Tx& tx, const std::string& tenant,
                           std::optional<std::int64_t> bytes_max) {
  if (bytes_max && *bytes_max < 0) throw Error(Code::invalid, "A quota is 0 or more bytes.");
  tx.execute(blob_sql::open_use, tenant);
  tx.execute(blob_sql::set_quota, tenant, bytes_max);
}

void BlobLedger::expire_uploads(Tx& tx) const {
  for (Row row : tx.query(blob_sql::select_old_uploads, to_microseconds(options_.upload_max),
                          uploads_expired_max)) {
    drop(tx, row.text(0), row.text(1), row.text(2));
  }
}

Task<int> BlobLedger::sweep(Instant deadline) {
  Timestamp begin = Core::here().clock().now();
  co_await database_.write(deadline, [this](Tx& tx) { expire_uploads(tx); });
  auto kept = to_microseconds(options_.garbage_kept);
  auto [hashes, total] = co_await database_.read(deadline, [kept](Tx& tx) {
    std::vector<std::string> old;
    for (Row row : tx.query(blob_sql::select_garbage, kept, garbage_swept_max)) {
      old.push_back(row.text(0));
    }
    Rows sums = tx.query(blob_sql::select_total);
    return std::pair(old, BlobUse{.bytes = sums[0].integer(0), .objects = sums[0].integer(1)});
  });
  bytes_.set(static_cast<double>(total.bytes));
  objects_.set(static_cast<double>(total.objects));
  int removed = 0;
  Duration margin = std::min<Duration>(settling_time, options_.garbage_kept);
  Timestamp before = begin - std::chrono::duration_cast<std::chrono::microseconds>(margin);
  for (const std::string& hash : hashes) {
    if (co_await sweep_one(hash, before, deadline)) ++removed;
  }
  swept_.add(removed);
  co_return removed;
}

// A claim made after the look below comes with a file put in place after it, which is then too
// young to go: its entry stays, and the next sweep sees the claim.
Task<bool> BlobLedger::sweep_one(std::string hash, Timestamp stored_before, Instant deadline) {
  bool is_claimed = co_await database_.write(deadline, [hash](Tx& tx) {
    bool claimed = !tx.query(blob_sql::select_any_claim, hash).empty();
    if (claimed) tx.execute(blob_sql::delete_garbage, hash);
    return claimed;
  });
  if (is_claimed) co_return false;
  bool removed = co_await blobs_.remove(deadline, hash, stored_before);
  if (!removed && co_await blobs_.size(deadline, hash)) co_return false;
  co_await database_.write(deadline,
                           [hash](Tx& tx) { tx.execute(blob_sql::delete_garbage, hash); });
  co_return removed;
}

}  // namespace antiphon::store
