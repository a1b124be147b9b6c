#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

// Vectors of words without learning: each meaning gets a sparse random vector, and what stands in
// relation takes on some of each other's, so that words of near meanings end up near.
// Source: Kanerva, Kristoferson and Holst, Random indexing of text samples for latent semantic
// analysis (2000); Sahlgren, An introduction to random indexing (2005).

namespace antiphon::search {

/// Rows of few values.
class SparseRows {
 public:
  void add(std::uint32_t column, double weight) {
    columns_.push_back(column);
    weights_.push_back(static_cast<float>(weight));
  }
  /// Ends the row that add() goes to.
  void end_row() { begins_.push_back(columns_.size()); }

  std::size_t rows() const { return begins_.size() - 1; }
  std::span<const std::uint32_t> columns(std::size_t row) const {
    return std::span(columns_).subspan(begins_[row], begins_[row + 1] - begins_[row]);
  }
  std::span<const float> weights(std::size_t row) const {
    return std::span(weights_).subspan(begins_[row], begins_[row + 1] - begins_[row]);
  }
  /// Columns become rows. @param columns  how many there are
  SparseRows transposed(std::size_t columns) const;

 private:
  std::vector<std::size_t> begins_{0};
  std::vector<std::uint32_t> columns_;
  std::vector<float> weights_;
};

/// Rows of `dimensions` values.
struct Matrix {
  Matrix(std::size_t row_count, std::size_t dimension_count)
      : rows(row_count), dimensions(dimension_count), values(row_count * dimension_count) {}
  std::span<float> row(std::size_t at) {
    return std::span(values).subspan(at * dimensions, dimensions);
  }
  std::span<const float> row(std::size_t at) const {
    return std::span(values).subspan(at * dimensions, dimensions);
  }

  std::size_t rows;
  std::size_t dimensions;
  std::vector<float> values;
};

/// What the vectors are made of.
struct MeaningGraph {
  SparseRows relations;  ///< meaning to meanings
  SparseRows senses;     ///< word to its meanings
  SparseRows glosses;    ///< meaning to the words that explain it
};

/// A vector of length 1 for each word, or all zero for a word that nothing is known of. The same
/// for the same graph.
/// @param progress  told (steps done, steps in all)
Matrix make_word_vectors(const MeaningGraph& graph, std::size_t dimensions,
                         const std::function<void(std::size_t, std::size_t)>& progress);

}  // namespace antiphon::search
