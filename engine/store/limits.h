#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace antiphon::store {

inline constexpr std::size_t schedule_rule_bytes_max = 200;  ///< "*/5 * * * *"
inline constexpr std::chrono::days schedule_every_max{366};  ///< between two jobs of a schedule
inline constexpr std::size_t job_reason_bytes_max = 500;     ///< why an attempt failed; then cut
inline constexpr std::size_t manifest_bytes_max = 1 << 30;   ///< of a backup

inline constexpr std::int64_t cache_rows_max = 100'000;  ///< of the cache in the database
inline constexpr std::int64_t cache_bytes_max = std::int64_t{256} << 20;         ///< of all of them
inline constexpr std::int64_t cache_entry_bytes_max = std::int64_t{1} << 20;     ///< key and value
inline constexpr std::size_t cache_key_bytes_max = 512;                          ///< of one
inline constexpr std::int64_t cache_waiting_bytes_max = std::int64_t{16} << 20;  ///< in memory

}  // namespace antiphon::store
