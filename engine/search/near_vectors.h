#pragma once

#include "engine/search/vector_graph.h"

namespace antiphon::search {

/// Up to here every vector is scanned: exact, and below 3 ms (bench/README.md).
inline constexpr std::size_t scanned_max = 200'000;
/// A new graph is worth its while when so many vectors, or a tenth of all, are in none.
inline constexpr std::size_t tail_max = 20'000;
/// Below this share of the vectors a filter makes a scan of what it leaves the better way.
inline constexpr double filtered_scan_share = 0.25;

/// Vectors by slot that may grow to a million. Beyond scanned_max a graph answers for what was
/// there when it was built, and a scan for what came or changed since, so that a vector is found as
/// soon as it is put. A value as Vectors is; `const` functions are thread-safe.
///
///   if (vectors.wants_graph()) graph = VectorGraph::build(vectors.exact());  // any thread,
///   minutes vectors.adopt(graph);                                                    // where it
///   is changed
class NearVectors {
 public:
  explicit NearVectors(std::size_t dimensions, std::size_t scanned = scanned_max)
      : exact_(dimensions), scanned_(scanned) {}

  /// As Vectors::put.
  void put(std::uint32_t slot, std::span<const float> vector);
  void remove(std::uint32_t slot);

  /// The `count` most similar, best first: exactly while there is no graph or the mask leaves few
  /// vectors, else about. @param mask  as for Vectors::nearest
  std::vector<Near> nearest(std::span<const float> query, std::size_t count,
                            const SlotMask* mask = nullptr) const;
  float similarity(std::span<const float> query, std::uint32_t slot) const {
    return exact_.similarity(query, slot);
  }

  /// Whether too many vectors are in no graph.
  bool wants_graph() const;
  /// Takes a graph that was built of these vectors, as they are or as they were.
  void adopt(std::shared_ptr<const VectorGraph> graph);
  /// Vectors that a search scans.
  std::size_t tail() const { return exact_.size() - covered_; }

  const Vectors& exact() const { return exact_; }

 private:
  bool is_covered(std::uint32_t slot) const {
    return slot / 64 < cover_.size() && (cover_[slot / 64] >> (slot % 64) & 1) != 0;
  }
  void uncover(std::uint32_t slot);
  std::vector<Near> from_graph(std::span<const float> unit, std::size_t count, const SlotMask* mask,
                               double share) const;

  Vectors exact_;
  std::size_t scanned_;
  std::shared_ptr<const VectorGraph> graph_;
  SlotMask cover_;  // slots whose vector the graph has as it is now
  std::size_t covered_ = 0;
};

}  // namespace antiphon::search
