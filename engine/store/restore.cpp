#include <fcntl.h>
#include <fmt/ranges.h>

#include "engine/store/backup.h"
#include "engine/store/backup_files.h"
#include "engine/store/blob_file.h"
#include "engine/store/limits.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

BackupManifest read_manifest(const fs::path& backup) {
  try {
    return parse_manifest(File(backup / manifest_name, O_RDONLY).read_at(0, manifest_bytes_max));
  } catch (const Error& error) {
    if (error.code() != Code::not_found) throw;
    throw Error(Code::not_found, fmt::format("{} holds no whole backup.", backup.string()));
  }
}

/// Goes through a backup, file by file, and gathers what is wrong.
class Inspection {
 public:
  Inspection(const fs::path& backup, const BackupProgress& progress)
      : backup_(backup), progress_(progress), manifest_(read_manifest(backup)) {
    if (manifest_.database) total_ += manifest_.database->bytes;
    for (const Blob& blob : manifest_.blobs) total_ += blob.bytes;
  }

  const BackupManifest& manifest() const { return manifest_; }
  fs::path database() const { return backup_ / database_name_of(*manifest_.database); }

  /// @param to  a folder to which everything is copied; empty: nothing is
  std::vector<std::string> run(const fs::path& to, const std::vector<MigrationSet>& sets) {
    if (manifest_.database) look_at_database(to, sets);
    for (const Blob& blob : manifest_.blobs) {
      fs::path copy = to.empty() ? to : blob_path(to / blobs_name, blob.hash);
      if (!copy.empty()) fs::create_directories(copy.parent_path());
      look_at("The blob " + blob.hash, blob, blob_path(backup_ / blobs_name, blob.hash), copy);
    }
    return std::move(problems_);
  }

 private:
  void look_at_database(const fs::path& to, const std::vector<MigrationSet>& sets) {
    fs::path copy = to.empty() ? to : to / database_name;
    if (!look_at("The database", *manifest_.database, database(), copy)) return;
    for (std::string& problem : database_problems(database(), sets)) {
      problems_.push_back(std::move(problem));
    }
  }

  bool look_at(const std::string& what, const Blob& expected, const fs::path& file,
               const fs::path& copy) {
    auto on_bytes = [this](std::uint64_t bytes) {
      done_ += bytes;
      progress_(std::min(done_, total_), total_);
    };
    try {
      Blob found = copy.empty() ? weigh_file(file, on_bytes) : copy_file(file, copy, on_bytes);
      if (found.hash == expected.hash && found.bytes == expected.bytes) return true;
      problems_.push_back(what + " is damaged: it is not what its hash says.");
    } catch (const Error& error) {
      if (error.code() != Code::not_found) throw;
      problems_.push_back(what + " is missing.");
    }
    return false;
  }

  const fs::path& backup_;
  const BackupProgress& progress_;
  BackupManifest manifest_;
  std::vector<std::string> problems_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

/// A folder beside the one that is made, gone unless it was moved there.
class Staging {
 public:
  explicit Staging(const fs::path& folder) : path_(folder.string() + ".restoring") {
    fs::remove_all(path_);
    fs::create_directories(path_ / blobs_name);
    fs::permissions(path_, fs::perms::owner_all);
  }
  ~Staging() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

bool is_free(const fs::path& folder) {
  return !fs::exists(folder) || (fs::is_directory(folder) && fs::is_empty(folder));
}

// Gives where the old one went; empty when there was none.
fs::path make_room(const fs::path& folder, Timestamp now) {
  if (is_free(folder)) return {};
  auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  fs::path aside = fmt::format("{}.before-{}", folder.string(), seconds);
  fs::rename(folder, aside);
  return aside;
}

}  // namespace

std::vector<std::string> check_backup(const fs::path& backup, const std::vector<MigrationSet>& sets,
                                      const BackupProgress& progress) {
  return Inspection(backup, progress).run({}, sets);
}

fs::path restore_backup(const fs::path& backup, const fs::path& given, bool replace, Timestamp now,
                        const std::vector<MigrationSet>& sets, const BackupProgress& progress) {
  fs::path folder = fs::absolute(given).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  try {
    Inspection inspection(backup, progress);
    if (!replace && !is_free(folder)) {
      throw Error(Code::conflict, fmt::format("{} is not empty. Name a new folder with --data, or "
                                              "move what is there aside with --force.",
                                              folder.string()));
    }
    Staging staging(folder);
    std::vector<std::string> problems = inspection.run(staging.path(), sets);
    if (!problems.empty()) {
      throw Error(Code::unprocessable,
                  fmt::format("Nothing was restored. {}", fmt::join(problems, "\n  ")));
    }
    sync_all(staging.path());
    fs::path aside = make_room(folder, now);
    fs::rename(staging.path(), folder);
    sync_all(folder);
    return aside;
  } catch (const fs::filesystem_error& error) {
    throw Error(Code::unavailable, fmt::format("The restore failed: {}.", error.what()));
  }
}

}  // namespace antiphon::store
