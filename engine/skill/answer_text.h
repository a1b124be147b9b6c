#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

// What models wrap around the JSON that they were asked for: reasoning, a greeting, a code fence.

namespace antiphon::skill {

/// The JSON object in a model's answer: the one in the first code fence that holds one, else the
/// first there is. Empty: none, or one that does not end. Whether it is JSON is the parser's to
/// say.
std::string_view find_object(std::string_view answer);

inline constexpr std::size_t problems_told_max = 10;

/// What is wrong with an answer, for whoever gave it: a line each.
std::string problems_of(const std::vector<FieldError>& errors);

}  // namespace antiphon::skill
