#pragma once

#include <string_view>

namespace antiphon::speech {

/// The steps by which the embedded recogniser gets cheaper under load. Below the lowest one a
/// stream is refused. There is no rung that spots keywords: three of four of its finds are wrong
/// (precision 0.23 with 180 tags), and the director would show clips for them.
enum class Rung : unsigned char {
  full,  ///< finals take the best path through the lattice; words have a confidence
  fast   ///< one pass that gives up early on what is unlikely; about half the cost
};

constexpr std::string_view to_text(Rung rung) { return rung == Rung::full ? "full" : "fast"; }

}  // namespace antiphon::speech
