#pragma once

#include <vector>

#include "engine/async/task.h"

namespace antiphon {

/// Waits for one of the signals and gives its number.
Task<int> wait_for_signal(std::vector<int> signals);

}  // namespace antiphon
