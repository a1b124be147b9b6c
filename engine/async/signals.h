#pragma once

#include <memory>
#include <vector>

#include "engine/async/task.h"

namespace antiphon {

/// Catches signals from its making on, so that none of them ends the process. Belongs to the core
/// that made it.
class Signals {
 public:
  explicit Signals(const std::vector<int>& numbers);
  ~Signals();

  /// The number of the next one; one that came before is not lost.
  Task<int> next();

 private:
  struct Set;
  std::unique_ptr<Set> set_;
};

}  // namespace antiphon
