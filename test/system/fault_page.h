#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "test/system/model_faults.h"

namespace antiphon::testing {

struct Tokens {
  std::int64_t in = 0;
  std::int64_t out = 0;

  bool operator==(const Tokens&) const = default;
};

/// What came of a fault in one of its ways.
struct Consequence {
  Outcome outcome;
  Tokens billed;
  Tokens produced;  ///< as the provider counts

  bool operator==(const Consequence&) const = default;
};

struct SeenFault {
  const Fault* fault = nullptr;
  Speaks kind = Speaks::openai;
  bool is_streamed = true;
  Consequence alone;
  Consequence with_second;
};

/// docs/model-faults.md: what all kinds of providers do alike stands there once.
/// @param seen  in the order of the faults
std::string fault_page(std::span<const SeenFault> seen);

}  // namespace antiphon::testing
