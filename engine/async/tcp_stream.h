#pragma once

#include <boost/system/error_code.hpp>
#include <functional>
#include <string>

#include "engine/async/poller.h"
#include "engine/async/stream.h"

namespace antiphon {

/// A connected TCP socket on the poller of its core. It is registered with the kernel once; what
/// came is read, and whoever waits for it goes on, in the same turn of the poller. Asking for bytes
/// costs no system call before there are some.
class TcpStream final : public Stream, private Poller::Watched {
 public:
  /// @param socket  connected; the stream owns it from here on
  explicit TcpStream(int socket);
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;
  ~TcpStream() override;

  Task<std::size_t> read_some(std::span<char> into) override;
  bool is_silent() const override;
  std::size_t write_now(std::span<const std::string_view> pieces) override;
  Task<> write_all(std::span<const std::string_view> pieces) override;
  Task<> end_writing() override;
  void close() noexcept override;
  std::string peer() const override { return peer_; }
  std::unique_ptr<LooseStream> release() override;

 private:
  using Completion = std::move_only_function<void(boost::system::error_code, std::size_t)>;
  // Who waits for the socket: one reader, one writer.
  struct Wait {
    Completion completion;
    boost::asio::cancellation_slot slot;
  };

  template <class Handler>
  void begin(Wait& wait, Handler handler);
  Task<std::size_t> wait_for_room();
  void on_last() override { has_ended_ = true; }
  void on_ready(bool readable, bool writable) override;
  bool read(boost::system::error_code& error, std::size_t& count);
  static void finish_now(Wait& wait, boost::system::error_code error, std::size_t count);
  static void finish_later(Wait& wait, boost::system::error_code error, std::size_t count);

  Poller& poller_;
  int socket_;
  std::string peer_;
  std::span<char> into_;  // of the reader who waits
  Wait reader_;
  Wait writer_;
  bool is_readable_ = false;
  bool has_ended_ = false;  // the other side; the rest of what it sent may still be there
};

}  // namespace antiphon
