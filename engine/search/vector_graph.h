#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "engine/search/vectors.h"

namespace antiphon::search {

/// How many neighbours a vector keeps, how many candidates are looked at when one is put in, and
/// when one is searched for: a recall@10 of 0.99 (bench/README.md).
inline constexpr std::size_t graph_links = 16;
inline constexpr std::size_t graph_build_width = 200;
inline constexpr std::size_t graph_search_width = 64;

/// A graph over vectors that stay as they are, for an approximate search in a time that hardly
/// grows with their number. Never changed once built, because hnswlib does not bear a search while
/// it grows; NearVectors scans exactly what came since. Thread-safe. Source: Malkov and Yashunin,
/// Efficient and robust approximate nearest neighbor search using hierarchical navigable small
/// world graphs (2016), in hnswlib.
class VectorGraph {
 public:
  /// Of all vectors that are there; takes minutes for a million on one core, and a copy of their
  /// floats. @param is_stopped  asked between vectors
  /// @return null when it was stopped
  static std::shared_ptr<const VectorGraph> build(
      const Vectors& vectors, const std::function<bool()>& is_stopped = [] { return false; });
  ~VectorGraph();
  VectorGraph(const VectorGraph&) = delete;
  VectorGraph& operator=(const VectorGraph&) = delete;

  /// About the `count` nearest, best first. @param query  of length 1
  std::vector<Near> nearest(std::span<const float> query, std::size_t count) const;

  /// What it was built of.
  const Vectors& vectors() const { return vectors_; }

 private:
  struct Graph;
  explicit VectorGraph(const Vectors& vectors);

  Vectors vectors_;
  std::unique_ptr<Graph> graph_;
};

}  // namespace antiphon::search
