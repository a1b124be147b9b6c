#pragma once

#include <memory>
#include <span>

#include "engine/async/core.h"

namespace antiphon {

/// Tells of many descriptors on one core when they can be read or written. Each costs one
/// registration with the kernel, and no system call as long as its wishes stay the same.
class Poller {
 public:
  /// Somebody who owns a descriptor.
  class Watched {
   public:
    virtual ~Watched() = default;
    /// Reading or writing goes further now, if only to say that the connection broke. It may take
    /// back itself or another one, and may go, if that is the last it does.
    virtual void on_ready(bool readable, bool writable) = 0;
    /// Before the last on_ready() that tells of something to read: nothing comes after that.
    virtual void on_last() {}
  };

  explicit Poller(Core& core);
  ~Poller();
  /// Tells nobody any more. Before the core's loop goes, which may go before the poller.
  void stop();

  /// Told from the next turn on, until take_back().
  void watch(int descriptor, Watched& watched, bool reading, bool writing);
  /// The same for one that is told once of everything new, reading and writing, whether it wants
  /// it or not: it reads until there is nothing left and writes until there is no room.
  void watch_edges(int descriptor, Watched& watched);
  void change(int descriptor, Watched& watched, bool reading, bool writing);
  /// Not told any more. The descriptor is still open.
  void take_back(int descriptor, Watched& watched);

  /// For what is read in one call of on_ready(): shared by all, so nobody keeps anything in it.
  std::span<char> buffer();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace antiphon
