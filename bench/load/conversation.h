#pragma once

#include <sys/types.h>

#include <string>

#include "bench/load/loop.h"

namespace antiphon::bench {

/// Questions over many sockets, each answered by a fixed number of frames.
struct ConversationOptions {
  Target target;
  std::size_t connections = 1000;
  double rate = 0;  ///< messages a second over all connections; 0: the next one after each answer
  std::chrono::seconds warm_up{2};
  std::chrono::seconds length{10};
  std::size_t frames = 10;      ///< of an answer
  bool speaks = false;          ///< 20 ms of sound in place of a question
  std::size_t at_most = 0;      ///< questions of a connection; 0: until the time is over
  std::chrono::seconds rest{};  ///< with `at_most`: how long nothing happens afterwards
  pid_t server = 0;             ///< whose memory is watched; 0: nobody's
};

/// One JSON object: messages, wrong and other frames, latencies, memory.
///
/// A frame of an answer begins {"type":"chunk" and ends "final":false}, the last one "final":true}.
/// Anything else is counted as `other`: with a server that says nothing besides, that is a fault.
std::string converse(const ConversationOptions& options);

}  // namespace antiphon::bench
