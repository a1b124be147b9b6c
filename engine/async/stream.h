#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/async/task.h"

namespace antiphon {

class Stream;

/// Few pieces are common (head and body, a pass of frames); more are written in turns.
inline constexpr std::size_t pieces_per_write_max = 64;

/// A stream on its way from one core to another, bound to none; dropping it closes it.
class LooseStream {
 public:
  virtual ~LooseStream() = default;
  /// The stream again, of the current core. Once.
  virtual std::unique_ptr<Stream> settle_here() = 0;
  /// In its place, and once: the socket, where nothing but the kernel stands between; else -1.
  virtual int take_socket() { return -1; }
};

/// An ordered stream of bytes: a socket, a pipe, or a pair in memory. Belongs to one core. One
/// reader and one writer at a time. Failures throw boost::system::system_error.
class Stream {
 public:
  virtual ~Stream() = default;

  /// At least one byte, unless the other side has ended: then 0.
  virtual Task<std::size_t> read_some(std::span<char> into) = 0;
  /// Whether nothing has come that was not read: no byte, no end and no failure. Also where that
  /// cannot be known without waiting.
  virtual bool is_silent() const { return true; }

  /// As many bytes of the pieces as go out without waiting; none where that cannot be known. What
  /// is left goes out by write_all().
  virtual std::size_t write_now(std::span<const std::string_view> pieces);
  /// All pieces, in order, in as few system calls as it takes. The pieces outlive the call.
  virtual Task<> write_all(std::span<const std::string_view> pieces) = 0;
  Task<> write_all(std::string_view piece);

  /// Tells the other side that nothing more comes; reading goes on.
  virtual Task<> end_writing() = 0;
  /// Ends both ways; a pending read or write ends with operation_aborted.
  virtual void close() noexcept = 0;

  /// Address of the other side, for logs and limits: "127.0.0.1".
  virtual std::string peer() const = 0;

  /// Lets go of the core, so that the stream can settle on another one; null where it cannot.
  /// Nothing may be pending; the stream is dead afterwards.
  virtual std::unique_ptr<LooseStream> release() = 0;
};

}  // namespace antiphon
