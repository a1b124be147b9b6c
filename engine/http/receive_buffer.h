#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace antiphon::http {

/// Bytes of a connection that came and are not yet taken. Taking them from the front moves nothing,
/// and room for more is not filled before they come.
class ReceiveBuffer {
 public:
  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool is_empty() const { return begin_ == end_; }

  /// Room for `count` bytes behind those that are here; valid until the next call of any function.
  std::span<char> room(std::size_t count) {
    if (capacity_ - end_ < count) make_room(count);
    return {bytes_.get() + end_, count};
  }
  /// So many bytes of the room were filled.
  void commit(std::size_t count) { end_ += count; }

  void take(std::size_t count) {
    begin_ += count;
    if (is_empty()) begin_ = end_ = 0;
  }
  /// Gives back memory, if nothing is here and more than `count` bytes are held.
  void shrink(std::size_t count) {
    if (is_empty() && capacity_ > count) bytes_.reset(), capacity_ = 0;
  }

 private:
  void make_room(std::size_t count) {
    char* old = bytes_.get() + begin_;
    std::unique_ptr<char[]> larger;
    if (capacity_ - size() < count) {
      // More than asked for, so that many small reads do not move everything each time.
      capacity_ = is_empty() ? count : size() + 2 * count;
      larger = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    if (!is_empty()) std::memmove(larger ? larger.get() : bytes_.get(), old, size());
    if (larger) bytes_ = std::move(larger);
    end_ -= std::exchange(begin_, 0);
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace antiphon::http
