#pragma once

#include <cstddef>

namespace antiphon::identity {

inline constexpr std::size_t name_characters_max = 40;  ///< of a tenant
inline constexpr std::size_t key_name_characters_max = 80;
inline constexpr std::size_t keys_max = 200;  ///< of a tenant
inline constexpr std::size_t key_permissions_max = 100;

}  // namespace antiphon::identity
