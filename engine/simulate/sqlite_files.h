#pragma once

#include "engine/base/clock.h"
#include "engine/simulate/disk.h"

namespace antiphon::simulate {

/// While it lives, SQLite's files on this thread are those of `disk`, and its time is `clock`'s.
/// Databases are opened, used and closed inside of one. They do not nest.
class SqliteFiles {
 public:
  SqliteFiles(std::shared_ptr<SimulatedDisk> disk, const Clock& clock);
  ~SqliteFiles();
  SqliteFiles(const SqliteFiles&) = delete;
  SqliteFiles& operator=(const SqliteFiles&) = delete;
};

}  // namespace antiphon::simulate
