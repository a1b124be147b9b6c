#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/eval/report.h"
#include "engine/gateway/gateway.h"
#include "engine/skill/provenance.h"

// Models beside rules in an evaluation (E-37).

namespace antiphon::skill {

/// The models that an evaluation asks: those wished for, else each that has a name of its own, else
/// each group.
/// @param gateway  null: there are none
/// @throws Error{Code::invalid} for a wish that nothing answers to, with the nearest name
std::vector<std::string> compared_models(const gateway::Gateway* gateway,
                                         const std::vector<std::string>& wished);

/// What the answers of one model took, one after the other.
class Takings {
 public:
  void add(const Provenance& provenance);

  /// The share that the model answered, how long it took, what it cost.
  std::vector<eval::Figure> figures() const;
  /// How often it did not answer, by reason.
  eval::Table fallbacks() const;

 private:
  std::vector<double> latencies_ms_;  // of its own answers
  std::map<Fallback, std::int64_t> fallbacks_;
  std::int64_t answers_ = 0;
  std::int64_t repaired_ = 0;
  std::int64_t tokens_in_ = 0;
  std::int64_t tokens_out_ = 0;
  gateway::Micros cost_ = 0;
};

}  // namespace antiphon::skill
