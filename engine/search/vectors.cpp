#include "engine/search/vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstdlib>

#include "engine/base/error.h"

namespace antiphon::search {
namespace {

constexpr std::size_t rows_per_block = 256;
constexpr float byte_max = 127;
// What rounding of floats may add to a bound that is computed in floats.
constexpr float rounding = 1e-5F;

template <class T>
struct Free {
  void operator()(T* memory) const { std::free(memory); }
};
using Bytes = std::unique_ptr<std::int8_t[], Free<std::int8_t>>;

Bytes make_bytes(std::size_t count) {
  void* memory = std::aligned_alloc(row_piece, count);
  if (memory == nullptr) throw std::bad_alloc();
  std::fill_n(static_cast<std::int8_t*>(memory), count, std::int8_t{0});
  return Bytes(static_cast<std::int8_t*>(memory));
}

float dot(std::span<const float> a, const float* b) {
  std::array<float, 8> lanes{};
  std::size_t i = 0;
  for (; i + lanes.size() <= a.size(); i += lanes.size()) {
    for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
      lanes[lane] += a[i + lane] * b[i + lane];
    }
  }
  float sum = 0;
  for (; i < a.size(); ++i) sum += a[i] * b[i];
  for (float lane : lanes) sum += lane;
  return sum;
}

// A vector as bytes: value = byte * scale, off by at most `error` in length.
struct Coded {
  float scale = 0;
  float error = 0;
  std::int32_t sum = 0;
};

Coded code(std::span<const float> vector, std::int8_t* bytes) {
  float largest = 0;
  for (float value : vector) largest = std::max(largest, std::abs(value));
  Coded coded{.scale = largest / byte_max};
  double squares = 0;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    float byte = coded.scale == 0 ? 0 : std::round(vector[i] / coded.scale);
    bytes[i] = static_cast<std::int8_t>(byte);
    coded.sum += bytes[i];
    double off = vector[i] - byte * coded.scale;
    squares += off * off;
  }
  coded.error = static_cast<float>(std::sqrt(squares));
  return coded;
}

bool better(const Near& a, const Near& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.slot < b.slot;
}

}  // namespace

struct Vectors::Block {
  explicit Block(std::size_t dimensions, std::size_t stride)
      : exact(rows_per_block * dimensions), bytes(make_bytes(rows_per_block * stride)) {}
  Block(const Block& other, std::size_t stride)
      : exact(other.exact),
        scales(other.scales),
        errors(other.errors),
        sums(other.sums),
        present(other.present),
        bytes(make_bytes(rows_per_block * stride)) {
    std::copy_n(other.bytes.get(), rows_per_block * stride, bytes.get());
  }

  std::vector<float> exact;
  std::array<float, rows_per_block> scales{};  // 0 where there is no vector
  std::array<float, rows_per_block> errors{};
  std::array<std::int32_t, rows_per_block> sums{};
  std::bitset<rows_per_block> present;
  Bytes bytes;
};

Vectors::Vectors(std::size_t dimensions) : dimensions_(dimensions) {
  if (dimensions > 0 && dimensions <= vector_dimensions_max) return;
  throw Error{Code::invalid, fmt::format("A vector has 1 to {} dimensions, not {}.",
                                         vector_dimensions_max, dimensions)};
}

void Vectors::check(std::span<const float> vector) const {
  if (vector.size() != dimensions_) {
    throw Error{Code::invalid, fmt::format("A vector of {} dimensions came; these have {}.",
                                           vector.size(), dimensions_)};
  }
  if (std::ranges::all_of(vector, [](float value) { return std::isfinite(value); })) return;
  throw Error{Code::invalid, "A vector has a value that is no finite number."};
}

Vectors::Block& Vectors::changeable(std::uint32_t slot) {
  std::size_t number = slot / rows_per_block;
  if (blocks_.size() <= number) blocks_.resize(number + 1);
  std::shared_ptr<Block>& block = blocks_[number];
  if (!block) {
    block = std::make_shared<Block>(dimensions_, stride());
  } else if (block.use_count() > 1) {
    block = std::make_shared<Block>(*block, stride());
  }
  return *block;
}

void Vectors::put(std::uint32_t slot, std::span<const float> vector) {
  check(vector);
  std::vector<float> unit = unit_of(vector);
  remove(slot);
  if (std::ranges::all_of(unit, [](float value) { return value == 0; })) return;
  Block& block = changeable(slot);
  std::size_t row = slot % rows_per_block;
  std::ranges::copy(unit, block.exact.begin() + static_cast<std::ptrdiff_t>(row * dimensions_));
  Coded coded = code(unit, block.bytes.get() + row * stride());
  block.scales[row] = coded.scale;
  block.errors[row] = coded.error;
  block.sums[row] = coded.sum;
  block.present.set(row);
  ++size_;
}

void Vectors::remove(std::uint32_t slot) {
  if (!has(slot)) return;
  changeable(slot).present.reset(slot % rows_per_block);
  --size_;
}

std::uint32_t Vectors::slots() const {
  return static_cast<std::uint32_t>(blocks_.size() * rows_per_block);
}

bool Vectors::has(std::uint32_t slot) const {
  std::size_t number = slot / rows_per_block;
  return number < blocks_.size() && blocks_[number] &&
         blocks_[number]->present.test(slot % rows_per_block);
}

std::span<const float> Vectors::at(std::uint32_t slot) const {
  ENSURE(has(slot), "only a slot with a vector is asked for it");
  const Block& block = *blocks_[slot / rows_per_block];
  return std::span(block.exact).subspan(slot % rows_per_block * dimensions_, dimensions_);
}

float Vectors::similarity(std::span<const float> query, std::uint32_t slot) const {
  return has(slot) ? dot(query, at(slot).data()) : 0;
}

// One search: first by bytes with a bound of how far off they are, then what may belong to the best
// by floats. |v.q - v'.q'| <= |v - v'| |q| + |v'| |q - q'|, where v' and q' are the bytes.
class Vectors::Scan {
 public:
  Scan(const Vectors& vectors, std::vector<float> query, std::size_t count, const SlotMask* mask)
      : vectors_(vectors),
        query_(std::move(query)),
        bytes_(make_bytes(vectors.stride())),
        coded_(code(query_, bytes_.get())),
        count_(count),
        mask_(mask) {}

  std::vector<Near> run(const DotWay& way) {
    for (std::size_t number = 0; number < vectors_.blocks_.size(); ++number) {
      const Block* block = vectors_.blocks_[number].get();
      if (block != nullptr && may_be_found_in(number)) scan(*block, number, way);
    }
    return rerank();
  }

 private:
  // At least `low` and at most `high`, as the bytes tell.
  struct Candidate {
    std::uint32_t slot;
    float high;
  };

  bool may_be_found(std::uint32_t slot) const {
    if (mask_ == nullptr) return true;
    std::size_t word = slot / 64;
    return word < mask_->size() && ((*mask_)[word] >> (slot % 64) & 1) != 0;
  }

  // Whether the mask leaves anything of a block.
  bool may_be_found_in(std::size_t number) const {
    if (mask_ == nullptr) return true;
    constexpr std::size_t words = rows_per_block / 64;
    auto begin =
        mask_->begin() + static_cast<std::ptrdiff_t>(std::min(number * words, mask_->size()));
    auto end =
        mask_->begin() + static_cast<std::ptrdiff_t>(std::min((number + 1) * words, mask_->size()));
    return std::any_of(begin, end, [](std::uint64_t word) { return word != 0; });
  }

  void scan(const Block& block, std::size_t number, const DotWay& way) {
    std::array<std::int32_t, rows_per_block> dots;
    way.dot(bytes_.get(), block.bytes.get(), block.sums.data(), vectors_.stride(), rows_per_block,
            dots.data());
    for (std::size_t row = 0; row < rows_per_block; ++row) {
      float about = static_cast<float>(dots[row]) * block.scales[row] * coded_.scale;
      float off = block.errors[row] + (1 + block.errors[row]) * coded_.error + rounding;
      if (about + off < floor_ || !block.present.test(row)) continue;
      auto slot = static_cast<std::uint32_t>(number * rows_per_block + row);
      if (may_be_found(slot)) take(slot, about - off, about + off);
    }
  }

  void take(std::uint32_t slot, float low, float high) {
    candidates_.push_back({slot, high});
    if (lows_.size() == count_ && low <= lows_.front()) return;
    lows_.push_back(low);
    std::ranges::push_heap(lows_, std::greater());
    if (lows_.size() <= count_) {
      if (lows_.size() == count_) floor_ = lows_.front();
      return;
    }
    std::ranges::pop_heap(lows_, std::greater());
    lows_.pop_back();
    floor_ = lows_.front();
  }

  std::vector<Near> rerank() {
    std::vector<Near> found;
    for (const Candidate& candidate : candidates_) {
      if (candidate.high < floor_) continue;
      found.push_back({candidate.slot, vectors_.similarity(query_, candidate.slot)});
    }
    auto best = found.begin() + static_cast<std::ptrdiff_t>(std::min(count_, found.size()));
    std::ranges::partial_sort(found, best, better);
    found.erase(best, found.end());
    return found;
  }

  const Vectors& vectors_;
  std::vector<float> query_;
  Bytes bytes_;
  Coded coded_;
  std::size_t count_;
  const SlotMask* mask_;
  std::vector<Candidate> candidates_;
  std::vector<float> lows_;  // the largest `count_` lower bounds, the least of them in front
  float floor_ = -2;         // what is surely below it is none of the best
};

std::vector<Near> Vectors::nearest(std::span<const float> query, std::size_t count,
                                   const SlotMask* mask, const DotWay* way) const {
  check(query);
  std::vector<float> unit = unit_of(query);
  bool has_direction = std::ranges::any_of(unit, [](float value) { return value != 0; });
  if (count == 0 || !has_direction) return {};
  return Scan(*this, std::move(unit), count, mask).run(way ? *way : dot_ways().front());
}

std::vector<float> unit_of(std::span<const float> vector) {
  double squares = 0;
  for (float value : vector) squares += double{value} * double{value};
  double length = std::sqrt(squares);
  std::vector<float> unit(vector.begin(), vector.end());
  if (!(length > 0)) return unit;
  for (float& value : unit) value = static_cast<float>(value / length);
  return unit;
}

}  // namespace antiphon::search
