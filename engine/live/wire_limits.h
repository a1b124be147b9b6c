#pragma once

#include <chrono>
#include <cstddef>

namespace antiphon::live {

// What a peer may send that is not set anywhere; `Limits` has the rest.

inline constexpr std::size_t hello_bytes_max = std::size_t{16} << 10;  ///< of the first frame
inline constexpr int pings_per_second_max = 1000;
/// Above it pings are not answered until what waits has gone out.
inline constexpr std::size_t pong_queue_bytes_max = std::size_t{64} << 10;
/// What is still read of a peer whose frames cannot be understood, so that it sees the close frame
/// and not a reset.
inline constexpr std::size_t discarded_bytes_max = std::size_t{16} << 20;
/// How far ahead of what was received sound may go on.
inline constexpr std::chrono::hours sound_jump_max{1};

}  // namespace antiphon::live
