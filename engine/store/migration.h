#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/base/embedded.h"
#include "engine/store/database.h"

namespace antiphon::store {

/// The migrations of the engine or of one app: files "0001_name.sql", numbered without a gap and
/// embedded in the program (antiphon_embed in tool/cmake/AntiphonEmbed.cmake). Forward only: what
/// has run once is never changed. SQL as in Statement, many statements a file.
struct MigrationSet {
  std::string name;  ///< "engine", "director"
  std::span<const EmbeddedFile> files;
};

/// The engine's own tables; an app's sets come after it.
std::span<const EmbeddedFile> engine_migrations();

/// One file of a set and when it ran.
struct MigrationState {
  std::string set;
  std::string file;
  std::optional<Timestamp> applied_at;
};

/// What has run and what has not, in order. Throws as migrate().
Task<std::vector<MigrationState>> migration_states(Database& database,
                                                   std::vector<MigrationSet> sets,
                                                   Instant deadline);

/// Runs every migration that has not run, each in a transaction of its own, locked against other
/// runs. @return "set/file" of what ran now
/// @throws Error{Code::conflict} when a file that has run is changed or missing in this program;
///         Error{Code::invalid} for a file with a wrong name; what the SQL throws
Task<std::vector<std::string>> migrate(Database& database, std::vector<MigrationSet> sets,
                                       Instant deadline);

}  // namespace antiphon::store
