#pragma once

#include <cstddef>

namespace antiphon::schema {

/// Of a file that a `…_file` key names.
inline constexpr std::size_t secret_file_bytes_max = std::size_t{64} << 10;

}  // namespace antiphon::schema
