#include "engine/store/backup.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <set>

#include "engine/store/backup_files.h"
#include "engine/store/blob_file.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view lock_name = "backup.lock";
constexpr std::string_view partial_name = "partial";

/// A backup under way: the target is ours alone, and what is unfinished goes with this.
class Target {
 public:
  explicit Target(fs::path folder) : folder_(std::move(folder)) {
    refuse_foreign();
    fs::create_directories(folder_ / blobs_name);
    fs::permissions(folder_, fs::perms::owner_all);
    lock_ = ::open((folder_ / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
      if (lock_ >= 0) ::close(lock_);
      throw Error(Code::conflict, fmt::format("Another backup writes to {}; wait until it is done.",
                                              folder_.string()));
    }
    fs::remove_all(partial());
    fs::create_directory(partial());
  }
  ~Target() {
    std::error_code ignored;
    fs::remove_all(partial(), ignored);
    ::close(lock_);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  const fs::path& folder() const { return folder_; }
  fs::path partial() const { return folder_ / partial_name; }
  fs::path partial(std::string_view name) const { return partial() / name; }
  fs::path blob(const Blob& blob) const { return blob_path(folder_ / blobs_name, blob.hash); }

 private:
  // Files that are no longer needed are removed, so nobody else's may be there.
  void refuse_foreign() const {
    if (!fs::exists(folder_)) return;
    bool is_ours = fs::exists(folder_ / lock_name) || fs::is_empty(folder_);
    if (fs::is_directory(folder_) && is_ours) return;
    throw Error(
        Code::conflict,
        fmt::format("{} is neither empty nor a backup; name another folder.", folder_.string()));
  }

  fs::path folder_;
  int lock_ = -1;
};

Blob take_database(const fs::path& database, const Target& target, std::uint64_t total,
                   const BackupProgress& progress) {
  fs::path partial = target.partial(database_name);
  std::error_code unknown;
  auto bytes = static_cast<double>(fs::file_size(database, unknown));
  copy_database(database, partial, [&](double share) {
    progress(unknown ? 0 : static_cast<std::uint64_t>(share * bytes), total);
  });
  Blob copy = weigh_file(partial, [](std::uint64_t) {});
  fs::rename(partial, target.folder() / database_name_of(copy));
  return copy;
}

bool has_blob(const Target& target, const Blob& blob) {
  std::error_code absent;
  return fs::file_size(target.blob(blob), absent) == blob.bytes && !absent;
}

// False when it was taken away meanwhile: then nothing used it.
bool take_blob(const fs::path& blobs, const Blob& blob, const Target& target,
               const OnBytes& on_bytes) {
  fs::path partial = target.partial(blob.hash);
  Blob copy;
  try {
    copy = copy_file(blob_path(blobs, blob.hash), partial, on_bytes);
  } catch (const Error& error) {
    if (error.code() != Code::not_found) throw;
    fs::remove(partial);
    return false;
  }
  if (copy.hash != blob.hash) {
    throw Error(Code::unprocessable,
                fmt::format("The blob {} is damaged in {}: it is not what its hash says.",
                            blob.hash, blobs.string()));
  }
  fs::create_directories(target.blob(blob).parent_path());
  fs::rename(partial, target.blob(blob));
  return true;
}

// Durable before the manifest says that it is there; the manifest itself in one step.
void put_manifest(const BackupManifest& manifest, const Target& target) {
  fs::path partial = target.partial(manifest_name);
  File(partial, O_WRONLY | O_CREAT | O_EXCL).write_all(to_text(manifest));
  sync_all(target.folder());
  fs::rename(partial, target.folder() / manifest_name);
  sync_all(target.folder());
}

// What only an older backup had.
void remove_rest(const BackupManifest& manifest, const Target& target) {
  std::set<std::string> kept;
  for (const Blob& blob : manifest.blobs) kept.insert(blob.hash);
  for (const Blob& blob : list_blobs(target.folder() / blobs_name)) {
    if (!kept.contains(blob.hash)) fs::remove(target.blob(blob));
  }
  std::string database = manifest.database ? database_name_of(*manifest.database) : "";
  for (const fs::directory_entry& entry : fs::directory_iterator(target.folder())) {
    std::string name = entry.path().filename();
    if (name.starts_with("database-") && name != database) fs::remove(entry);
  }
}

std::vector<std::string> missing_blobs(const BackupManifest& manifest, const Target& target) {
  std::vector<std::string> missing;
  if (!manifest.database) return missing;
  for (std::string& hash : hashes_in_use(target.folder() / database_name_of(*manifest.database))) {
    if (!std::ranges::binary_search(manifest.blobs, hash, {}, &Blob::hash)) {
      missing.push_back(std::move(hash));
    }
  }
  return missing;
}

BackupReport take_all(const BackupSource& source, const Target& target, Timestamp now,
                      const BackupProgress& progress) {
  BackupReport report{.manifest = {.made_at = now}};
  std::uint64_t done = source.database ? fs::file_size(*source.database) : 0;
  std::uint64_t total = done;
  for (const Blob& blob : list_blobs(source.blobs)) total += blob.bytes;
  if (source.database) {
    report.manifest.database = take_database(*source.database, target, total, progress);
  }
  // Listed after the database was taken, so that every blob it names is among them.
  for (const Blob& blob : list_blobs(source.blobs)) {
    bool is_there = has_blob(target, blob);
    if (is_there) {
      done += blob.bytes;
    } else if (take_blob(source.blobs, blob, target, [&](std::uint64_t bytes) {
                 done += bytes;
                 progress(std::min(done, total), total);
               })) {
      ++report.blobs_copied;
      is_there = true;
    }
    if (is_there) report.manifest.blobs.push_back(blob);
  }
  progress(total, total);
  return report;
}

}  // namespace

BackupReport make_backup(const BackupSource& source, const fs::path& folder, Timestamp now,
                         const BackupProgress& progress) {
  try {
    if (source.database && !fs::exists(*source.database)) {
      throw Error(Code::not_found,
                  fmt::format("There is no database {}.", source.database->string()));
    }
    Target target(folder);
    BackupReport report = take_all(source, target, now, progress);
    put_manifest(report.manifest, target);
    remove_rest(report.manifest, target);
    report.missing = missing_blobs(report.manifest, target);
    return report;
  } catch (const fs::filesystem_error& error) {
    throw Error(Code::unavailable, fmt::format("The backup failed: {}.", error.what()));
  }
}

}  // namespace antiphon::store
