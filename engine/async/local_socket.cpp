#include "engine/async/local_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "engine/async/call.h"
#include "engine/async/network.h"
#include "engine/base/error.h"

namespace antiphon {
namespace {

constexpr int socket_kind = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;
constexpr int local_backlog = 16;
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::size_t control_bytes = CMSG_SPACE(sizeof(int) * local_descriptors_max);

[[noreturn]] void fail(std::string what) {
  throw Error(Code::unavailable, std::move(what)).detail(std::strerror(errno));
}

// An address holds 107 characters, a path any number: the folder goes by its descriptor.
class Address {
 public:
  explicit Address(const std::filesystem::path& path)
      : folder_(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    std::string name = fmt::format("/proc/self/fd/{}/{}", folder_.get(), path.filename().string());
    address_.sun_family = AF_UNIX;
    ENSURE(name.size() < sizeof address_.sun_path, "the name of a socket file is short");
    std::memcpy(address_.sun_path, name.c_str(), name.size() + 1);
  }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  Descriptor folder_;
  sockaddr_un address_{};
};

std::vector<Descriptor> descriptors_of(msghdr& header) {
  std::vector<Descriptor> found;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(part) + i * sizeof number, sizeof number);
      found.emplace_back(number);
    }
  }
  return found;
}

}  // namespace

std::optional<LocalConnection> LocalConnection::connect(const std::filesystem::path& path) {
  Descriptor socket(::socket(AF_UNIX, socket_kind, 0));
  if (socket.get() < 0) fail("No descriptor is left to reach another process with.");
  Address address(path);
  if (::connect(socket.get(), address.get(), Address::size()) != 0) return std::nullopt;
  return LocalConnection(std::move(socket));
}

LocalConnection::Peer LocalConnection::peer() const {
  ucred other{};
  socklen_t size = sizeof other;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &other, &size) != 0) {
    fail("The other process cannot be identified.");
  }
  return {other.pid, other.uid};
}

void LocalConnection::send(std::string_view text, std::span<const Descriptor> descriptors) {
  ENSURE(!text.empty() && text.size() <= local_message_bytes_max, "a message has its size");
  ENSURE(descriptors.size() <= local_descriptors_max, "few descriptors go along");
  iovec piece{const_cast<char*>(text.data()), text.size()};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, control_bytes> control{};
  if (!descriptors.empty()) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
    cmsghdr* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
      int number = descriptors[i].get();
      std::memcpy(CMSG_DATA(part) + i * sizeof number, &number, sizeof number);
    }
  }
  if (::sendmsg(socket_.get(), &header, MSG_NOSIGNAL) < 0) fail("The other process is gone.");
}

// Whether there was a message, or the end.
bool LocalConnection::take(std::optional<LocalMessage>& message) {
  std::string text(local_message_bytes_max, '\0');
  iovec piece{text.data(), text.size()};
  alignas(cmsghdr) std::array<char, control_bytes> control{};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  ssize_t count = ::recvmsg(socket_.get(), &header, MSG_CMSG_CLOEXEC);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (count <= 0) return true;
  std::vector<Descriptor> descriptors = descriptors_of(header);
  if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
    throw Error(Code::invalid, "Another process said more than fits in a message.");
  }
  text.resize(static_cast<std::size_t>(count));
  message = LocalMessage{std::move(text), std::move(descriptors)};
  return true;
}

Task<std::optional<LocalMessage>> LocalConnection::receive(Instant deadline) {
  std::optional<LocalMessage> message;
  while (!take(message)) co_await within(deadline, readable(socket_.get()));
  co_return message;
}

std::optional<LocalMessage> LocalConnection::receive_blocking(Duration time) {
  auto until = std::chrono::steady_clock::now() + time;
  std::optional<LocalMessage> message;
  while (!take(message)) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw Error(Code::timeout, "The other process said nothing in time.");
    pollfd wanted{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    ::poll(&wanted, 1, static_cast<int>(left.count()) + 1);
  }
  return message;
}

LocalListener::LocalListener(std::filesystem::path path)
    : path_(std::move(path)), socket_(::socket(AF_UNIX, socket_kind, 0)) {
  ::unlink(path_.c_str());
  Address address(path_);
  // Linux gives the file the mode that its socket has before.
  if (socket_.get() < 0 || ::fchmod(socket_.get(), S_IRUSR | S_IWUSR) != 0 ||
      ::bind(socket_.get(), address.get(), Address::size()) != 0 ||
      ::listen(socket_.get(), local_backlog) != 0) {
    fail(fmt::format("No socket can be made at {}.", path_.string()));
  }
}

LocalListener::~LocalListener() { ::unlink(path_.c_str()); }

Task<LocalConnection> LocalListener::accept() {
  for (;;) {
    co_await readable(socket_.get());
    Descriptor found(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (found.get() < 0) {
      co_await sleep_for(accept_pause);  // out of descriptors, or the other side left
      continue;
    }
    LocalConnection connection(std::move(found));
    uid_t user = connection.peer().user;
    if (user == ::geteuid() || user == 0) co_return connection;
  }
}

}  // namespace antiphon
