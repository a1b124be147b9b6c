#pragma once

#include <string>

#include "engine/record/replayer.h"

namespace antiphon::record {

/// A difference as a few lines for people: when, both sides, and the first member that differs.
std::string to_text(const Difference& difference);

/// The JSON pointer of the first member in which two JSON texts differ; "" where that is unknown.
std::string first_differing_member(std::string_view a, std::string_view b);

}  // namespace antiphon::record
