#pragma once

#include <chrono>
#include <cstddef>

namespace antiphon::store {

inline constexpr std::size_t schedule_rule_bytes_max = 200;  ///< "*/5 * * * *"
inline constexpr std::chrono::days schedule_every_max{366};  ///< between two jobs of a schedule
inline constexpr std::size_t job_reason_bytes_max = 500;     ///< why an attempt failed; then cut
inline constexpr std::size_t manifest_bytes_max = 1 << 30;   ///< of a backup

}  // namespace antiphon::store
