#pragma once

#include <chrono>
#include <string>

#include "engine/schema/json.h"

// What two servers say to each other when one takes over from the other, over a socket in the data
// folder. Each line is one message:
//
//   new  {"word":"ask","version":1}                          I want to take over
//   old  {"word":"offer","version":1,"tls":false,"drainMs":10000}    with its listening sockets
//   new  {"word":"hold"}                                     they are good and I hold them: drain
//        … the old one accepts nothing any more, drains, gives up the folder …
//   new  {"word":"serving"}                                  and the old one ends
//
// Until `hold` nothing has happened: whoever leaves or falls silent leaves the old server as it
// was. After it, when the new one ends before `serving`, the old one takes the folder back and
// serves again: it has kept the sockets, too.

namespace antiphon::server {

inline constexpr const char* take_over_socket_name = "handover.sock";
inline constexpr std::int64_t take_over_version = 1;

struct TakeOverWord {
  std::string word;
  std::int64_t version = 0;
  bool tls = false;           ///< whether the old server shakes hands on its sockets
  std::int64_t drain_ms = 0;  ///< how long it may take to give up the folder
  std::string reason;         ///< of a `refuse`
};

inline auto describe(schema::Tag<TakeOverWord>) {
  return schema::object<TakeOverWord>("TakeOverWord", "A message between two servers")
      .field("word", &TakeOverWord::word, "What is said")
      .field("version", &TakeOverWord::version, "Of this conversation", schema::defaulted)
      .field("tls", &TakeOverWord::tls, "Whether the sockets speak TLS", schema::defaulted)
      .field("drainMs", &TakeOverWord::drain_ms, "Longest time of the drain", schema::defaulted)
      .field("reason", &TakeOverWord::reason, "Why not", schema::defaulted);
}

/// Unknown members are another version's. @throws Error{fields}
inline TakeOverWord parse_word(std::string_view text) {
  return schema::parse<TakeOverWord>(text, schema::ParseOptions::outside());
}

/// How long one waits for the other.
struct TakeOverLimits {
  std::chrono::milliseconds offer{10'000};  ///< from asking to the offer; then nothing is changed
  std::chrono::milliseconds hold{5'000};    ///< from the offer to `hold`; then it is void
  std::chrono::milliseconds margin{5'000};  ///< beyond the drain's own time, for the folder
  std::chrono::milliseconds serving{120'000};  ///< from the folder to `serving`
};

}  // namespace antiphon::server
