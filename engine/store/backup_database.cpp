#include <sqlite3.h>

#include "engine/base/encoding.h"
#include "engine/store/backup_files.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

constexpr int busy_timeout_ms = 10'000;
constexpr int pages_per_step = 1024;

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close(connection); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

Connection open(const std::string& name, int flags) {
  sqlite3* opened = nullptr;
  int result = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(opened);
  if (result != SQLITE_OK) {
    throw Error(Code::unavailable,
                fmt::format("The database {} cannot be opened: {}.", name, sqlite3_errstr(result)));
  }
  sqlite3_busy_timeout(opened, busy_timeout_ms);
  return connection;
}

// A file that nobody writes to: no log is looked for and none is made.
Connection open_at_rest(const fs::path& file) {
  return open(fmt::format("file:{}?immutable=1", to_percent(fs::absolute(file).string())),
              SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

[[noreturn]] void fail(sqlite3* connection) {
  throw Error(Code::unavailable,
              fmt::format("The database cannot be copied: {}.", sqlite3_errmsg(connection)));
}

void execute(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(connection);
}

// Rows of text; nothing when the statement does not run.
std::optional<std::vector<std::vector<std::string>>> texts(sqlite3* connection, const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(connection, sql, -1, &prepared, nullptr) != SQLITE_OK) return {};
  std::unique_ptr<sqlite3_stmt, Close> statement(prepared);
  std::vector<std::vector<std::string>> rows;
  int result;
  while ((result = sqlite3_step(prepared)) == SQLITE_ROW) {
    std::vector<std::string>& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, i));
      row.emplace_back(text ? text : "");
    }
  }
  if (result != SQLITE_DONE) return {};
  return rows;
}

bool is_known(const std::string& set, const std::string& file,
              const std::vector<MigrationSet>& sets) {
  for (const MigrationSet& known : sets) {
    if (known.name != set) continue;
    auto has_name = [&](const EmbeddedFile& embedded) { return embedded.name == file; };
    if (std::ranges::any_of(known.files, has_name)) return true;
  }
  return false;
}

}  // namespace

void copy_database(const fs::path& from, const fs::path& to,
                   const std::function<void(double)>& on_share) {
  Connection source = open(from.string(), SQLITE_OPEN_READWRITE);
  Connection copy = open(to.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  // An open transaction keeps the moment: without it, a copy in steps begins anew with each write.
  execute(source.get(), "BEGIN");
  execute(source.get(), "SELECT COUNT(*) FROM sqlite_schema");
  sqlite3_backup* backup = sqlite3_backup_init(copy.get(), "main", source.get(), "main");
  if (backup == nullptr) fail(copy.get());
  int result;
  while ((result = sqlite3_backup_step(backup, pages_per_step)) == SQLITE_OK) {
    int total = sqlite3_backup_pagecount(backup);
    on_share(total == 0 ? 1 : 1 - double(sqlite3_backup_remaining(backup)) / total);
  }
  sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) fail(copy.get());
  execute(source.get(), "COMMIT");
  on_share(1);
}

std::vector<std::string> database_problems(const fs::path& database,
                                           const std::vector<MigrationSet>& sets) {
  Connection connection = open_at_rest(database);
  auto checked = texts(connection.get(), "PRAGMA integrity_check");
  if (!checked)
    return {fmt::format("The database is damaged: {}.", sqlite3_errmsg(connection.get()))};
  std::vector<std::string> problems;
  for (const auto& row : *checked) {
    if (row[0] != "ok") problems.push_back("The database is damaged: " + row[0]);
  }
  auto ran = texts(connection.get(), "SELECT set_name, file FROM migrations ORDER BY 1, 2");
  if (!ran) problems.push_back("The database is none of ours: it has no table of migrations.");
  for (const auto& row : ran.value_or(std::vector<std::vector<std::string>>{})) {
    if (is_known(row[0], row[1], sets)) continue;
    problems.push_back(
        fmt::format("The database is of a newer program, which has run {}/{}: "
                    "restore it with that one.",
                    row[0], row[1]));
  }
  return problems;
}

std::vector<std::string> hashes_in_use(const fs::path& database) {
  Connection connection = open_at_rest(database);
  std::vector<std::string> hashes;
  auto rows = texts(connection.get(), "SELECT DISTINCT hash FROM blob_claims WHERE is_upload = 0");
  if (!rows) return hashes;  // from before there was a ledger
  for (auto& row : *rows) hashes.push_back(std::move(row[0]));
  return hashes;
}

}  // namespace antiphon::store
