#pragma once

#include <chrono>
#include <cstddef>

namespace antiphon::socketio {

/// Every limit of this room, by name. The names in comments are those of the reference
/// implementation.
struct Limits {
  std::chrono::milliseconds ping_interval{25'000};    ///< pingInterval
  std::chrono::milliseconds ping_timeout{20'000};     ///< pingTimeout: for the answer to a ping
  std::chrono::milliseconds upgrade_timeout{10'000};  ///< from the probing WebSocket to its upgrade
  std::chrono::milliseconds connect_timeout{45'000};  ///< until the first namespace is connected

  /// Of a POST, and of a WebSocket message (maxHttpBufferSize); told as maxPayload.
  std::size_t payload_bytes_max = 1'000'000;
  std::size_t payload_packets_max = 4096;  ///< in one POST
  std::size_t attachments_max = 10;        ///< of one packet (maxAttachments)
  std::size_t space_bytes_max = 256;       ///< of a namespace's name

  std::size_t buffered_bytes_max = std::size_t{4} << 20;  ///< that wait for one client; then closed
  std::size_t pending_acks_max = 256;  ///< that the server waits for, of one socket
  std::size_t spaces_max = 16;         ///< namespaces of one client
  std::size_t rooms_max = 64;          ///< of one socket
  std::size_t clients_per_core_max = 20'000;
  std::size_t waiting_inputs_max = 256;  ///< of one socket, on their way to a live session
};

}  // namespace antiphon::socketio
