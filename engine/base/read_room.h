#pragma once

#include <cstddef>
#include <memory>

namespace antiphon {

/// Bytes to read into, which nobody fills before. Those of the usual size are kept by the thread
/// when they are given back, up to a number, and given out again: the heap is slow with blocks so
/// large, and the next reader finds one that is still in the cache.
class ReadRoom {
 public:
  static constexpr std::size_t usual_bytes = std::size_t{16} << 10;

  ReadRoom() = default;
  explicit ReadRoom(std::size_t size);
  ReadRoom(ReadRoom&& other) noexcept;
  ReadRoom& operator=(ReadRoom&& other) noexcept;
  ~ReadRoom();

  char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace antiphon
