#include "engine/store/lossy_disk.h"

#include <fstream>
#include <iterator>

namespace antiphon::store::testing {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// How likely a sector survives, chosen once for a crash: nothing, everything, or a part.
std::uint64_t choose_percent(Random& chance) {
  constexpr std::uint64_t percents[] = {0, 50, 90, 100};
  return percents[chance.below(std::size(percents))];
}

}  // namespace

void LossyDisk::at_operation(std::uint64_t after, std::function<void()> action) {
  std::lock_guard lock(mutex_);
  left_ = after;
  action_ = std::move(action);
}

// Called with the lock held.
void LossyDisk::count() {
  if (!action_ || --left_ > 0) return;
  std::exchange(action_, nullptr)();
}

void LossyDisk::opened(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (auto found = files_.find(path); found != files_.end() && !found->second.is_removed) return;
  // A file that was there before this disk is as safe as any.
  bool is_old = std::filesystem::exists(path);
  files_[path] = {.synced = is_old ? content_of(path) : "", .pending{}, .has_name = is_old};
}

void LossyDisk::written(const std::string& path, std::size_t offset, std::string_view bytes) {
  std::lock_guard lock(mutex_);
  count();
  files_[path].pending.push_back({offset, std::string(bytes)});
}

void LossyDisk::truncated(const std::string& path, std::size_t size) {
  std::lock_guard lock(mutex_);
  count();
  files_[path].pending.push_back({size, std::nullopt});
}

void LossyDisk::removed(const std::string& path) {
  std::lock_guard lock(mutex_);
  files_[path].is_removed = true;
}

bool LossyDisk::synced(const std::string& path) {
  std::lock_guard lock(mutex_);
  count();
  File& file = files_[path];
  for (const Change& change : file.pending) apply(file.synced, change);
  file.pending.clear();
  // SQLite syncs the folder with the first sync of a log.
  file.has_name = true;
  return true;
}

void LossyDisk::apply(std::string& content, const Change& change) {
  if (!change.bytes) {
    content.resize(change.offset);
    return;
  }
  std::size_t end = change.offset + change.bytes->size();
  if (content.size() < end) content.resize(end);
  content.replace(change.offset, change.bytes->size(), *change.bytes);
}

std::string LossyDisk::survivor(const File& file, std::uint64_t percent, Random& chance) {
  std::string content = file.synced;
  auto survives = [&] { return chance.below(100) < percent; };
  for (const Change& change : file.pending) {
    if (!change.bytes) {
      if (survives()) apply(content, change);
      continue;
    }
    for (std::size_t at = 0; at < change.bytes->size();) {
      std::size_t in_sector = sector_bytes - (change.offset + at) % sector_bytes;
      std::string piece = change.bytes->substr(at, in_sector);
      if (survives()) apply(content, {change.offset + at, piece});
      at += piece.size();
    }
  }
  return content;
}

void LossyDisk::save(const std::filesystem::path& folder, Random& chance) const {
  std::uint64_t percent = choose_percent(chance);
  for (const auto& [path, file] : files_) {
    bool is_there = file.has_name || chance.below(100) < percent;
    // A removed file may come back: its removal was not synced.
    if (file.is_removed) is_there = is_there && chance.below(100) >= percent;
    if (!is_there) continue;
    std::ofstream copy(folder / std::filesystem::path(path).filename(), std::ios::binary);
    copy << survivor(file, percent, chance);
  }
}

}  // namespace antiphon::store::testing
