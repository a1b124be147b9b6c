#include "engine/base/read_room.h"

#include <utility>
#include <vector>

namespace antiphon {
namespace {

constexpr std::size_t rooms_kept_max = 64;  // of a thread: 1 MiB

std::vector<std::unique_ptr<char[]>>& kept_rooms() {
  thread_local std::vector<std::unique_ptr<char[]>> kept;
  return kept;
}

std::unique_ptr<char[]> take_kept() {
  auto& kept = kept_rooms();
  if (kept.empty()) return nullptr;
  auto bytes = std::move(kept.back());
  kept.pop_back();
  return bytes;
}

}  // namespace

ReadRoom::ReadRoom(std::size_t size) : size_(size) {
  if (size == usual_bytes) bytes_ = take_kept();
  if (!bytes_) bytes_ = std::make_unique_for_overwrite<char[]>(size);
}

ReadRoom::ReadRoom(ReadRoom&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

ReadRoom& ReadRoom::operator=(ReadRoom&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

ReadRoom::~ReadRoom() {
  if (!bytes_ || size_ != usual_bytes || kept_rooms().size() >= rooms_kept_max) return;
  kept_rooms().push_back(std::move(bytes_));
}

}  // namespace antiphon
