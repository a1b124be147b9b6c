#pragma once

#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "engine/base/read_room.h"

namespace antiphon::http {

/// Bytes of a connection that came and are not yet taken. Taking them from the front moves nothing,
/// and room for more is not filled before they come.
class ReceiveBuffer {
 public:
  std::string_view view() const { return {room_.data() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool is_empty() const { return begin_ == end_; }

  /// Room for `count` bytes behind those that are here; valid until the next call of any function.
  std::span<char> room(std::size_t count) {
    if (room_.size() - end_ < count) make_room(count);
    return {room_.data() + end_, count};
  }
  /// So many bytes of the room were filled.
  void commit(std::size_t count) { end_ += count; }

  void take(std::size_t count) {
    begin_ += count;
    if (is_empty()) begin_ = end_ = 0;
  }
  /// Gives back memory, if nothing is here and more than `count` bytes are held.
  void shrink(std::size_t count) {
    if (is_empty() && room_.size() > count) room_ = {};
  }

 private:
  void make_room(std::size_t count) {
    char* old = room_.data() + begin_;
    ReadRoom larger;
    if (room_.size() - size() < count) {
      // More than asked for, so that many small reads do not move everything each time.
      larger = ReadRoom(is_empty() ? count : size() + 2 * count);
    }
    bool is_larger = larger.size() > 0;
    if (!is_empty()) std::memmove(is_larger ? larger.data() : room_.data(), old, size());
    if (is_larger) room_ = std::move(larger);
    end_ -= std::exchange(begin_, 0);
  }

  ReadRoom room_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace antiphon::http
