#include "engine/simulate/sqlite_files.h"

#include <sqlite3.h>

#include <cstring>
#include <mutex>

#include "engine/base/error.h"

// A virtual file system of SQLite (https://sqlite.org/vfs.html) over a simulated disk. It is the
// default one, and passes everything on outside of a SqliteFiles. One connection at a time has a
// database, so locks need not exclude anybody.

namespace antiphon::simulate {
namespace {

struct Place {
  std::shared_ptr<SimulatedDisk> disk;
  const Clock* clock = nullptr;
};
thread_local Place place;

sqlite3_vfs* real() {
  static sqlite3_vfs* first = sqlite3_vfs_find(nullptr);
  return first;
}

constexpr std::size_t shared_page_bytes = std::size_t{32} << 10;  // of the WAL's index

struct OpenFile {
  sqlite3_file base;
  SimulatedDisk::FilePointer* file;
  std::vector<std::unique_ptr<std::array<char, shared_page_bytes>>>* shared;
};

OpenFile& open_file(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
SimulatedFile& content(sqlite3_file* file) { return **open_file(file).file; }

int close_file(sqlite3_file* file) {
  delete open_file(file).file;
  delete open_file(file).shared;
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  const std::string& bytes = content(file).bytes();
  auto begin = std::min(static_cast<std::size_t>(offset), bytes.size());
  auto wanted = static_cast<std::size_t>(count);
  std::size_t got = bytes.copy(static_cast<char*>(into), wanted, begin);
  std::memset(static_cast<char*>(into) + got, 0, wanted - got);
  return got == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  content(file).write(static_cast<std::size_t>(offset),
                      {static_cast<const char*>(from), static_cast<std::size_t>(count)});
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  content(file).truncate(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int sync_file(sqlite3_file* file, int) {
  content(file).sync();
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(content(file).bytes().size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file*, int) { return SQLITE_OK; }

int is_reserved(sqlite3_file*, int* result) {
  *result = 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  auto& pages = *open_file(file).shared;
  auto wanted = static_cast<std::size_t>(region);
  *memory = nullptr;
  if (static_cast<std::size_t>(size) != shared_page_bytes) return SQLITE_IOERR_SHMMAP;
  if (wanted >= pages.size() && extend == 0) return SQLITE_OK;
  while (pages.size() <= wanted) {
    pages.push_back(std::make_unique<std::array<char, shared_page_bytes>>());
  }
  *memory = pages[wanted]->data();
  return SQLITE_OK;
}

int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void order_shared(sqlite3_file*) {}

int unmap_shared(sqlite3_file* file, int) {
  open_file(file).shared->clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = lock_file,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = order_shared,
    .xShmUnmap = unmap_shared,
};

int open_path(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  if (!place.disk) return real()->xOpen(real(), path, file, flags, out_flags);
  auto found = path == nullptr ? std::make_shared<SimulatedFile>()
                               : place.disk->open(path, (flags & SQLITE_OPEN_CREATE) != 0);
  file->pMethods = nullptr;
  if (!found) return SQLITE_CANTOPEN;
  OpenFile& opened = open_file(file);
  opened.file = new SimulatedDisk::FilePointer(std::move(found));
  opened.shared = new std::vector<std::unique_ptr<std::array<char, shared_page_bytes>>>();
  file->pMethods = &methods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_path(sqlite3_vfs*, const char* path, int sync) {
  if (!place.disk) return real()->xDelete(real(), path, sync);
  place.disk->remove(path);
  return SQLITE_OK;
}

int access_path(sqlite3_vfs*, const char* path, int flags, int* result) {
  if (!place.disk) return real()->xAccess(real(), path, flags, result);
  *result = place.disk->exists(path) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  if (!place.disk) return real()->xFullPathname(real(), path, size, out);
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}

// In milliseconds of the Julian day.
int time_now(sqlite3_vfs*, sqlite3_int64* time) {
  constexpr sqlite3_int64 unix_epoch = 210866760000000;
  if (!place.clock) return real()->xCurrentTimeInt64(real(), time);
  auto since = place.clock->now().time_since_epoch();
  *time = unix_epoch + std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  return SQLITE_OK;
}

void take_over() {
  static std::once_flag once;
  static sqlite3_vfs ours;
  std::call_once(once, [] {
    ours = *real();
    ours.iVersion = 2;
    ours.pNext = nullptr;
    ours.zName = "antiphon-simulated";
    ours.szOsFile = std::max(ours.szOsFile, static_cast<int>(sizeof(OpenFile)));
    ours.xOpen = open_path;
    ours.xDelete = delete_path;
    ours.xAccess = access_path;
    ours.xFullPathname = full_path;
    ours.xCurrentTimeInt64 = time_now;
    sqlite3_vfs_register(&ours, 1);
  });
}

}  // namespace

SqliteFiles::SqliteFiles(std::shared_ptr<SimulatedDisk> disk, const Clock& clock) {
  take_over();
  ENSURE(!place.disk, "the files of SQLite are those of one disk at a time");
  place = {std::move(disk), &clock};
}

SqliteFiles::~SqliteFiles() { place = {}; }

}  // namespace antiphon::simulate
