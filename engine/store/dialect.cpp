#include "engine/store/dialect.h"

#include "engine/async/core.h"

namespace antiphon::store {
namespace {

struct Word {
  std::string_view word;
  std::string_view sqlite;
  std::string_view postgresql;
};

// SQLite's clock has milliseconds. Both give one moment for all of a statement.
constexpr Word words[] = {
    {"{bytes}", "BLOB", "BYTEA"},
    {"{now}", "(CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000)",
     "(CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT))"},
    {"{skip_locked}", "", "FOR UPDATE SKIP LOCKED"},
    {"{database_bytes}", "(SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)",
     "pg_database_size(current_database())"},
};

constexpr Duration time_max = std::chrono::hours(1);

}  // namespace

std::string translate(Dialect dialect, std::string_view sql) {
  std::string translated(sql);
  for (const Word& word : words) {
    std::string_view native = dialect == Dialect::sqlite ? word.sqlite : word.postgresql;
    std::size_t at = 0;
    while ((at = translated.find(word.word, at)) != std::string::npos) {
      translated.replace(at, word.word.size(), native);
      at += native.size();
    }
  }
  return translated;
}

Error unique_violation(std::string detail) {
  return Error(Code::conflict, "There is an entry with the same key already.")
      .detail(std::move(detail));
}

Error reference_violation(std::string detail) {
  return Error(Code::conflict, "The entry refers to one that is not there, or is referred to.")
      .detail(std::move(detail));
}

Error statement_failed(std::string detail) {
  return Error(Code::internal, "The data could not be read or stored.").detail(std::move(detail));
}

Error storage_unavailable(std::string detail) {
  return Error(Code::unavailable, "The database is not available right now; try again shortly.")
      .detail(std::move(detail))
      .retry_after(1);
}

Error unknown_commit(std::string detail) {
  return Error(Code::unavailable,
               "The database failed while it stored this; look whether it is there before you "
               "try again.")
      .detail("COMMIT: " + std::move(detail));
}

Error out_of_time(std::string detail) {
  return Error(Code::timeout, "The database did not answer in time.").detail(std::move(detail));
}

Error too_many_rows(const Statement& statement) {
  return Error(Code::too_large, fmt::format("A query gave more than {} rows; it must be narrowed.",
                                            Tx::result_rows_max))
      .detail(std::string(statement.name));
}

Instant machine_deadline(Instant deadline) {
  Instant now = Core::here().clock().steady();
  Duration left = deadline > now + time_max ? time_max : deadline - now;
  return std::chrono::steady_clock::now() + left;
}

}  // namespace antiphon::store
