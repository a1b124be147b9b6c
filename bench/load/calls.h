#pragma once

#include <string>
#include <vector>

#include "bench/load/measures.h"
#include "bench/load/target.h"

namespace antiphon::bench {

/// Calls of a model that gives the user's text back, as OpenAI's clients make them, in a closed
/// loop: each caller asks again when it has its answer.
struct CallsOptions {
  Target target;
  std::vector<std::string> headers;  ///< "name: value", besides those that every call has
  std::string model = "default";
  std::size_t connections = 64;
  std::chrono::seconds length{6};       ///< afterwards nobody asks again
  std::chrono::milliseconds spread{0};  ///< over which the callers begin
  std::size_t words = 100;              ///< of a question, and so of its answer
  bool is_streamed = false;
  bool is_same = false;  ///< all ask the same, with a seed; else every question differs
};

/// One JSON object: calls, time to the first content (of streams) and to the end, events with
/// content, bytes.
/// @throws std::runtime_error for the first answer that is not whole and right
std::string call(const CallsOptions& options);

}  // namespace antiphon::bench
