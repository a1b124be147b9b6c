#include "bench/load/http_connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <stdexcept>

namespace antiphon::bench {
namespace {

constexpr std::size_t http_read_bytes = std::size_t{64} << 10;
constexpr std::string_view line_end = "\r\n";

// The value of a field in a head whose letters are all small; empty when it is not there.
std::string_view field_of(std::string_view head, std::string_view name) {
  std::string begin = fmt::format("\r\n{}:", name);
  auto at = head.find(begin);
  if (at == std::string_view::npos) return {};
  auto value = head.substr(at + begin.size());
  value = value.substr(0, value.find(line_end));
  return value.substr(std::min(value.find_first_not_of(' '), value.size()));
}

std::size_t parse_size(std::string_view text, int base) {
  std::size_t size = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (error != std::errc() || end == text.data()) {
    throw std::runtime_error(fmt::format("This is no length of a body: {}", text));
  }
  return size;
}

}  // namespace

HttpConnection::HttpConnection(const Target& target) : descriptor_(connect_to(target)) {
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

HttpConnection::~HttpConnection() { ::close(descriptor_); }

void HttpConnection::send(std::string_view request) {
  ssize_t count = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
  if (count < 0) fail("A request cannot be sent");
  if (static_cast<std::size_t>(count) < request.size()) {
    throw std::runtime_error("The kernel did not take a request as a whole.");
  }
}

bool HttpConnection::read(const OnBody& on_body) {
  static thread_local std::array<char, http_read_bytes> bytes;
  ssize_t count = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (count < 0 && errno == EAGAIN) return false;
  bool is_between = !has_head_ && in_.empty() && status_ != 0;
  bool has_ended = count == 0 || (count < 0 && errno == ECONNRESET);
  if (has_ended && is_between) {
    is_stale_ = true;
    return false;
  }
  if (count < 0) fail("An answer cannot be read");
  if (count == 0) throw std::runtime_error("The server ended a connection before its answer.");
  in_.append(bytes.data(), static_cast<std::size_t>(count));
  if (!has_head_ && !take_head()) return false;
  bool is_whole = is_chunked_ ? take_chunks(on_body) : take_sized(on_body);
  has_head_ = !is_whole;
  return is_whole;
}

bool HttpConnection::take_head() {
  auto end = in_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  std::string head = in_.substr(0, end + line_end.size());
  in_.erase(0, end + 2 * line_end.size());
  std::ranges::transform(head, head.begin(), [](unsigned char c) { return std::tolower(c); });
  if (!head.starts_with("http/1.1 ")) throw std::runtime_error("This is no HTTP/1.1: " + head);
  status_ = static_cast<int>(parse_size(std::string_view(head).substr(9, 3), 10));
  keeps_alive_ = field_of(head, "connection") != "close";
  is_chunked_ = field_of(head, "transfer-encoding") == "chunked";
  if (!is_chunked_) length_ = parse_size(field_of(head, "content-length"), 10);
  return has_head_ = true;
}

bool HttpConnection::take_sized(const OnBody& on_body) {
  if (in_.size() < length_) return false;
  on_body(std::string_view(in_).substr(0, length_));
  in_.erase(0, length_);
  return true;
}

bool HttpConnection::take_chunks(const OnBody& on_body) {
  std::string_view rest = in_;
  bool is_whole = false;
  while (!is_whole) {
    auto head_end = rest.find(line_end);
    if (head_end == std::string_view::npos) break;
    std::size_t size = parse_size(rest.substr(0, head_end), 16);
    std::size_t begin = head_end + line_end.size();
    if (rest.size() < begin + size + line_end.size()) break;
    is_whole = size == 0;
    if (!is_whole) on_body(rest.substr(begin, size));
    rest.remove_prefix(begin + size + line_end.size());
  }
  in_.erase(0, in_.size() - rest.size());
  return is_whole;
}

}  // namespace antiphon::bench
