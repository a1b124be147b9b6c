#include "bench/load/socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace antiphon::bench {
namespace {

constexpr std::size_t read_bytes = std::size_t{256} << 10;
constexpr std::array<char, 4> mask{'\x37', '\x5a', '\x1c', '\x6e'};

std::string with_number(std::string text, std::size_t number) {
  for (auto at = text.find("{i}"); at != std::string::npos; at = text.find("{i}")) {
    text.replace(at, 3, std::to_string(number));
  }
  return text;
}

// Of a server's frame: where its payload begins and how long it is.
struct FrameHead {
  std::size_t bytes = 0;
  std::size_t payload_bytes = 0;
};

// Nothing when the head is not whole.
std::optional<FrameHead> read_head(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  std::size_t length = static_cast<std::uint8_t>(bytes[1]);
  std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (bytes.size() < 2 + more) return std::nullopt;
  if (more > 0) length = 0;
  for (std::size_t i = 0; i < more; ++i) {
    length = length << 8 | static_cast<std::uint8_t>(bytes[2 + i]);
  }
  return FrameHead{.bytes = 2 + more, .payload_bytes = length};
}

void append_frame(std::string& out, Socket::Opcode opcode, std::string_view payload) {
  out += static_cast<char>(0x80 | static_cast<int>(opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size());
  }
  out.append(mask.data(), mask.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ mask[i % mask.size()]);
  }
}

}  // namespace

Socket::Socket(const Target& target, std::size_t number, int receive_bytes, std::string_view hello)
    : descriptor_(connect_to(target, receive_bytes)) {
  shake_hands(target, number);
  if (target.is_native) say_hello(hello);
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Socket::shake_hands(const Target& target, std::size_t number) {
  std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
      with_number(target.path, number), target.host, target.port);
  if (target.is_native) request += "Sec-WebSocket-Protocol: antiphon.v1\r\n";
  if (!target.tokens.empty()) {
    const std::string& token = target.tokens[number % target.tokens.size()];
    request += fmt::format("Authorization: Bearer {}\r\n", token);
  }
  request += "\r\n";
  if (::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) < 0) fail("Handshake");
  std::array<char, 4096> bytes;
  for (std::string answer;;) {
    ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (count <= 0) fail("The server ended the handshake");
    answer.append(bytes.data(), static_cast<std::size_t>(count));
    auto end = answer.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    if (!answer.starts_with("HTTP/1.1 101")) throw std::runtime_error("Refused: " + answer);
    in_ = answer.substr(end + 4);
    return;
  }
}

void Socket::say_hello(std::string_view hello) {
  send(Opcode::text, hello);
  while (welcome_.empty()) {
    std::array<char, 4096> bytes;
    ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
    if (count <= 0) throw std::runtime_error("The server closed in place of `welcome`.");
    in_.append(bytes.data(), static_cast<std::size_t>(count));
    auto head = read_head(in_);
    if (!head || in_.size() < head->bytes + head->payload_bytes) continue;
    welcome_ = in_.substr(head->bytes, head->payload_bytes);
    in_.erase(0, head->bytes + head->payload_bytes);
  }
}

void Socket::send(Opcode opcode, std::string_view payload) {
  append_frame(out_, opcode, payload);
  flush();
}

bool Socket::flush() {
  while (has_unsent()) {
    ssize_t count = ::send(descriptor_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    sent_ += static_cast<std::size_t>(count);
  }
  out_.clear();
  sent_ = 0;
  return false;
}

bool Socket::read(const OnText& on_text) {
  static thread_local std::array<char, read_bytes> bytes;
  ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (count < 0) return errno == EAGAIN;
  if (count == 0) return false;
  bytes_read_ += static_cast<std::uint64_t>(count);
  std::string_view fresh(bytes.data(), static_cast<std::size_t>(count));
  if (in_.empty()) {
    in_ = fresh.substr(take_frames(fresh, on_text));
  } else {
    in_ += fresh;
    in_.erase(0, take_frames(in_, on_text));
  }
  return !close_code_;
}

void Socket::take_early(const OnText& on_text) { in_.erase(0, take_frames(in_, on_text)); }

std::size_t Socket::take_frames(std::string_view bytes, const OnText& on_text) {
  std::size_t taken = 0;
  while (auto head = read_head(bytes.substr(taken))) {
    if (bytes.size() - taken < head->bytes + head->payload_bytes) break;
    auto opcode = static_cast<Opcode>(bytes[taken] & 0x0f);
    on_frame(opcode, bytes.substr(taken + head->bytes, head->payload_bytes), on_text);
    taken += head->bytes + head->payload_bytes;
  }
  return taken;
}

void Socket::on_frame(Opcode opcode, std::string_view payload, const OnText& on_text) {
  switch (opcode) {
    case Opcode::text: return on_text(payload);
    case Opcode::ping: return send(Opcode::pong, payload);
    case Opcode::pong: return;
    case Opcode::close:
      close_code_ = payload.size() < 2 ? 1005
                                       : static_cast<std::uint8_t>(payload[0]) << 8 |
                                             static_cast<std::uint8_t>(payload[1]);
      return;
    default: throw std::runtime_error("The server sent a frame that is no text.");
  }
}

}  // namespace antiphon::bench
