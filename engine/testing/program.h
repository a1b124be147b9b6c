#pragma once

#include <string>
#include <vector>

#include "engine/async/task.h"

namespace antiphon::testing {

/// Runs a tool that a test needs. @return what it printed
/// @throws Error{Code::internal} when it fails
Task<std::string> output_of(std::string program, std::vector<std::string> arguments);

}  // namespace antiphon::testing
