#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/stream.h"
#include "engine/base/clock.h"
#include "engine/base/descriptor.h"

namespace antiphon {

/// Where a server listens or a client connects.
struct Endpoint {
  std::string host;  ///< a name or an address; IPv6 without brackets
  std::uint16_t port = 0;

  std::string text() const;  ///< "127.0.0.1:8080", "[::1]:8080"
  bool operator==(const Endpoint&) const = default;
};

/// Reads "127.0.0.1:8080", "[::1]:0" or "localhost:80".
/// @throws Error{Code::invalid} saying what would be right
Endpoint parse_endpoint(std::string_view text);

/// Accepts connections on one core.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual Task<std::unique_ptr<Stream>> accept() = 0;
  virtual Endpoint local() const = 0;
  /// A listener on the same socket for the current core (a core other than this one's).
  virtual std::unique_ptr<Listener> share() const = 0;
  /// The same socket for another process: what is connected while no process accepts waits in the
  /// kernel until one does. @throws Error{Code::unsupported} where it is no socket of the kernel
  virtual Descriptor copy_socket() const;
  virtual void close() noexcept = 0;
};

/// Everything that leaves the process by a socket goes through here, so that a test can own it.
class Network {
 public:
  virtual ~Network() = default;
  /// Binds exclusively: nobody else can listen on the port. @throws Error{Code::conflict}
  virtual std::unique_ptr<Listener> listen(const Endpoint& endpoint) = 0;
  /// @throws Error{Code::unavailable} naming the endpoint; Error{Code::timeout}
  virtual Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) = 0;
  /// The addresses of a host name; an address is its own. As it is, every name is an address.
  /// @throws Error{Code::unavailable} naming the host; Error{Code::timeout}
  virtual Task<std::vector<std::string>> resolve(std::string host, Instant deadline);
};

/// TCP of this machine.
class SystemNetwork final : public Network {
 public:
  SystemNetwork();
  ~SystemNetwork() override;
  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  /// A listener on a socket that listens already, which it owns from here on.
  /// @throws as listening_at()
  std::unique_ptr<Listener> adopt(Descriptor socket);
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;
  Task<std::vector<std::string>> resolve(std::string host, Instant deadline) override;

 private:
  std::unique_ptr<class HostNames> names_;
};

/// Where a socket listens, which stays the caller's.
/// @throws Error{Code::invalid} when it is no TCP socket that listens
Endpoint listening_at(int descriptor);

/// Where `endpoint` would be listened at: its host looked up, which may block.
/// @throws Error{Code::invalid} when there is no such address
Endpoint resolve_listening(const Endpoint& endpoint);

/// A stream of the current core over any readable or writable descriptor (pipe, socket pair), which
/// it owns from here on.
std::unique_ptr<Stream> stream_over(int descriptor);

/// Waits until `descriptor`, which stays the caller's, can be read.
Task<> readable(int descriptor);

}  // namespace antiphon
