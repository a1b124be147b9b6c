#include "engine/async/tcp_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>

#include "engine/base/descriptor.h"
#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;
using boost::system::error_code;

namespace {

error_code system_error_of(int number) { return {number, boost::system::system_category()}; }

std::string peer_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = &reinterpret_cast<sockaddr_in*>(&address)->sin_addr;
  if (address.ss_family == AF_INET6) {
    bytes = &reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr;
  }
  const char* shown = ::inet_ntop(address.ss_family, bytes, text.data(), text.size());
  return shown ? shown : "";
}

class LooseTcpStream final : public LooseStream {
 public:
  explicit LooseTcpStream(int socket) : socket_(socket) {}
  std::unique_ptr<Stream> settle_here() override {
    return std::make_unique<TcpStream>(socket_.release());
  }
  int take_socket() override { return socket_.release(); }

 private:
  Descriptor socket_;
};

// What of the pieces is left after so many bytes.
std::vector<std::string_view> rest_of(std::span<const std::string_view> pieces, std::size_t sent) {
  std::vector<std::string_view> rest;
  for (std::string_view piece : pieces) {
    std::size_t skipped = std::min(sent, piece.size());
    sent -= skipped;
    if (skipped < piece.size()) rest.push_back(piece.substr(skipped));
  }
  return rest;
}

}  // namespace

TcpStream::TcpStream(int socket)
    : poller_(Core::here().poller()), socket_(socket), peer_(peer_of(socket)) {
  int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  try {
    poller_.watch_edges(socket, *this);
  } catch (...) {
    ::close(socket);
    throw;
  }
}

TcpStream::~TcpStream() { close(); }

template <class Handler>
void TcpStream::begin(Wait& wait, Handler handler) {
  wait.slot = asio::get_associated_cancellation_slot(handler);
  if (wait.slot.is_connected()) {
    wait.slot.assign([&wait](asio::cancellation_type) {
      finish_later(wait, asio::error::operation_aborted, 0);
    });
  }
  wait.completion = [handler = std::move(handler)](error_code error, std::size_t count) mutable {
    std::move(handler)(error, count);
  };
}

Task<std::size_t> TcpStream::read_some(std::span<char> into) {
  return asio::async_initiate<const asio::use_awaitable_t<>&, void(error_code, std::size_t)>(
      [this, into](auto handler) {
        ENSURE(!reader_.completion, "a stream has one reader at a time");
        into_ = into;
        begin(reader_, std::move(handler));
        error_code error;
        std::size_t count = 0;
        if (read(error, count)) finish_later(reader_, error, count);
      },
      asio::use_awaitable);
}

// Whether there is something to tell the reader. Fewer bytes than fit were all that there are: what
// comes later is told by the poller, as is the end, unless it was told already.
bool TcpStream::read(error_code& error, std::size_t& count) {
  if (socket_ < 0) {
    error = asio::error::operation_aborted;
    return true;
  }
  if (!is_readable_) return false;
  ssize_t got = 0;
  do {
    got = ::recv(socket_, into_.data(), into_.size(), MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  is_readable_ = has_ended_ || got == static_cast<ssize_t>(into_.size());
  if (got < 0 && errno == EAGAIN) return is_readable_ = false;
  if (got < 0) error = system_error_of(errno);
  count = got < 0 ? 0 : static_cast<std::size_t>(got);
  return true;
}

// The kernel knows more than the poller has told so far.
bool TcpStream::is_silent() const {
  if (socket_ < 0 || has_ended_) return false;
  char first = 0;
  return ::recv(socket_, &first, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

std::size_t TcpStream::write_now(std::span<const std::string_view> pieces) {
  if (socket_ < 0) throw boost::system::system_error(asio::error::operation_aborted);
  std::array<iovec, pieces_per_write_max> buffers;
  std::size_t count = std::min(pieces.size(), buffers.size());
  for (std::size_t i = 0; i < count; ++i) {
    buffers[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
  }
  msghdr message{};
  message.msg_iov = buffers.data();
  message.msg_iovlen = count;
  ssize_t sent = 0;
  do {
    sent = count == 1
               ? ::send(socket_, pieces[0].data(), pieces[0].size(), MSG_NOSIGNAL | MSG_DONTWAIT)
               : ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN) return 0;
  throw boost::system::system_error(system_error_of(errno));
}

Task<> TcpStream::write_all(std::span<const std::string_view> pieces) {
  for (auto rest = rest_of(pieces, 0); !rest.empty();) {
    std::size_t sent = write_now(rest);
    if (sent == 0) co_await wait_for_room();
    rest = rest_of(rest, sent);
  }
}

Task<std::size_t> TcpStream::wait_for_room() {
  return asio::async_initiate<const asio::use_awaitable_t<>&, void(error_code, std::size_t)>(
      [this](auto handler) {
        ENSURE(!writer_.completion, "a stream has one writer at a time");
        begin(writer_, std::move(handler));
      },
      asio::use_awaitable);
}

// Either of the two that go on here may end the stream: it is not touched after the last, and the
// other is told first only if that does not hold it up.
void TcpStream::on_ready(bool readable, bool writable) {
  is_readable_ |= readable;
  error_code error;
  std::size_t count = 0;
  bool has_read = reader_.completion && read(error, count);
  if (writable && writer_.completion) {
    if (has_read) {
      finish_later(writer_, {}, 0);
    } else {
      return finish_now(writer_, {}, 0);
    }
  }
  if (has_read) finish_now(reader_, error, count);
}

// Within a turn of the poller, where no task of ours is running.
void TcpStream::finish_now(Wait& wait, error_code error, std::size_t count) {
  Completion completion = std::exchange(wait.completion, nullptr);
  if (wait.slot.is_connected()) wait.slot.clear();
  completion(error, count);
}

// From within a task: the one who waited goes on in a later turn of the loop.
void TcpStream::finish_later(Wait& wait, error_code error, std::size_t count) {
  if (!wait.completion) return;
  asio::post(Core::here().executor(), [completion = std::exchange(wait.completion, nullptr),
                                       slot = wait.slot, error, count]() mutable {
    if (slot.is_connected()) slot.clear();
    completion(error, count);
  });
}

Task<> TcpStream::end_writing() {
  if (socket_ >= 0) ::shutdown(socket_, SHUT_WR);
  co_return;
}

void TcpStream::close() noexcept {
  if (socket_ < 0) return;
  poller_.take_back(socket_, *this);
  ::close(std::exchange(socket_, -1));
  for (Wait* wait : {&reader_, &writer_}) {
    if (wait->completion && wait->slot.is_connected()) wait->slot.clear();
    finish_later(*wait, asio::error::operation_aborted, 0);
  }
}

std::unique_ptr<LooseStream> TcpStream::release() {
  poller_.take_back(socket_, *this);
  return std::make_unique<LooseTcpStream>(std::exchange(socket_, -1));
}

}  // namespace antiphon
