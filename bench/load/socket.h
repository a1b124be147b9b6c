#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "bench/load/target.h"

namespace antiphon::bench {

/// A client's WebSocket, as small as a load generator needs it: whole text frames of the server,
/// masked frames of its own, no extension. Connecting blocks; afterwards nothing does.
/// Throws std::runtime_error for whatever is not as RFC 6455 has it.
class Socket {
 public:
  using OnText = std::function<void(std::string_view text)>;
  enum class Opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

  /// Connects, shakes hands and, for the native protocol, says `hello` and reads `welcome`.
  /// @param number         of the socket, for path and token
  /// @param receive_bytes  of the kernel's receive buffer; 0: as the kernel likes it
  /// @param hello          the first frame of the native protocol
  Socket(const Target& target, std::size_t number, int receive_bytes = 0,
         std::string_view hello = R"({"type":"hello"})");
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void send(Opcode opcode, std::string_view payload);
  /// Sends what is left; whether anything still is.
  bool flush();
  /// Hands over what came along with the end of the handshake.
  void take_early(const OnText& on_text);
  /// Reads what is there and hands over each text frame. False when the connection has ended.
  bool read(const OnText& on_text);

  int descriptor() const { return descriptor_; }
  bool has_unsent() const { return sent_ < out_.size(); }
  std::uint64_t bytes_read() const { return bytes_read_; }
  const std::string& welcome() const { return welcome_; }
  /// Of the close frame, if there was one.
  std::optional<int> close_code() const { return close_code_; }

 private:
  void shake_hands(const Target& target, std::size_t number);
  void say_hello(std::string_view hello);
  std::size_t take_frames(std::string_view bytes, const OnText& on_text);
  void on_frame(Opcode opcode, std::string_view payload, const OnText& on_text);

  int descriptor_ = -1;
  std::string in_;   ///< the beginning of a frame that is not whole yet
  std::string out_;  ///< what the kernel did not take yet, from sent_ on
  std::size_t sent_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::string welcome_;
  std::optional<int> close_code_;
};

}  // namespace antiphon::bench
