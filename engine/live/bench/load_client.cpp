#include "engine/live/bench/load_client.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace antiphon::live::bench {
namespace {

constexpr std::size_t frames_per_answer = 10;

void write_whole(int descriptor, std::string_view bytes) {
  if (::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("a message could not be sent at once");
  }
}

// Masked with zeros, so that the text stays as it is.
std::string client_frame(std::string_view text) {
  std::string frame = "\x81";
  if (text.size() < 126) {
    frame += static_cast<char>(0x80 | text.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(text.size() >> 8);
    frame += static_cast<char>(text.size());
  }
  return frame.append(4, '\0').append(text);
}

std::string read_until(int descriptor, std::string_view mark) {
  std::string seen;
  std::array<char, 4096> buffer{};
  while (seen.find(mark) == std::string::npos) {
    ssize_t count = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (count <= 0) throw std::runtime_error("the connection broke: " + seen);
    seen.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return seen;
}

std::uint64_t read_seq(std::string_view payload) {
  std::size_t at = payload.find("\"seq\":");
  return at == std::string_view::npos ? 0 : std::strtoull(payload.data() + at + 6, nullptr, 10);
}

}  // namespace

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double LoadClient::Result::at(double quantile) {
  if (latency_ms.empty()) return 0;
  std::ranges::sort(latency_ms);
  return latency_ms[static_cast<std::size_t>(quantile *
                                             static_cast<double>(latency_ms.size() - 1))];
}

LoadClient::~LoadClient() {
  for (Peer& peer : peers_) ::close(peer.descriptor);
  if (epoll_ >= 0) ::close(epoll_);
}

void LoadClient::connect(std::size_t count) {
  if (epoll_ < 0) epoll_ = ::epoll_create1(0);
  std::size_t before = peers_.size();
  peers_.resize(count);
  for (std::size_t i = before; i < count; ++i) open(i);
}

void LoadClient::open(std::size_t index) {
  Peer& peer = peers_[index];
  peer.descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(peer.descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("no connection");
  }
  int on = 1;
  ::setsockopt(peer.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  write_whole(peer.descriptor,
              "GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Protocol: antiphon.v1\r\n\r\n");
  read_until(peer.descriptor, "\r\n\r\n");
  write_whole(peer.descriptor,
              client_frame(fmt::format(R"({{"type":"hello","token":"u{}"}})", index)));
  read_until(peer.descriptor, "welcome");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = index;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, peer.descriptor, &event);
}

void LoadClient::send(Peer& peer, double due) {
  peer.left = frames_per_answer;
  peer.due = due;
  write_whole(peer.descriptor, client_frame(R"({"type":"ask","text":"Where is my bag?"})"));
}

// False when nothing came.
bool LoadClient::wait(double seconds) {
  std::array<epoll_event, 512> events{};
  int count = ::epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(seconds * 1e3));
  for (int i = 0; i < count; ++i) receive(peers_[events[static_cast<std::size_t>(i)].data.u64]);
  return count > 0;
}

void LoadClient::receive(Peer& peer) {
  static std::array<char, 65536> buffer;
  ssize_t count = ::recv(peer.descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count <= 0) throw std::runtime_error("the server closed a connection");
  peer.bytes.append(buffer.data(), static_cast<std::size_t>(count));
  std::string_view rest = peer.bytes;
  for (;;) {
    if (rest.size() < 2) break;
    auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
    std::size_t header = at(1) == 126 ? 4 : 2;
    if (rest.size() < header) break;
    std::size_t length = at(1) == 126 ? std::size_t{at(2)} << 8 | at(3) : at(1);
    if (rest.size() < header + length) break;
    bool is_text = at(0) == 0x81;
    if (is_text) on_frame(peer, rest.substr(header, length));
    rest.remove_prefix(header + length);
  }
  peer.bytes.erase(0, peer.bytes.size() - rest.size());
}

void LoadClient::on_frame(Peer& peer, std::string_view payload) {
  if (!payload.starts_with(R"({"type":"chunk")")) return;
  std::uint64_t seq = read_seq(payload);
  if (peer.last_seq != 0 && seq != peer.last_seq + 1) throw std::runtime_error("a hole in seq");
  peer.last_seq = seq;
  ++frames_;
  if (peer.left > 0 && --peer.left == 0) done_.push_back(&peer);
}

LoadClient::Result LoadClient::closed_loop(std::chrono::duration<double> span) {
  Result result;
  double begin = now_s();
  double end = begin + span.count();
  frames_ = 0;
  for (Peer& peer : peers_) send(peer, now_s());
  std::size_t under_way = peers_.size();
  while (under_way > 0) {
    wait(5);
    double now = now_s();
    for (Peer* peer : std::exchange(done_, {})) {
      ++result.messages;
      result.latency_ms.push_back((now - peer->due) * 1e3);
      if (now < end) {
        send(*peer, now);
      } else {
        --under_way;
      }
    }
  }
  result.seconds = now_s() - begin;
  result.frames = frames_;
  return result;
}

void LoadClient::exchange(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    for (Peer& peer : peers_) send(peer, now_s());
    for (std::size_t answered = 0; answered < peers_.size();) {
      if (!wait(10)) throw std::runtime_error("an answer is missing");
      answered += std::exchange(done_, {}).size();
    }
  }
}

LoadClient::Result LoadClient::paced(double per_second, std::chrono::duration<double> span) {
  Result result;
  double begin = now_s();
  auto total = static_cast<std::size_t>(per_second * span.count());
  std::size_t sent = 0;
  frames_ = 0;
  while (result.messages < total) {
    double now = now_s();
    while (sent < total && begin + static_cast<double>(sent) / per_second <= now) {
      send(peers_[sent % peers_.size()], begin + static_cast<double>(sent) / per_second);
      ++sent;
    }
    wait(0);
    double after = now_s();
    for (Peer* peer : std::exchange(done_, {})) {
      ++result.messages;
      result.latency_ms.push_back((after - peer->due) * 1e3);
    }
  }
  result.seconds = now_s() - begin;
  result.frames = frames_;
  return result;
}

}  // namespace antiphon::live::bench
