#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/async/task.h"
#include "engine/base/clock.h"
#include "engine/base/descriptor.h"

namespace antiphon {

inline constexpr std::size_t local_message_bytes_max = std::size_t{64} << 10;
inline constexpr std::size_t local_descriptors_max = 16;  ///< of one message

/// What one process says to another one of this machine, with the descriptors that go along.
struct LocalMessage {
  std::string text;
  std::vector<Descriptor> descriptors;
};

/// A connection between two processes of one machine (unix(7), SOCK_SEQPACKET): messages come
/// whole. Belongs to no core, so that it can be used before and after the cores run.
class LocalConnection {
 public:
  explicit LocalConnection(Descriptor socket) : socket_(std::move(socket)) {}

  /// Connects to who listens at `path`, of any length; nothing when nobody does.
  static std::optional<LocalConnection> connect(const std::filesystem::path& path);

  struct Peer {
    pid_t process = 0;
    uid_t user = 0;
  };
  /// Who connected, or listened, by the kernel's word.
  Peer peer() const;

  /// At once: what is said here is short. @throws Error{Code::unavailable} when nobody takes it
  void send(std::string_view text, std::span<const Descriptor> descriptors = {});

  /// The next message; nothing when the other side has ended.
  /// @throws Error{Code::timeout}; Error{Code::invalid} for one that is too large
  Task<std::optional<LocalMessage>> receive(Instant deadline);
  /// The same for a thread that may block. @param time  at most
  std::optional<LocalMessage> receive_blocking(Duration time);

 private:
  bool take(std::optional<LocalMessage>& message);

  Descriptor socket_;
};

/// Accepts connections at a path, for the user of this process alone. Belongs to one core.
class LocalListener {
 public:
  /// Whatever stood at the path is replaced. @throws Error{Code::unavailable}
  explicit LocalListener(std::filesystem::path path);
  /// Takes the path away.
  ~LocalListener();
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;

  /// The next process; one of another user, unless that is root, is turned away before.
  Task<LocalConnection> accept();

 private:
  std::filesystem::path path_;
  Descriptor socket_;
};

}  // namespace antiphon
