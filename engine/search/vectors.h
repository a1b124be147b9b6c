#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/search/dot_int8.h"

namespace antiphon::search {

inline constexpr std::size_t vector_dimensions_max = 4'096;

/// A vector that is near a query.
struct Near {
  std::uint32_t slot = 0;
  float similarity = 0;  ///< cosine
  friend bool operator==(const Near&, const Near&) = default;
};

/// Which slots may be found: bit `slot % 64` of word `slot / 64`. Slots beyond it may not.
using SlotMask = std::vector<std::uint64_t>;

/// Vectors by slot, with an exact search for those with the largest cosine. It is a value: a copy
/// shares all blocks until one of the two changes one, and costs a pointer for each 256 vectors.
/// `const` functions are thread-safe.
///
/// A search reads the vectors as bytes and knows for each how far off that can be at most. Only
/// what may belong to the best is computed again from the floats, so the answer is that of a scan
/// of the floats, not an approximation.
class Vectors {
 public:
  /// @param dimensions  1 to vector_dimensions_max
  /// @throws Error{Code::invalid}
  explicit Vectors(std::size_t dimensions);

  /// Keeps the direction of `vector` at `slot`, in place of what was there. One without a direction
  /// (all zero) is not kept: nothing is near it.
  /// @throws Error{Code::invalid} for another number of dimensions, or one that is not finite
  void put(std::uint32_t slot, std::span<const float> vector);
  void remove(std::uint32_t slot);
  bool has(std::uint32_t slot) const;
  /// The vector of a slot that has one, of length 1.
  std::span<const float> at(std::uint32_t slot) const;

  /// The `count` most similar to `query`, best first, equals by slot.
  /// @param mask  null: every slot may be found
  /// @param way   for tests and benchmarks; null: the fastest
  /// @throws Error{Code::invalid} as put()
  std::vector<Near> nearest(std::span<const float> query, std::size_t count,
                            const SlotMask* mask = nullptr, const DotWay* way = nullptr) const;

  /// Cosine of the query with one slot's vector; 0 where there is none.
  /// @param query  of length 1
  float similarity(std::span<const float> query, std::uint32_t slot) const;

  std::size_t dimensions() const { return dimensions_; }
  std::size_t size() const { return size_; }
  /// Slots from here on have no vector.
  std::uint32_t slots() const;

 private:
  struct Block;
  class Scan;
  std::size_t stride() const { return (dimensions_ + row_piece - 1) / row_piece * row_piece; }
  Block& changeable(std::uint32_t slot);
  void check(std::span<const float> vector) const;

  std::size_t dimensions_;
  std::size_t size_ = 0;
  std::vector<std::shared_ptr<Block>> blocks_;  // changed only while no copy shares them
};

/// `vector` with length 1; all zero stays so.
std::vector<float> unit_of(std::span<const float> vector);

}  // namespace antiphon::search
