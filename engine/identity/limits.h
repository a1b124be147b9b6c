#pragma once

#include <cstddef>

namespace antiphon::identity {

inline constexpr std::size_t name_characters_max = 40;  ///< of a tenant

}  // namespace antiphon::identity
