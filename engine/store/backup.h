#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/store/blobs.h"
#include "engine/store/migration.h"

// Backup and restore (E-65). Everything here blocks; call it from a thread of its own.
namespace antiphon::store {

/// Told now and then, from the thread that works. @param done, total  bytes
using BackupProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// What a backup holds, as its file `manifest` says: one line for the database and for each blob,
/// and a last one with the hash of all before it.
struct BackupManifest {
  Timestamp made_at;
  std::optional<Blob> database;  ///< nothing: PostgreSQL, which has its own tools
  std::vector<Blob> blobs;       ///< by hash, each once
};

std::string to_text(const BackupManifest& manifest);
/// @throws Error{Code::unprocessable} for anything that to_text() did not give
BackupManifest parse_manifest(std::string_view text);

/// What is backed up.
struct BackupSource {
  std::optional<std::filesystem::path> database;  ///< of SQLite
  std::filesystem::path blobs;                    ///< the folder of DiskBlobs
};

struct BackupReport {
  BackupManifest manifest;
  std::size_t blobs_copied = 0;      ///< the others were in the backup already
  std::vector<std::string> missing;  ///< hashes that the database uses and the folder lacks
};

/// Writes a backup to the folder `target`, or brings the one there up to date: only new blobs are
/// copied. A server may write meanwhile: the database is as of one moment after the call, the blobs
/// are read after it. The new `manifest` comes last, in one step; until then the old backup is
/// whole.
/// @throws Error{Code::conflict} when another backup writes there or the folder holds other things;
///         Error{Code::unprocessable} for a blob that is not what its hash says;
///         Error{Code::unavailable} when a file or the database cannot be read or written
BackupReport make_backup(const BackupSource& source, const std::filesystem::path& target,
                         Timestamp now, const BackupProgress& progress);

/// Reads every byte of a backup. @return what is wrong with it, one line each; empty: nothing
/// @param sets  what this program knows: a database of a newer one is refused
/// @throws Error{Code::not_found} when there is no whole backup
std::vector<std::string> check_backup(const std::filesystem::path& backup,
                                      const std::vector<MigrationSet>& sets,
                                      const BackupProgress& progress);

/// Makes the data folder of a backup: `antiphon.sqlite` and `blobs`. All is written beside it and
/// checked, then moved there in one step.
/// @param replace  what is in the folder is moved aside first; else the folder must be empty
/// @return where it was moved; empty: nowhere
/// @throws Error{Code::conflict} for a folder that is not empty; Error{Code::unprocessable} naming
///         everything that is wrong with the backup; as check_backup
std::filesystem::path restore_backup(const std::filesystem::path& backup,
                                     const std::filesystem::path& folder, bool replace,
                                     Timestamp now, const std::vector<MigrationSet>& sets,
                                     const BackupProgress& progress);

}  // namespace antiphon::store
