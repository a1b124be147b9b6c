#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/store/blobs.h"
#include "engine/store/migration.h"

// What backup and restore are made of.
namespace antiphon::store {

/// Names within a backup, and within a data folder.
inline constexpr std::string_view manifest_name = "manifest";
inline constexpr std::string_view blobs_name = "blobs";
inline constexpr std::string_view database_name = "antiphon.sqlite";
std::string database_name_of(const Blob& database);

using OnBytes = std::function<void(std::uint64_t bytes)>;

/// Reads a file to its end. @throws Error{Code::not_found}, Error{Code::unavailable}
Blob weigh_file(const std::filesystem::path& path, const OnBytes& on_bytes);
/// The same while it is written to `to`, which must not be there.
Blob copy_file(const std::filesystem::path& from, const std::filesystem::path& to,
               const OnBytes& on_bytes);
/// Makes everything written to the file system of `folder` durable.
void sync_all(const std::filesystem::path& folder);
/// The contents of a folder of DiskBlobs, by hash.
std::vector<Blob> list_blobs(const std::filesystem::path& folder);

/// Copies an SQLite database as of one moment, while others write to it.
/// @param on_share  told from 0 to 1 @throws Error{Code::unavailable}
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to,
                   const std::function<void(double)>& on_share);

/// What is wrong with a database at rest, one line each: its pages, or a schema that is newer than
/// `sets`. Writes nothing beside it.
std::vector<std::string> database_problems(const std::filesystem::path& database,
                                           const std::vector<MigrationSet>& sets);
/// The hashes that its ledger says are in use.
std::vector<std::string> hashes_in_use(const std::filesystem::path& database);

}  // namespace antiphon::store
