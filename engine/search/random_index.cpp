#include "engine/search/random_index.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/random.h"

namespace antiphon::search {
namespace {

constexpr std::uint64_t seed = 1;
constexpr std::size_t ones = 8;  // values other than 0 of a meaning's own vector
constexpr std::size_t rounds = 2;
constexpr std::size_t steps_per_round = 3;
// How much the words count in whose explanation a word stands, beside its own meanings.
constexpr float use_weight = 0.7F;
constexpr int power_steps = 30;

float dot(std::span<const float> a, std::span<const float> b) {
  float sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add(std::span<float> to, std::span<const float> what, float weight) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += weight * what[i];
}

void make_unit(std::span<float> row) {
  float length = std::sqrt(dot(row, row));
  if (!(length > 0)) return;
  for (float& value : row) value /= length;
}

void make_unit(Matrix& matrix) {
  for (std::size_t row = 0; row < matrix.rows; ++row) make_unit(matrix.row(row));
}

// Adds of each row what its neighbours have, as one vector of length `weight`.
void add_neighbours(Matrix& to, const SparseRows& edges, const Matrix& from, float weight) {
  std::vector<float> sum(from.dimensions);
  for (std::size_t row = 0; row < edges.rows(); ++row) {
    std::ranges::fill(sum, 0);
    std::span<const float> weights = edges.weights(row);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      add(sum, from.row(edges.columns(row)[i]), weights[i]);
    }
    make_unit(sum);
    add(to.row(row), sum, weight);
  }
}

// What all rows have in common tells nothing of one.
void take_mean_away(Matrix& matrix) {
  std::vector<float> mean(matrix.dimensions);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    add(mean, matrix.row(row), 1.0F / static_cast<float>(matrix.rows));
  }
  for (std::size_t row = 0; row < matrix.rows; ++row) add(matrix.row(row), mean, -1);
}

// The direction in which rows differ most tells little of one either. Source: Mu and Viswanath,
// All-but-the-top (ICLR 2018). Found by power iteration.
void take_main_direction_away(Matrix& matrix) {
  std::vector<float> direction(matrix.dimensions, 1);
  for (int step = 0; step < power_steps; ++step) {
    make_unit(direction);
    std::vector<float> next(matrix.dimensions);
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      add(next, matrix.row(row), dot(matrix.row(row), direction));
    }
    direction = std::move(next);
  }
  make_unit(direction);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    add(matrix.row(row), direction, -dot(matrix.row(row), direction));
  }
}

Matrix random_rows(std::size_t rows, std::size_t dimensions) {
  SeededRandom random(seed);
  Matrix matrix(rows, dimensions);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t one = 0; one < ones; ++one) {
      std::uint64_t place = random.below(2 * dimensions);
      matrix.row(row)[place / 2] += place % 2 == 0 ? 1.0F : -1.0F;
    }
  }
  make_unit(matrix);
  return matrix;
}

Matrix words_of(const MeaningGraph& graph, const SparseRows& uses, const Matrix& meanings) {
  Matrix words(graph.senses.rows(), meanings.dimensions);
  add_neighbours(words, graph.senses, meanings, 1);
  add_neighbours(words, uses, meanings, use_weight);
  make_unit(words);
  return words;
}

}  // namespace

SparseRows SparseRows::transposed(std::size_t columns) const {
  std::vector<std::vector<std::pair<std::uint32_t, float>>> entries(columns);
  for (std::size_t row = 0; row < rows(); ++row) {
    for (std::size_t i = begins_[row]; i < begins_[row + 1]; ++i) {
      entries[columns_[i]].emplace_back(static_cast<std::uint32_t>(row), weights_[i]);
    }
  }
  SparseRows result;
  for (const auto& row : entries) {
    for (auto [column, weight] : row) result.add(column, weight);
    result.end_row();
  }
  return result;
}

Matrix make_word_vectors(const MeaningGraph& graph, std::size_t dimensions,
                         const std::function<void(std::size_t, std::size_t)>& progress) {
  std::size_t done = 0;
  auto step = [&] { progress(++done, rounds * steps_per_round + 1); };
  SparseRows uses = graph.glosses.transposed(graph.senses.rows());
  Matrix meanings = random_rows(graph.relations.rows(), dimensions);
  for (std::size_t round = 0; round < rounds; ++round) {
    Matrix wider = meanings;
    add_neighbours(wider, graph.relations, meanings, 1);
    make_unit(wider);
    step();
    Matrix words = words_of(graph, uses, wider);
    step();
    add_neighbours(wider, graph.glosses, words, 1);
    take_mean_away(wider);
    make_unit(wider);
    meanings = std::move(wider);
    step();
  }
  Matrix words = words_of(graph, uses, meanings);
  take_mean_away(words);
  take_main_direction_away(words);
  make_unit(words);
  step();
  return words;
}

}  // namespace antiphon::search
