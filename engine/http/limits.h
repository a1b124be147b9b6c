#pragma once

#include <chrono>
#include <cstddef>

#include "engine/base/clock.h"

namespace antiphon::http {

/// Every limit that a stranger's bytes meet, in the order in which they meet them.
struct Limits {
  std::size_t connections_max = 10'000;                 ///< of one core; above it 503
  Duration handshake_time = std::chrono::seconds(10);   ///< of TLS; closed
  std::size_t handshakes_max = 256;                     ///< of one core at the same time; closed
  Duration head_time = std::chrono::seconds(10);        ///< from a request's first byte; 408
  std::size_t head_bytes_max = std::size_t{16} << 10;   ///< request line and headers; 431
  std::size_t target_bytes_max = std::size_t{8} << 10;  ///< 414
  std::size_t header_count_max = 100;                   ///< 431
  std::size_t body_bytes_max = std::size_t{1} << 20;    ///< where a route states no other; 413
  Duration body_time = std::chrono::seconds(10);        ///< before the rate below counts; 408
  std::size_t body_bytes_per_second_min = 1024;         ///< on average over the body; 408
  std::size_t skipped_body_bytes_max = std::size_t{64} << 10;  ///< read and dropped to keep alive
  Duration write_time = std::chrono::seconds(30);  ///< for the client to take one piece; closed
  Duration idle_time = std::chrono::seconds(75);   ///< between two requests; closed
  /// For the first request of a connection, once the server stops; closed.
  Duration silent_time_at_stop = std::chrono::seconds(1);
  std::size_t requests_per_connection_max = 10'000;  ///< then `Connection: close`
  std::size_t packed_streams_max = 256;  ///< of one core at a time; above it they are sent plain
  /// For the rest of what a client sends to a connection that ends; then it is cut.
  Duration linger_time = std::chrono::seconds(2);
  std::size_t linger_bytes_max = std::size_t{1} << 20;
};

/// Of one query; 400.
inline constexpr std::size_t query_parameters_max = 100;

}  // namespace antiphon::http
