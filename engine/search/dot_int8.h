#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// Scalar products of int8 vectors, many rows against one query: what an exact scan spends its time
// on. One way is chosen for the processor at run time; all give the same numbers.

namespace antiphon::search {

/// Rows are padded with zeros to whole pieces of this many values.
inline constexpr std::size_t row_piece = 64;

/// @param query   `stride` values in [-127, 127]
/// @param rows    `count` rows of `stride` values in [-127, 127], aligned to row_piece bytes
/// @param sums    of each row's values
/// @param stride  a multiple of row_piece, at most 2^16
/// @param out     `count` scalar products
using DotRows = void (*)(const std::int8_t* query, const std::int8_t* rows,
                         const std::int32_t* sums, std::size_t stride, std::size_t count,
                         std::int32_t* out);

/// One way to compute them.
struct DotWay {
  std::string_view name;  ///< "avx512-vnni", "avx2", "plain"
  DotRows dot = nullptr;
};

/// Every way that this processor has, the fastest first; "plain" is always there and last.
std::span<const DotWay> dot_ways();

}  // namespace antiphon::search
