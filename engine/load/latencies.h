#pragma once

#include <cstdint>
#include <map>

#include "engine/base/clock.h"

namespace antiphon::load {

/// How long things took: buckets that grow by one in a hundred, so that a quantile is right to one
/// per cent in little memory, however many there were.
class Latencies {
 public:
  void add(Duration took);  ///< below a microsecond counts as one
  void add(const Latencies& others);

  std::int64_t count() const { return count_; }
  /// Milliseconds that the share `quantile` of all did not exceed; 0 when there are none.
  /// @param quantile  in [0, 1]; by nearest rank
  double quantile_ms(double quantile) const;
  double max_ms() const { return max_ms_; }

 private:
  std::map<int, std::int64_t> counts_;  ///< by bucket
  std::int64_t count_ = 0;
  double max_ms_ = 0;
};

}  // namespace antiphon::load
