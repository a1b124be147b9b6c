#include "engine/store/watched_disk.h"

#include <sqlite3.h>

#include <new>

#include "engine/base/error.h"

namespace antiphon::store::testing {

// SQLite allocates it with the real file's own structure behind it (sqlite.org/c3ref/vfs.html).
struct WatchedFile {
  sqlite3_file base;
  WatchedDisk* disk;
  std::string path;

  static WatchedFile& of(sqlite3_file* file) { return *reinterpret_cast<WatchedFile*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(&of(file) + 1);
  }
  static WatchedDisk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<WatchedDisk*>(vfs->pAppData);
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* given);
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder);
  static int close(sqlite3_file* file);
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);

  static const sqlite3_io_methods methods;
};

namespace {

// Hands a call on to the real file.
template <auto method, class... Arguments>
int pass_on(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* real = WatchedFile::real(file);
  return (real->pMethods->*method)(real, arguments...);
}

void pass_barrier(sqlite3_file* file) {
  sqlite3_file* real = WatchedFile::real(file);
  real->pMethods->xShmBarrier(real);
}

using Methods = sqlite3_io_methods;

}  // namespace

// Version 2: without memory-mapped pages, which would pass the watch by.
const sqlite3_io_methods WatchedFile::methods = {
    .iVersion = 2,
    .xClose = WatchedFile::close,
    .xRead = pass_on<&Methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = WatchedFile::write,
    .xTruncate = WatchedFile::truncate,
    .xSync = WatchedFile::sync,
    .xFileSize = pass_on<&Methods::xFileSize, sqlite3_int64*>,
    .xLock = pass_on<&Methods::xLock, int>,
    .xUnlock = pass_on<&Methods::xUnlock, int>,
    .xCheckReservedLock = pass_on<&Methods::xCheckReservedLock, int*>,
    .xFileControl = pass_on<&Methods::xFileControl, int, void*>,
    .xSectorSize = pass_on<&Methods::xSectorSize>,
    .xDeviceCharacteristics = pass_on<&Methods::xDeviceCharacteristics>,
    .xShmMap = pass_on<&Methods::xShmMap, int, int, int, void volatile**>,
    .xShmLock = pass_on<&Methods::xShmLock, int, int, int>,
    .xShmBarrier = pass_barrier,
    .xShmUnmap = pass_on<&Methods::xShmUnmap, int>,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int WatchedFile::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags,
                      int* given) {
  WatchedDisk& disk = disk_of(vfs);
  auto* watched = new (file) WatchedFile{{nullptr}, &disk, name ? name : ""};
  disk.opened(watched->path);
  int result = disk.real_->xOpen(disk.real_, name, real(file), flags, given);
  if (result == SQLITE_OK) {
    watched->base.pMethods = &methods;
  } else {
    watched->~WatchedFile();
    file->pMethods = nullptr;  // SQLite closes no file without methods
  }
  return result;
}

int WatchedFile::remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  WatchedDisk& disk = disk_of(vfs);
  disk.removed(name);
  return disk.real_->xDelete(disk.real_, name, sync_folder);
}

int WatchedFile::close(sqlite3_file* file) {
  int result = pass_on<&Methods::xClose>(file);
  of(file).~WatchedFile();
  return result;
}

int WatchedFile::write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  WatchedFile& watched = of(file);
  watched.disk->written(watched.path, static_cast<std::size_t>(offset),
                        {static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  return pass_on<&Methods::xWrite>(file, bytes, size, offset);
}

int WatchedFile::truncate(sqlite3_file* file, sqlite3_int64 size) {
  WatchedFile& watched = of(file);
  watched.disk->truncated(watched.path, static_cast<std::size_t>(size));
  return pass_on<&Methods::xTruncate>(file, size);
}

int WatchedFile::sync(sqlite3_file* file, int flags) {
  WatchedFile& watched = of(file);
  ++watched.disk->sync_count_;
  bool real = watched.disk->syncs_ == WatchedDisk::Syncs::real;
  int result = real ? pass_on<&Methods::xSync>(file, flags) : SQLITE_OK;
  if (result != SQLITE_OK) return result;
  return watched.disk->synced(watched.path) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

WatchedDisk::WatchedDisk(Syncs syncs)
    : syncs_(syncs),
      real_(sqlite3_vfs_find(nullptr)),
      watching_(std::make_unique<sqlite3_vfs>(*real_)) {
  watching_->zName = "watched";
  watching_->szOsFile = static_cast<int>(sizeof(WatchedFile)) + real_->szOsFile;
  watching_->pAppData = this;
  watching_->xOpen = WatchedFile::open;
  watching_->xDelete = WatchedFile::remove;
  ENSURE(sqlite3_vfs_register(watching_.get(), /*makeDflt=*/1) == SQLITE_OK, "it can be watched");
}

WatchedDisk::~WatchedDisk() {
  sqlite3_vfs_unregister(watching_.get());
  sqlite3_vfs_register(real_, /*makeDflt=*/1);
}

}  // namespace antiphon::store::testing
