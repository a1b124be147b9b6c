#include "engine/simulate/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace antiphon::simulate {
namespace {

constexpr std::size_t shown_bytes_max = 160;  // of an entry
constexpr std::uint64_t prime = 1099511628211u;

}  // namespace

// FNV-1a, eight bytes at a time, and the high half folded in so that every byte counts.
void Trace::mix(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 8))) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), std::min<std::size_t>(bytes.size(), 8));
    hash_ = (hash_ ^ word) * prime;
    hash_ ^= hash_ >> 32;
  }
  hash_ = (hash_ ^ 0xff) * prime;
}

void Trace::add(Timestamp when, std::string_view who, std::string_view what) {
  std::int64_t time = when.time_since_epoch().count();
  mix({reinterpret_cast<const char*>(&time), sizeof time});
  mix(who);
  mix(what);
  Entry& entry = last_[size_++ % kept];
  entry.when = when;
  entry.who.assign(who);
  entry.what.assign(what);
}

std::vector<std::string> Trace::last() const {
  std::vector<std::string> lines;
  for (std::uint64_t i = size_ > kept ? size_ - kept : 0; i < size_; ++i) {
    const Entry& entry = last_[i % kept];
    lines.push_back(fmt::format("{} {:>5} {}", to_rfc3339(entry.when), entry.who,
                                std::string_view(entry.what).substr(0, shown_bytes_max)));
  }
  return lines;
}

}  // namespace antiphon::simulate
