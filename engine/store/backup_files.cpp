#include "engine/store/backup_files.h"

#include <fcntl.h>
#include <unistd.h>

#include "engine/store/blob_file.h"

namespace antiphon::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t copied_piece_bytes = 1 << 20;

template <class F>
Blob read_through(const fs::path& path, F on_piece) {
  File file(path, O_RDONLY);
  Hasher hasher;
  std::uint64_t bytes = 0;
  for (;;) {
    std::string piece = file.read_at(bytes, copied_piece_bytes);
    if (piece.empty()) break;
    hasher.add(piece);
    bytes += piece.size();
    on_piece(piece);
  }
  return {hasher.finish(), bytes};
}

bool is_hash(const std::string& name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::string database_name_of(const Blob& database) {
  return fmt::format("database-{}.sqlite", database.hash.substr(0, 16));
}

Blob weigh_file(const fs::path& path, const OnBytes& on_bytes) {
  return read_through(path, [&](const std::string& piece) { on_bytes(piece.size()); });
}

Blob copy_file(const fs::path& from, const fs::path& to, const OnBytes& on_bytes) {
  File copy(to, O_WRONLY | O_CREAT | O_EXCL);
  return read_through(from, [&](const std::string& piece) {
    copy.write_all(piece);
    on_bytes(piece.size());
  });
}

void sync_all(const fs::path& folder) {
  int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool is_synced = descriptor >= 0 && ::syncfs(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!is_synced) {
    throw Error(Code::unavailable,
                fmt::format("What was written to {} could not be made durable.", folder.string()));
  }
}

std::vector<Blob> list_blobs(const fs::path& folder) {
  std::vector<Blob> blobs;
  if (!fs::is_directory(folder)) return blobs;
  for (const fs::directory_entry& first : fs::directory_iterator(folder)) {
    if (!first.is_directory() || first.path().filename() == partial_folder(folder).filename()) {
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(first)) {
      std::string name = entry.path().filename();
      std::error_code gone;
      std::uint64_t bytes = is_hash(name) ? fs::file_size(entry, gone) : 0;
      if (is_hash(name) && !gone) blobs.push_back({name, bytes});
    }
  }
  std::ranges::sort(blobs, {}, &Blob::hash);
  return blobs;
}

}  // namespace antiphon::store
