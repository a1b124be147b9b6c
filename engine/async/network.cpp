#include "engine/async/network.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstring>

#include "engine/async/call.h"
#include "engine/async/host_names.h"
#include "engine/async/port_holder.h"
#include "engine/async/tcp_stream.h"
#include "engine/base/descriptor.h"
#include "engine/base/error.h"

namespace antiphon {
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

namespace {

constexpr int backlog = 4096;

using Buffers = std::array<asio::const_buffer, pieces_per_write_max>;

std::size_t fill(Buffers& buffers, std::span<const std::string_view> pieces) {
  std::size_t count = std::min(pieces.size(), buffers.size());
  for (std::size_t i = 0; i < count; ++i) {
    buffers[i] = asio::buffer(pieces[i].data(), pieces[i].size());
  }
  return count;
}

// The socket is a member of the stream whose caller waits for this.
// NOLINTBEGIN(cppcoreguidelines-avoid-reference-coroutine-parameters)
template <class Socket>
Task<std::size_t> read_from(Socket& socket, std::span<char> into) {
  boost::system::error_code error;
  std::size_t count = co_await socket.async_read_some(
      asio::buffer(into.data(), into.size()), asio::redirect_error(asio::use_awaitable, error));
  if (error == asio::error::eof) co_return 0;
  if (error) throw boost::system::system_error(error);
  co_return count;
}

template <class Socket>
Task<> write_to(Socket& socket, std::span<const std::string_view> pieces) {
  while (!pieces.empty()) {
    Buffers buffers;
    std::size_t count = fill(buffers, pieces);
    co_await asio::async_write(socket, std::span(buffers.data(), count), asio::use_awaitable);
    pieces = pieces.subspan(count);
  }
}
// NOLINTEND(cppcoreguidelines-avoid-reference-coroutine-parameters)

class DescriptorStream final : public Stream {
 public:
  explicit DescriptorStream(int descriptor) : file_(Core::here().executor(), descriptor) {}

  Task<std::size_t> read_some(std::span<char> into) override { return read_from(file_, into); }
  Task<> write_all(std::span<const std::string_view> pieces) override {
    return write_to(file_, pieces);
  }
  Task<> end_writing() override {
    // A pipe ends by closing; a socket pair can end one way.
    if (::shutdown(file_.native_handle(), SHUT_WR) != 0) close();
    co_return;
  }
  void close() noexcept override {
    boost::system::error_code ignored;
    file_.close(ignored);
  }
  std::string peer() const override { return "local"; }
  std::unique_ptr<LooseStream> release() override { return nullptr; }

 private:
  asio::posix::stream_descriptor file_;
};

// The kernel's address of a socket; nothing when it is none of TCP.
std::optional<Tcp::endpoint> local_endpoint(int descriptor) {
  Tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(descriptor, endpoint.data(), &size) != 0) return std::nullopt;
  int family = endpoint.data()->sa_family;
  if (family != AF_INET && family != AF_INET6) return std::nullopt;
  endpoint.resize(size);
  return endpoint;
}

bool is_listening(int descriptor) {
  int type = 0;
  int accepts = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM &&
         ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0 && accepts != 0;
}

class TcpListener final : public Listener {
 public:
  // An acceptor that is given its socket takes it out of the loop before it closes it. One that
  // made it relies on the close, which does not help when other descriptors of it live on.
  TcpListener(Descriptor socket, Tcp protocol)
      : acceptor_(Core::here().executor(), protocol, socket.release()) {}

  Task<std::unique_ptr<Stream>> accept() override {
    Tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
    ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
    co_return std::make_unique<TcpStream>(socket.release());
  }

  Endpoint local() const override {
    auto local = acceptor_.local_endpoint();
    return {local.address().to_string(), local.port()};
  }

  std::unique_ptr<Listener> share() const override {
    auto protocol = acceptor_.local_endpoint().protocol();
    return std::make_unique<TcpListener>(copy_socket(), protocol);
  }

  Descriptor copy_socket() const override {
    int copy = ::fcntl(const_cast<Tcp::acceptor&>(acceptor_).native_handle(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw Error(Code::unavailable, "No descriptor is left to listen with.");
    return Descriptor(copy);
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  Tcp::acceptor acceptor_;
};

Tcp::endpoint look_up(const Endpoint& endpoint) {
  asio::io_context context;
  boost::system::error_code error;
  Tcp::resolver resolver(context);
  auto found =
      resolver.resolve(endpoint.host, std::to_string(endpoint.port), Tcp::resolver::passive, error);
  if (error || found.empty()) {
    throw Error(Code::invalid,
                fmt::format("Cannot listen on {}: no such address.", endpoint.text()));
  }
  return found.begin()->endpoint();
}

Error cannot_listen(const Endpoint& wanted, int reason) {
  std::string message =
      fmt::format("Cannot listen on {}: {}", wanted.text(), std::strerror(reason));
  if (reason == EADDRINUSE) {
    auto holder = who_listens(wanted.port);
    if (holder) message += fmt::format("; {} listens there", holder->text());
    message += ". Stop that one first, or choose another address with --listen";
  }
  return Error(Code::conflict, message + ".");
}

Task<Tcp::socket> connect_any(Network* network, Endpoint endpoint, Instant deadline) {
  std::vector<Tcp::endpoint> found;
  for (const std::string& address : co_await network->resolve(endpoint.host, deadline)) {
    found.emplace_back(asio::ip::make_address(address), endpoint.port);
  }
  Tcp::socket socket(Core::here().executor());
  co_await asio::async_connect(socket, found, asio::use_awaitable);
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
  co_return socket;
}

}  // namespace

std::size_t Stream::write_now(std::span<const std::string_view>) { return 0; }

Task<> Stream::write_all(std::string_view piece) {
  std::array<std::string_view, 1> pieces{piece};
  co_await write_all(std::span<const std::string_view>(pieces));
}

std::string Endpoint::text() const {
  bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Endpoint parse_endpoint(std::string_view text) {
  auto colon = text.rfind(':');
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  std::string_view digits = host.empty() ? "" : text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  std::uint16_t port = 0;
  auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || rest != digits.data() + digits.size()) {
    throw Error(Code::invalid, fmt::format("\"{}\" is not an address to listen on or connect to. "
                                           "Write host:port, for example 127.0.0.1:8080.",
                                           text.substr(0, 80)));
  }
  return {std::string(host), port};
}

std::unique_ptr<Listener> SystemNetwork::listen(const Endpoint& endpoint) {
  Tcp::endpoint address = look_up(endpoint);
  Descriptor socket(::socket(address.data()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  int on = 1;
  // Without it a restart waits for the kernel's TIME_WAIT; on Linux a live listener still excludes.
  bool listens =
      ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      ::bind(socket.get(), address.data(), static_cast<socklen_t>(address.size())) == 0 &&
      ::listen(socket.get(), backlog) == 0;
  if (!listens) throw cannot_listen(endpoint, errno);
  return std::make_unique<TcpListener>(std::move(socket), address.protocol());
}

std::unique_ptr<Listener> SystemNetwork::adopt(Descriptor socket) {
  listening_at(socket.get());
  auto protocol = local_endpoint(socket.get())->protocol();
  return std::make_unique<TcpListener>(std::move(socket), protocol);
}

Endpoint listening_at(int descriptor) {
  auto endpoint = local_endpoint(descriptor);
  if (!endpoint || !is_listening(descriptor)) {
    throw Error(Code::invalid,
                fmt::format("The descriptor {} that was handed over is no TCP socket "
                            "that listens.",
                            descriptor));
  }
  return {endpoint->address().to_string(), endpoint->port()};
}

Endpoint resolve_listening(const Endpoint& endpoint) {
  Tcp::endpoint found = look_up(endpoint);
  return {found.address().to_string(), found.port()};
}

Descriptor Listener::copy_socket() const {
  throw Error(Code::unsupported, "This socket cannot be handed to another process.");
}

SystemNetwork::SystemNetwork() : names_(std::make_unique<HostNames>()) {}
SystemNetwork::~SystemNetwork() = default;

Task<std::vector<std::string>> Network::resolve(std::string host, Instant) {
  co_return std::vector{std::move(host)};
}

Task<std::vector<std::string>> SystemNetwork::resolve(std::string host, Instant deadline) {
  return names_->find(std::move(host), deadline);
}

Task<std::unique_ptr<Stream>> SystemNetwork::connect(Endpoint endpoint, Instant deadline) {
  std::string name = endpoint.text();
  try {
    Tcp::socket socket =
        co_await within(deadline, connect_any(this, std::move(endpoint), deadline));
    co_return std::make_unique<TcpStream>(socket.release());
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == asio::error::operation_aborted) throw;
    throw Error(Code::unavailable,
                fmt::format("Cannot connect to {}: {}.", name, failure.code().message()));
  }
}

std::unique_ptr<Stream> stream_over(int descriptor) {
  return std::make_unique<DescriptorStream>(descriptor);
}

Task<> readable(int descriptor) {
  asio::posix::stream_descriptor file(Core::here().executor(), descriptor);
  std::exception_ptr failure;
  try {
    co_await file.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
  } catch (...) {
    failure = std::current_exception();
  }
  file.release();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace antiphon
