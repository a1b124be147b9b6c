#include "engine/search/near_vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/random.h"

namespace antiphon::search::near_vectors_test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t dimensions = 32;
constexpr std::size_t scanned = 1'000;
constexpr std::uint32_t many = 3'000;

std::vector<float> random_vector(Random& random) {
  std::vector<float> vector;
  for (std::size_t i = 0; i < dimensions; ++i) {
    vector.push_back(static_cast<float>(random.unit() - 0.5));
  }
  return vector;
}

NearVectors random_vectors(Random& random, std::uint32_t count) {
  NearVectors vectors(dimensions, scanned);
  for (std::uint32_t slot = 0; slot < count; ++slot) vectors.put(slot, random_vector(random));
  return vectors;
}

// The share of the exact answers that are given.
double recall(const NearVectors& vectors, Random& random, const SlotMask* mask = nullptr) {
  std::size_t right = 0;
  std::size_t all = 0;
  for (int query = 0; query < 50; ++query) {
    std::vector<float> wanted = random_vector(random);
    std::vector<Near> given = vectors.nearest(wanted, 10, mask);
    for (const Near& near : vectors.exact().nearest(wanted, 10, mask)) {
      right += std::ranges::count(given, near.slot, &Near::slot) == 1;
      ++all;
    }
  }
  return static_cast<double>(right) / static_cast<double>(all);
}

TEST(NearVectors, wants_a_graph_above_what_is_scanned_only) {  // E-50
  SeededRandom random(1);
  NearVectors vectors = random_vectors(random, scanned);
  EXPECT_FALSE(vectors.wants_graph());
  vectors.put(scanned, random_vector(random));
  EXPECT_TRUE(vectors.wants_graph());
  vectors.adopt(VectorGraph::build(vectors.exact()));
  EXPECT_FALSE(vectors.wants_graph());
  EXPECT_EQ(vectors.tail(), 0u);
}

TEST(NearVectors, finds_by_the_graph_what_a_scan_finds) {  // E-50
  SeededRandom random(2);
  NearVectors vectors = random_vectors(random, many);
  EXPECT_EQ(recall(vectors, random), 1);
  vectors.adopt(VectorGraph::build(vectors.exact()));
  EXPECT_GT(recall(vectors, random), 0.9);
}

TEST(NearVectors, finds_what_came_and_changed_after_the_graph_at_once) {  // E-50
  SeededRandom random(3);
  NearVectors vectors = random_vectors(random, many);
  vectors.adopt(VectorGraph::build(vectors.exact()));
  std::vector<float> wanted = random_vector(random);
  vectors.put(many + 7, wanted);
  vectors.put(11, wanted);
  std::vector<Near> found = vectors.nearest(wanted, 2);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].slot, 11u);
  EXPECT_EQ(found[1].slot, many + 7);
  vectors.remove(11);
  vectors.remove(many + 7);
  EXPECT_LT(vectors.nearest(wanted, 1).at(0).similarity, 0.99);
  EXPECT_EQ(vectors.tail(), 0u);
}

// A graph is built beside the changes and is old when it comes.
TEST(NearVectors, adopts_a_graph_of_vectors_that_have_changed_since) {  // E-50
  SeededRandom random(4);
  NearVectors vectors = random_vectors(random, many);
  Vectors before = vectors.exact();
  for (std::uint32_t slot = 0; slot < many; slot += 10) vectors.put(slot, random_vector(random));
  for (std::uint32_t slot = 1; slot < many; slot += 10) vectors.remove(slot);
  vectors.adopt(VectorGraph::build(before));
  EXPECT_EQ(vectors.tail(), many / 10);
  EXPECT_GT(recall(vectors, random), 0.9);
}

TEST(NearVectors, holds_filters_with_a_graph) {  // E-50
  SeededRandom random(5);
  NearVectors vectors = random_vectors(random, many);
  vectors.adopt(VectorGraph::build(vectors.exact()));
  SlotMask half(many / 64 + 1, 0x5555555555555555);
  EXPECT_GT(recall(vectors, random, &half), 0.9);
  for (const Near& near : vectors.nearest(random_vector(random), 20, &half)) {
    EXPECT_EQ(near.slot % 2, 0u);
  }
  SlotMask few(2, 0b1010);
  EXPECT_EQ(recall(vectors, random, &few), 1);  // scanned
  EXPECT_THAT(vectors.nearest(random_vector(random), 20, &few), SizeIs(4));
}

TEST(NearVectors, stops_building_when_told) {
  SeededRandom random(6);
  NearVectors vectors = random_vectors(random, scanned);
  int asked = 0;
  EXPECT_EQ(VectorGraph::build(vectors.exact(), [&] { return ++asked == 5; }), nullptr);
  EXPECT_EQ(asked, 5);
}

TEST(NearVectors, of_nothing_finds_nothing) {
  NearVectors vectors(dimensions, 0);
  vectors.adopt(VectorGraph::build(vectors.exact()));
  EXPECT_THAT(vectors.nearest(std::vector<float>(dimensions, 1), 3), IsEmpty());
}

}  // namespace
}  // namespace antiphon::search::near_vectors_test
