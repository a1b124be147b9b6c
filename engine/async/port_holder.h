#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace antiphon {

/// A process that listens on a port.
struct PortHolder {
  pid_t process = 0;    ///< 0 when it is another user's, whose descriptors we may not see
  std::string program;  ///< "antiphon"

  std::string text() const;  ///< "process 1234 (antiphon)"
};

/// Who listens on a port, at whatever address; nothing when nobody does by now. From /proc
/// (proc_pid_net(5)): for a message, not to decide by.
std::optional<PortHolder> who_listens(std::uint16_t port);

}  // namespace antiphon
