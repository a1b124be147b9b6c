#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/async/poller.h"
#include "engine/async/stream.h"

namespace antiphon {

/// A connection for somebody who is told instead of waiting: one that is idle holds neither a
/// buffer nor a coroutine. Belongs to one core.
class Channel {
 public:
  /// Told on the channel's core. It must not destroy the channel inside these, but may close it.
  class User {
   public:
    virtual ~User() = default;
    /// What came; the bytes are gone after the call.
    virtual void on_bytes(std::string_view bytes) = 0;
    /// After a write() that left something: `count` more bytes are out, and write() may be called
    /// again.
    virtual void on_sent(std::size_t count) = 0;
    /// The other side has ended, or the connection broke. Once; nothing comes afterwards.
    virtual void on_end() = 0;
  };
  virtual ~Channel() = default;

  /// Before anything else. @param user  outlives the channel, or its close()
  virtual void begin(User& user) = 0;
  /// Whether bytes are to be read; not at the beginning.
  virtual void want_bytes(bool wanted) = 0;
  /// Writes what fits, in as few system calls as it takes.
  /// @return how much is out; when it is less than all, the pieces stay where they are and no
  ///         further write is begun until on_sent()
  virtual std::size_t write(std::span<const std::string_view> pieces) = 0;
  /// Tells the other side that nothing more comes; reading goes on.
  virtual void end_writing() = 0;
  /// Ends both ways; the user is told nothing more.
  virtual void close() noexcept = 0;
  /// Address of the other side.
  virtual std::string peer() const = 0;
  /// Lets go of the core, so that the connection can settle on another one, or as another kind;
  /// null where it cannot, and then it stays as it is. Neither reading nor writing may be under
  /// way.
  virtual std::unique_ptr<LooseStream> release() = 0;
};

/// Over any stream: TLS, memory, what a client connected. Its two tasks wait in the user's place.
std::unique_ptr<Channel> channel_over(std::unique_ptr<Stream> stream);
/// Over a connected socket, which it owns from here on. @param poller  of this core, outlives it
std::unique_ptr<Channel> channel_over(Poller& poller, int socket);
/// The one or the other, by what it is.
std::unique_ptr<Channel> channel_over(Poller& poller, std::unique_ptr<LooseStream> arriving);

}  // namespace antiphon
