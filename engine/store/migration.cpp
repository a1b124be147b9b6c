#include "engine/store/migration.h"

#include <cctype>

#include "engine/base/encoding.h"

namespace antiphon::store {
namespace {

constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS migrations (set_name TEXT NOT NULL, file TEXT NOT NULL, "
    "hash TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (set_name, file))";

constexpr Statement select_applied{
    "migrations.of_set",
    "SELECT file, hash, applied_at FROM migrations WHERE set_name = $1 ORDER BY file"};

constexpr Statement insert_applied{
    "migrations.insert",
    "INSERT INTO migrations (set_name, file, hash, applied_at) VALUES ($1, $2, $3, {now})"};

// "0001_name.sql" for the first, and so on.
bool is_named_well(std::string_view name, std::size_t number) {
  constexpr std::string_view ending = ".sql";
  auto start = fmt::format("{:04}_", number);
  if (!name.starts_with(start) || !name.ends_with(ending)) return false;
  if (name.size() <= start.size() + ending.size()) return false;
  auto middle = name.substr(start.size(), name.size() - start.size() - ending.size());
  return std::all_of(middle.begin(), middle.end(), [](unsigned char c) {
    return std::islower(c) || std::isdigit(c) || c == '_';
  });
}

void check_names(const std::vector<MigrationSet>& sets) {
  for (const MigrationSet& set : sets) {
    for (std::size_t i = 0; i < set.files.size(); ++i) {
      if (is_named_well(set.files[i].name, i + 1)) continue;
      throw Error(Code::invalid,
                  fmt::format("The migration {}/{} must be named {:04}_name.sql, in lower case.",
                              set.name, set.files[i].name, i + 1));
    }
  }
}

// What has run of a set must be the beginning of its files, unchanged.
void check_history(const MigrationSet& set, const Rows& applied) {
  for (std::size_t i = 0; i < applied.size(); ++i) {
    std::string file = applied[i].text(0);
    if (i >= set.files.size() || set.files[i].name != file) {
      throw Error(Code::conflict,
                  fmt::format("The database has the migration {}/{}, which this program does not: "
                              "run the newer program that made it.",
                              set.name, file));
    }
    if (sha256_hex(set.files[i].text) != applied[i].text(1)) {
      throw Error(Code::conflict,
                  fmt::format("The migration {}/{} was changed after it had run: restore the file "
                              "and put the change into a new one.",
                              set.name, file));
    }
  }
}

std::vector<MigrationState> states_of(Tx& tx, const std::vector<MigrationSet>& sets) {
  tx.run_script(create_table);
  std::vector<MigrationState> states;
  for (const MigrationSet& set : sets) {
    Rows applied = tx.query(select_applied, set.name);
    check_history(set, applied);
    for (std::size_t i = 0; i < set.files.size(); ++i) {
      auto when = i < applied.size() ? std::optional(applied[i].time(2)) : std::nullopt;
      states.push_back({set.name, std::string(set.files[i].name), when});
    }
  }
  return states;
}

const EmbeddedFile& file_of(const std::vector<MigrationSet>& sets, const MigrationState& state) {
  for (const MigrationSet& set : sets) {
    for (const EmbeddedFile& file : set.files) {
      if (set.name == state.set && file.name == state.file) return file;
    }
  }
  ENSURE(false, "a state is of a file that was given");
}

// Runs the first migration that has not run; gives its name, or nothing when all have. Looks
// afresh each time: another process may have run some in between.
std::optional<std::string> step(Tx& tx, const std::vector<MigrationSet>& sets) {
  auto states = states_of(tx, sets);
  auto next = std::find_if(states.begin(), states.end(),
                           [](const MigrationState& state) { return !state.applied_at; });
  if (next == states.end()) return std::nullopt;
  const EmbeddedFile& file = file_of(sets, *next);
  tx.run_script(file.text);
  tx.execute(insert_applied, next->set, next->file, sha256_hex(file.text));
  return fmt::format("{}/{}", next->set, next->file);
}

Task<std::vector<std::string>> run_all(Database* database, std::vector<MigrationSet> sets,
                                       Instant deadline) {
  std::vector<std::string> ran;
  for (;;) {
    auto name = co_await database->exclusive(deadline, [sets](Tx& tx) { return step(tx, sets); });
    if (!name) co_return ran;
    ran.push_back(std::move(*name));
  }
}

}  // namespace

Task<std::vector<MigrationState>> migration_states(Database& database,
                                                   std::vector<MigrationSet> sets,
                                                   Instant deadline) {
  check_names(sets);
  return database.exclusive(deadline,
                            [sets = std::move(sets)](Tx& tx) { return states_of(tx, sets); });
}

Task<std::vector<std::string>> migrate(Database& database, std::vector<MigrationSet> sets,
                                       Instant deadline) {
  check_names(sets);
  return run_all(&database, std::move(sets), deadline);
}

}  // namespace antiphon::store
