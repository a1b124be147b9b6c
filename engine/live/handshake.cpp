#include "engine/live/handshake.h"

#include <algorithm>

#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::live {
namespace {

constexpr std::string_view token_prefix = "antiphon.token.";
constexpr std::size_t key_bytes = 16;
constexpr std::string_view version = "13";

[[noreturn]] void refuse(std::string message) { throw Error(Code::invalid, std::move(message)); }

std::vector<std::string> offered_protocols(const http::Headers& headers) {
  std::vector<std::string> offered;
  for (const auto& field : headers) {
    if (!http::equal_ignoring_case(field.name, "Sec-WebSocket-Protocol")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::size_t comma = std::min(rest.find(','), rest.size());
      std::string_view name = rest.substr(0, comma);
      while (name.starts_with(' ') || name.starts_with('\t')) name.remove_prefix(1);
      while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
      if (!name.empty()) offered.emplace_back(name);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return offered;
}

bool wants_websocket(const http::Headers& headers) {
  return headers.has_token("Connection", "Upgrade") && headers.has_token("Upgrade", "websocket");
}

void check_headers(const http::Request& request) {
  const http::Headers& headers = request.headers;
  if (request.method != http::Method::get) refuse("A WebSocket is opened with GET.");
  if (!wants_websocket(headers)) {
    refuse("This path is a WebSocket: send `Connection: Upgrade` and `Upgrade: websocket`.");
  }
  if (headers.get("Sec-WebSocket-Version") != version) {
    refuse("The WebSocket version must be 13 (Sec-WebSocket-Version).");
  }
  auto key = parse_base64(headers.get("Sec-WebSocket-Key"));
  if (headers.count("Sec-WebSocket-Key") != 1 || !key || key->size() != key_bytes) {
    refuse("Sec-WebSocket-Key must be 16 bytes in base64, once.");
  }
}

}  // namespace

std::string accept_for(std::string_view key) {
  return to_base64(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

Handshake read_handshake(const http::Request& request,
                         std::span<const std::string_view> supported) {
  check_headers(request);
  Handshake handshake{.accept = accept_for(request.headers.get("Sec-WebSocket-Key"))};
  auto offered = offered_protocols(request.headers);
  for (const std::string& name : offered) {
    if (name.starts_with(token_prefix)) handshake.token = name.substr(token_prefix.size());
  }
  auto chosen = std::ranges::find_first_of(supported, offered);
  if (chosen != supported.end()) handshake.protocol = *chosen;
  return handshake;
}

std::string make_answer(const Handshake& handshake) {
  std::string answer = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n",
      handshake.accept);
  if (!handshake.protocol.empty()) {
    answer += fmt::format("Sec-WebSocket-Protocol: {}\r\n", handshake.protocol);
  }
  return answer + "\r\n";
}

std::string refuse_version(const http::Request& request) {
  std::string_view asked = request.headers.get("Sec-WebSocket-Version");
  if (!wants_websocket(request.headers) || asked == version) return {};
  constexpr std::string_view why = "The WebSocket version must be 13 (Sec-WebSocket-Version).\n";
  return fmt::format(
      "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
      "Sec-WebSocket-Version: {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}",
      version, why.size(), why);
}

}  // namespace antiphon::live
