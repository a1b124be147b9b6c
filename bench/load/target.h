#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::bench {

/// Where the sockets of a run go. `{i}` in a path is the number of the socket.
struct Target {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string path = "/";
  std::vector<std::string> tokens;  ///< bearer tokens, used in turn; none: no Authorization
  bool is_native = false;           ///< speaks antiphon.v1: hello, welcome
};

/// A connected socket that blocks; the caller closes it.
/// @param receive_bytes  of the kernel's receive buffer; 0: as the kernel likes it
/// @throws std::runtime_error
int connect_to(const Target& target, int receive_bytes = 0);

/// Throws what went wrong, with what errno says.
[[noreturn]] void fail(std::string_view what);

}  // namespace antiphon::bench
