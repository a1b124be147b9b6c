#include "engine/search/near_vectors.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace antiphon::search {
namespace {

bool allows(const SlotMask* mask, std::uint32_t slot) {
  return mask == nullptr ||
         (slot / 64 < mask->size() && ((*mask)[slot / 64] >> (slot % 64) & 1) != 0);
}

// The share of all slots that a mask allows.
double share_of(const SlotMask* mask, std::size_t slots) {
  if (mask == nullptr || slots == 0) return 1;
  std::size_t allowed = 0;
  for (std::uint64_t word : *mask) allowed += static_cast<std::size_t>(std::popcount(word));
  return static_cast<double>(allowed) / static_cast<double>(slots);
}

bool better(const Near& a, const Near& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.slot < b.slot;
}

}  // namespace

void NearVectors::put(std::uint32_t slot, std::span<const float> vector) {
  exact_.put(slot, vector);
  uncover(slot);
}

void NearVectors::remove(std::uint32_t slot) {
  exact_.remove(slot);
  uncover(slot);
}

void NearVectors::uncover(std::uint32_t slot) {
  if (!is_covered(slot)) return;
  cover_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
  --covered_;
}

bool NearVectors::wants_graph() const {
  return exact_.size() > scanned_ && tail() > std::min(tail_max, exact_.size() / 10);
}

void NearVectors::adopt(std::shared_ptr<const VectorGraph> graph) {
  graph_ = std::move(graph);
  covered_ = 0;
  cover_.assign(exact_.slots() / 64 + 1, 0);
  for (std::uint32_t slot = 0; graph_ && slot < exact_.slots(); ++slot) {
    if (!exact_.has(slot) || !graph_->vectors().has(slot)) continue;
    if (!std::ranges::equal(exact_.at(slot), graph_->vectors().at(slot))) continue;
    cover_[slot / 64] |= std::uint64_t{1} << slot % 64;
    ++covered_;
  }
}

std::vector<Near> NearVectors::nearest(std::span<const float> query, std::size_t count,
                                       const SlotMask* mask) const {
  double share = share_of(mask, exact_.slots());
  if (covered_ == 0 || share < filtered_scan_share) return exact_.nearest(query, count, mask);
  SlotMask tail(exact_.slots() / 64 + 1);
  for (std::size_t word = 0; word < tail.size(); ++word) {
    std::uint64_t allowed = mask == nullptr       ? ~std::uint64_t{0}
                            : word < mask->size() ? (*mask)[word]
                                                  : 0;
    tail[word] = allowed & ~(word < cover_.size() ? cover_[word] : 0);
  }
  std::vector<Near> found = exact_.nearest(query, count, &tail);
  std::vector<float> unit = unit_of(query);
  if (!std::ranges::any_of(unit, [](float value) { return value != 0; })) return found;
  std::vector<Near> old = from_graph(unit, count, mask, share);
  found.insert(found.end(), old.begin(), old.end());
  std::ranges::sort(found, better);
  if (found.size() > count) found.resize(count);
  return found;
}

// Asks for as many more as a filter, and what has changed since, will take away again.
std::vector<Near> NearVectors::from_graph(std::span<const float> unit, std::size_t count,
                                          const SlotMask* mask, double share) const {
  double kept = share * static_cast<double>(covered_) /
                static_cast<double>(std::max<std::size_t>(1, graph_->vectors().size()));
  double more = std::ceil(2 * static_cast<double>(count) / std::max(kept, 0.01));
  std::size_t asked =
      share == 1 && covered_ == graph_->vectors().size() ? count : static_cast<std::size_t>(more);
  std::vector<Near> found;
  for (const Near& near : graph_->nearest(unit, asked)) {
    if (!is_covered(near.slot) || !allows(mask, near.slot)) continue;
    found.push_back({near.slot, exact_.similarity(unit, near.slot)});
  }
  return found;
}

}  // namespace antiphon::search
