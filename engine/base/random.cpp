#include "engine/base/random.h"

#include <sys/random.h>

#include <cstring>

#include "engine/base/error.h"

namespace antiphon {

std::uint64_t Random::next() {
  std::uint64_t value = 0;
  fill(std::as_writable_bytes(std::span(&value, 1)));
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  ENSURE(bound > 0, "an empty range has no value");
  // Values under the threshold would make the low remainders likelier: they are drawn again.
  std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    std::uint64_t value = next();
    if (value >= threshold) return value % bound;
  }
}

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

namespace {

void fill_from_kernel(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    ENSURE(got > 0, "getrandom gives bytes once the machine has started");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

// Ids and masks are small and many: a thread asks the kernel for some at a time. A process that
// forks without exec must not use what its parent holds.
struct Reserve {
  std::array<std::byte, 512> bytes;
  std::size_t left = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::byte> bytes) {
  thread_local Reserve reserve;
  if (bytes.size() > reserve.bytes.size() / 4) return fill_from_kernel(bytes);
  if (reserve.left < bytes.size()) {
    fill_from_kernel(reserve.bytes);
    reserve.left = reserve.bytes.size();
  }
  reserve.left -= bytes.size();
  std::byte* given = reserve.bytes.data() + reserve.left;
  std::memcpy(bytes.data(), given, bytes.size());
  ::explicit_bzero(given, bytes.size());  // nobody learns later what was given out
}

void SeededRandom::fill(std::span<std::byte> bytes) {
  std::lock_guard lock(mutex_);
  while (!bytes.empty()) {
    std::uint64_t word = engine_();
    std::size_t count = std::min(bytes.size(), sizeof word);
    std::memcpy(bytes.data(), &word, count);
    bytes = bytes.subspan(count);
  }
}

}  // namespace antiphon
