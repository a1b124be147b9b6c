#include "engine/search/vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>

#include "engine/base/error.h"
#include "engine/base/random.h"

namespace antiphon::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<float> random_vector(Random& random, std::size_t dimensions) {
  std::vector<float> vector;
  for (std::size_t i = 0; i < dimensions; ++i) {
    vector.push_back(static_cast<float>(random.unit() - 0.5));
  }
  return vector;
}

bool allows(const SlotMask* mask, std::uint32_t slot) {
  return mask == nullptr ||
         (slot / 64 < mask->size() && ((*mask)[slot / 64] >> (slot % 64) & 1) != 0);
}

// Reads every float, in doubles.
std::vector<double> similarities(const Vectors& vectors, std::span<const float> query,
                                 std::uint32_t slots, const SlotMask* mask) {
  std::vector<float> unit = unit_of(query);
  std::vector<double> all;
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    if (!vectors.has(slot) || !allows(mask, slot)) continue;
    double sum = 0;
    for (std::size_t i = 0; i < unit.size(); ++i) {
      sum += double{unit[i]} * double{vectors.at(slot)[i]};
    }
    all.push_back(sum);
  }
  std::ranges::sort(all, std::greater());
  return all;
}

// The answer of a search is that of reading every float: the same similarities, best first.
void expect_exact(const Vectors& vectors, std::span<const float> query, std::uint32_t slots,
                  std::size_t count, const SlotMask* mask) {
  std::vector<double> truth = similarities(vectors, query, slots, mask);
  truth.resize(std::min(truth.size(), count));
  for (const DotWay& way : dot_ways()) {
    std::vector<Near> found = vectors.nearest(query, count, mask, &way);
    ASSERT_EQ(found.size(), truth.size()) << way.name;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_NEAR(found[i].similarity, truth[i], 1e-5) << way.name << " at " << i;
      EXPECT_TRUE(allows(mask, found[i].slot));
    }
  }
}

struct alignas(row_piece) Piece {
  std::array<std::int8_t, row_piece> values;
};

// Rows of chance; some hold nothing but the largest values.
std::vector<Piece> random_rows(Random& random, std::size_t pieces) {
  std::vector<Piece> rows(pieces);
  for (Piece& piece : rows) {
    bool is_extreme = random.below(3) == 0;
    for (std::int8_t& value : piece.values) {
      auto chance = static_cast<int>(random.below(255)) - 127;
      value = static_cast<std::int8_t>(!is_extreme ? chance : chance < 0 ? -127 : 127);
    }
  }
  return rows;
}

TEST(DotInt8, every_way_gives_the_numbers_of_the_plain_one) {  // E-51
  SeededRandom random(1);
  EXPECT_EQ(dot_ways().back().name, "plain");
  for (std::size_t stride : {64, 128, 384, 448, 4096}) {
    for (std::size_t count : {0, 1, 3, 4, 5, 255, 256}) {
      std::vector<Piece> query = random_rows(random, stride / row_piece);
      std::vector<Piece> rows = random_rows(random, count * stride / row_piece);
      const std::int8_t* values = rows.empty() ? nullptr : rows[0].values.data();
      std::vector<std::int32_t> sums(count);
      for (std::size_t row = 0; row < count; ++row) {
        for (std::size_t i = 0; i < stride; ++i) sums[row] += values[row * stride + i];
      }
      std::vector<std::int32_t> truth(count);
      for (std::size_t row = 0; row < count; ++row) {
        for (std::size_t i = 0; i < stride; ++i) {
          truth[row] += query[0].values.data()[i] * values[row * stride + i];
        }
      }
      for (const DotWay& way : dot_ways()) {
        std::vector<std::int32_t> given(count);
        way.dot(query[0].values.data(), values, sums.data(), stride, count, given.data());
        EXPECT_EQ(given, truth) << way.name << ' ' << stride << ' ' << count;
      }
    }
  }
}

TEST(Vectors, finds_what_a_scan_of_the_floats_finds) {  // E-50, E-51
  SeededRandom random(2);
  for (std::size_t dimensions : {1, 7, 64, 100, 384}) {
    Vectors vectors(dimensions);
    std::uint32_t slots = 700;
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      if (random.below(4) > 0) vectors.put(slot, random_vector(random, dimensions));
    }
    SlotMask mask(slots / 64);  // the last slots stand beyond it
    for (std::uint64_t& word : mask) word = random.next();
    for (int query = 0; query < 20; ++query) {
      std::vector<float> wanted = random_vector(random, dimensions);
      for (std::size_t count : {1, 10, 2000}) {
        expect_exact(vectors, wanted, slots, count, nullptr);
        expect_exact(vectors, wanted, slots, count, &mask);
      }
    }
  }
}

// Vectors so near each other that their bytes are the same.
TEST(Vectors, tells_near_twins_apart) {  // E-51
  SeededRandom random(3);
  std::vector<float> middle = random_vector(random, 384);
  Vectors vectors(384);
  for (std::uint32_t slot = 0; slot < 600; ++slot) {
    std::vector<float> twin = middle;
    for (float& value : twin) value += static_cast<float>((random.unit() - 0.5) * 1e-3);
    vectors.put(slot, twin);
  }
  expect_exact(vectors, middle, 600, 10, nullptr);
}

TEST(Vectors, puts_equals_in_the_order_of_their_slots) {
  Vectors vectors(2);
  for (std::uint32_t slot : {9U, 300U, 4U}) vectors.put(slot, std::vector<float>{0, 2});
  EXPECT_THAT(vectors.nearest(std::vector<float>{0, 1}, 2), ElementsAre(Near{4, 1}, Near{9, 1}));
}

TEST(Vectors, is_a_value_whose_copies_do_not_see_later_changes) {  // E-50
  Vectors before(2);
  before.put(0, std::vector<float>{1, 0});
  Vectors after = before;
  after.put(0, std::vector<float>{0, 1});
  after.put(500, std::vector<float>{1, 0});
  EXPECT_EQ(before.size(), 1u);
  EXPECT_THAT(before.nearest(std::vector<float>{1, 0}, 5), ElementsAre(Near{0, 1}));
  EXPECT_THAT(after.nearest(std::vector<float>{1, 0}, 5), ElementsAre(Near{500, 1}, Near{0, 0}));
  after.remove(500);
  after.remove(500);
  EXPECT_EQ(after.size(), 1u);
}

TEST(Vectors, nothing_is_near_a_vector_without_direction) {
  Vectors vectors(3);
  vectors.put(1, std::vector<float>{0, 0, 0});
  EXPECT_EQ(vectors.size(), 0u);
  vectors.put(1, std::vector<float>{1, 0, 0});
  EXPECT_THAT(vectors.nearest(std::vector<float>{0, 0, 0}, 3), IsEmpty());
  vectors.put(1, std::vector<float>{0, 0, 0});
  EXPECT_EQ(vectors.size(), 0u);
}

TEST(Vectors, refuses_what_is_no_vector_of_its_kind) {
  EXPECT_THROW(Vectors(0), Error);
  EXPECT_THROW(Vectors(vector_dimensions_max + 1), Error);
  Vectors vectors(2);
  EXPECT_THROW(vectors.put(0, std::vector<float>{1}), Error);
  EXPECT_THROW(vectors.put(0, std::vector<float>{1, std::nanf("")}), Error);
  EXPECT_THROW(vectors.nearest(std::vector<float>{1, 2, 3}, 1), Error);
  EXPECT_THROW(vectors.nearest(std::vector<float>{1, std::numeric_limits<float>::infinity()}, 1),
               Error);
}

}  // namespace
}  // namespace antiphon::search
