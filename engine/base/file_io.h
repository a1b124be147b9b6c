#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

// Whole reads and writes of files: interrupted and partial calls go on. What failed is told as
// errno, since only the caller knows what the file is for.

namespace antiphon {

/// Up to `bytes_max` bytes from `offset`; fewer only at the end of the file.
std::expected<std::string, int> read_at(int file, std::uint64_t offset, std::size_t bytes_max);

/// At the file's own position. @return 0, or errno
int write_all(int file, std::string_view bytes);
/// @return 0, or errno
int write_at(int file, std::uint64_t offset, std::string_view bytes);

}  // namespace antiphon
