#pragma once

#include <memory>
#include <utility>

#include "engine/async/stream.h"

namespace antiphon::testing {

/// The two ends of a connection in memory, which behave as those of a socket: what one writes the
/// other reads, a full buffer holds the writer up, closing is seen by both. For virtual time.
/// @param buffer_bytes_max  what each direction holds before its writer waits
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> memory_streams(
    std::size_t buffer_bytes_max = std::size_t{64} << 10);

}  // namespace antiphon::testing
