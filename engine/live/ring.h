#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace antiphon::live {

/// A queue that holds no memory while it is empty: a session has several, and most sessions wait.
template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t index) { return items_[(begin_ + index) & (items_.size() - 1)]; }
  const T& operator[](std::size_t index) const {
    return items_[(begin_ + index) & (items_.size() - 1)];
  }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }

  void push_back(T item) {
    if (size_ == items_.size()) grow();
    ++size_;
    back() = std::move(item);
  }
  T pop_front() {
    T item = std::exchange(front(), T());
    begin_ = (begin_ + 1) & (items_.size() - 1);
    if (--size_ == 0 && items_.size() > kept_when_empty) clear();
    return item;
  }
  T pop_back() {
    T item = std::exchange(back(), T());
    --size_;
    return item;
  }
  /// Gives its memory back.
  void clear() {
    items_ = std::vector<T>();
    begin_ = size_ = 0;
  }

 private:
  // A power of two, so that places are found by a mask.
  static constexpr std::size_t first_size = 1;
  static constexpr std::size_t kept_when_empty = 16;

  void grow() {
    std::vector<T> larger(items_.empty() ? first_size : 2 * items_.size());
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    items_ = std::move(larger);
    begin_ = 0;
  }

  std::vector<T> items_;
  std::size_t begin_ = 0;
  std::size_t size_ = 0;
};

}  // namespace antiphon::live
