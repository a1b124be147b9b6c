#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/async/network.h"
#include "engine/async/tls.h"

namespace antiphon::testing {

/// Connects to one server, wherever that has moved, and breaks connections without a word after so
/// many bytes were read from them, as a lost network does.
class CuttingNetwork final : public Network {
 public:
  explicit CuttingNetwork(Endpoint server) : server_(std::move(server)) {}

  /// Whatever endpoint is asked for, this one is connected to.
  void move_to(Endpoint server) { server_ = std::move(server); }
  /// Gives, for each connection that is made, after how many bytes it breaks; nothing: never.
  void cut_after(std::function<std::optional<std::uint64_t>()> bytes_read) {
    bytes_read_ = std::move(bytes_read);
  }

  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;

 private:
  SystemNetwork system_;
  Endpoint server_;
  std::function<std::optional<std::uint64_t>()> bytes_read_;
};

/// Connects as SystemNetwork does, over TLS.
class TlsNetwork final : public Network {
 public:
  explicit TlsNetwork(TlsClient& client) : client_(client) {}

  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;

 private:
  SystemNetwork system_;
  TlsClient& client_;
};

/// Connects as SystemNetwork does, and sends these bytes in place of whatever is written.
class RawNetwork final : public Network {
 public:
  explicit RawNetwork(std::string bytes) : bytes_(std::move(bytes)) {}

  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;

 private:
  SystemNetwork system_;
  std::string bytes_;
};

}  // namespace antiphon::testing
