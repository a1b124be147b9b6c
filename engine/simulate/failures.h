#pragma once

#include <optional>
#include <set>

#include "engine/simulate/simulation.h"

namespace antiphon::simulate {

/// More seeds that break a promise than these say nothing more, and their worlds take hours.
inline constexpr std::size_t failed_seeds_max = 100;

/// The seeds of a run that broke a promise, in whatever order their worlds ended.
class Failures {
 public:
  /// @param enough  so many end the run
  explicit Failures(std::size_t enough = failed_seeds_max) : enough_(enough) {}

  /// @param result  with violations
  void add(const Result& result) {
    seeds_.insert(result.plan.seed);
    if (!first_ || result.plan.seed < first_->plan.seed) first_ = result;
  }
  bool is_enough() const { return seeds_.size() >= enough_; }
  const std::set<std::uint64_t>& seeds() const { return seeds_; }
  /// What the lowest of them did: the same whatever the order.
  const Result& first() const { return *first_; }

 private:
  std::size_t enough_;
  std::set<std::uint64_t> seeds_;
  std::optional<Result> first_;
};

}  // namespace antiphon::simulate
