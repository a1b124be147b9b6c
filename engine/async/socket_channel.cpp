#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "engine/async/channel.h"

namespace antiphon {
namespace {

// A full buffer is followed by another read at once, but others get their turn.
constexpr int reads_per_turn_max = 4;
// What the kernel holds for a peer that does not read; it doubles the number for its own needs.
constexpr int send_buffer_bytes = 32 << 10;

class SocketChannel final : public Channel, private Poller::Watched {
 public:
  SocketChannel(Poller& poller, int socket) : poller_(poller), socket_(socket) {
    int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
  }
  SocketChannel(const SocketChannel&) = delete;
  SocketChannel& operator=(const SocketChannel&) = delete;
  ~SocketChannel() override { close(); }

  void begin(User& user) override {
    user_ = &user;
    poller_.watch(socket_, *this, false, false);
  }

  void want_bytes(bool wanted) override {
    if (wanted == reading_ || socket_ < 0) return;
    reading_ = wanted;
    poller_.change(socket_, *this, reading_, writing_);
  }

  std::size_t write(std::span<const std::string_view> pieces) override {
    std::size_t done = 0;
    while (!pieces.empty() && socket_ >= 0) {
      std::size_t wanted = 0;
      std::size_t count = std::min(pieces.size(), pieces_per_write_max);
      for (std::size_t i = 0; i < count; ++i) {
        buffers_[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
        wanted += pieces[i].size();
      }
      msghdr message{};
      message.msg_iov = buffers_.data();
      message.msg_iovlen = count;
      ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      // What is wrong with the connection is told by the poller, at once.
      if (sent > 0) done += static_cast<std::size_t>(sent);
      if (sent < 0 || static_cast<std::size_t>(sent) < wanted) {
        want_room(true);
        break;
      }
      pieces = pieces.subspan(count);
    }
    return done;
  }

  void end_writing() override { ::shutdown(socket_, SHUT_WR); }

  void close() noexcept override {
    if (socket_ < 0) return;
    if (user_) poller_.take_back(socket_, *this);
    ::close(std::exchange(socket_, -1));
  }

  std::string peer() const override {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = &reinterpret_cast<sockaddr_in*>(&address)->sin_addr;
    if (address.ss_family == AF_INET6)
      bytes = &reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr;
    const char* shown = ::inet_ntop(address.ss_family, bytes, text.data(), text.size());
    return shown ? shown : "";
  }

  std::unique_ptr<LooseStream> release() override { return nullptr; }

 private:
  void want_room(bool wanted) {
    if (wanted == writing_) return;
    writing_ = wanted;
    poller_.change(socket_, *this, reading_, writing_);
  }

  void on_ready(bool readable, bool writable) override {
    // Whoever did not ask for bytes is told of them only when the connection broke.
    bool broke = readable && !reading_;
    if (writable && writing_) {
      want_room(false);
      user_->on_sent(0);
    }
    if (socket_ < 0) return;
    if (broke) {
      end();
    } else if (readable) {
      read();
    }
  }

  void read() {
    std::span<char> buffer = poller_.buffer();
    for (int i = 0; i < reads_per_turn_max && reading_ && socket_ >= 0; ++i) {
      ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (count <= 0) return end();
      user_->on_bytes({buffer.data(), static_cast<std::size_t>(count)});
      if (static_cast<std::size_t>(count) < buffer.size()) return;
    }
  }

  void end() {
    User* user = user_;
    close();
    user->on_end();
  }

  static thread_local std::array<iovec, pieces_per_write_max> buffers_;

  Poller& poller_;
  User* user_ = nullptr;
  int socket_;
  bool reading_ = false;
  bool writing_ = false;
};

thread_local std::array<iovec, pieces_per_write_max> SocketChannel::buffers_;

}  // namespace

std::unique_ptr<Channel> channel_over(Poller& poller, int socket) {
  return std::make_unique<SocketChannel>(poller, socket);
}

std::unique_ptr<Channel> channel_over(Poller& poller, std::unique_ptr<LooseStream> arriving) {
  int socket = arriving->take_socket();
  return socket >= 0 ? channel_over(poller, socket) : channel_over(arriving->settle_here());
}

}  // namespace antiphon
