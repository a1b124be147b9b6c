#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/async/network.h"

namespace antiphon::testing {

/// Connects as SystemNetwork does, but a connection breaks without a word after so many bytes were
/// read from it, as a lost network does.
class CuttingNetwork final : public Network {
 public:
  /// Of the connections that are made from now on; nothing: never.
  void cut_after(std::optional<std::uint64_t> bytes_read) { bytes_read_ = bytes_read; }

  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;
  std::unique_ptr<Stream> adopt(int descriptor) override;

 private:
  SystemNetwork system_;
  std::optional<std::uint64_t> bytes_read_;
};

/// Connects as SystemNetwork does, and sends these bytes in place of whatever is written.
class RawNetwork final : public Network {
 public:
  explicit RawNetwork(std::string bytes) : bytes_(std::move(bytes)) {}

  std::unique_ptr<Listener> listen(const Endpoint& endpoint) override;
  Task<std::unique_ptr<Stream>> connect(Endpoint endpoint, Instant deadline) override;
  std::unique_ptr<Stream> adopt(int descriptor) override;

 private:
  SystemNetwork system_;
  std::string bytes_;
};

}  // namespace antiphon::testing
