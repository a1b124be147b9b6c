#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/base/clock.h"

namespace antiphon::simulate {

/// What happened, as a number that is the same only when all of it is, and the last of it in words.
class Trace {
 public:
  /// @param who  a client ("2.1"), or "world"
  void add(Timestamp when, std::string_view who, std::string_view what);

  std::uint64_t hash() const { return hash_; }
  std::uint64_t size() const { return size_; }
  /// The newest entries, oldest first.
  std::vector<std::string> last() const;

  static constexpr std::size_t kept = 40;

 private:
  struct Entry {
    Timestamp when;
    std::string who;
    std::string what;
  };
  void mix(std::string_view bytes);

  std::uint64_t hash_ = 14695981039346656037u;
  std::uint64_t size_ = 0;
  std::array<Entry, kept> last_;
};

}  // namespace antiphon::simulate
