#pragma once

#include <optional>
#include <string>

#include "engine/live/event.h"
#include "engine/live/handler.h"
#include "engine/schema/json.h"

// The frames of the protocol itself; docs/live-protocol.md describes them.

namespace antiphon::live {

struct ResumeFrom {
  std::uint64_t epoch = 1;
  std::uint64_t seq = 0;
};
inline auto describe(schema::Tag<ResumeFrom>) {
  return schema::object<ResumeFrom>("LiveResumeFrom", "The last event that a client has")
      .field("epoch", &ResumeFrom::epoch, "From welcome", schema::max(9007199254740991.0))
      .field("seq", &ResumeFrom::seq, "Of the last frame", schema::max(9007199254740991.0));
}

/// The first frame of a client.
struct Hello {
  std::string type;
  std::optional<std::string> token;
  std::optional<std::string> session_id;
  std::optional<ResumeFrom> resume_from;
};
inline auto describe(schema::Tag<Hello>) {
  return schema::object<Hello>("LiveHello", "The first frame of a client")
      .field("type", &Hello::type, "Always hello", schema::one_of({"hello"}))
      .field("token", &Hello::token, "Unless the request carried one", schema::max_length(4096))
      .field("sessionId", &Hello::session_id, "Unless the path names it", schema::max_length(64))
      .field("resumeFrom", &Hello::resume_from, "Absent: begin with a snapshot");
}

/// The first frame of the server.
struct Welcome {
  struct Audio {
    std::uint64_t received_samples = 0;
    unsigned rate = 16000;
  };
  struct Bounds {
    std::size_t message_bytes_max = 0;
    std::chrono::milliseconds ping_interval{0};
  };
  std::string session_id;
  std::uint64_t epoch = 1;
  bool recovered = false;
  std::optional<schema::RawJson> snapshot;
  Audio audio;
  Bounds limits;
};
inline auto describe(schema::Tag<Welcome::Audio>) {
  return schema::object<Welcome::Audio>("LiveWelcomeAudio", "Where sound goes on")
      .field("receivedSamples", &Welcome::Audio::received_samples, "From the beginning",
             schema::max(9007199254740991.0))
      .field("rate", &Welcome::Audio::rate, "Samples a second");
}
inline auto describe(schema::Tag<Welcome::Bounds>) {
  return schema::object<Welcome::Bounds>("LiveWelcomeLimits", "What the server takes")
      .field("messageBytesMax", &Welcome::Bounds::message_bytes_max, "Of one frame or message",
             schema::max(9007199254740991.0))
      .field("pingIntervalMs", &Welcome::Bounds::ping_interval, "A silent client is pinged");
}
inline auto describe(schema::Tag<Welcome>) {
  return schema::object<Welcome>("LiveWelcome", "The first frame of the server")
      .field("sessionId", &Welcome::session_id, "Names the session in a later hello")
      .field("epoch", &Welcome::epoch, "Goes with every seq of this connection",
             schema::max(9007199254740991.0))
      .field("recovered", &Welcome::recovered, "Whether exactly what was missed follows")
      .field("snapshot", &Welcome::snapshot, "The state at `seq`, unless recovered")
      .field("audio", &Welcome::audio, "Where sound goes on")
      .field("limits", &Welcome::limits, "What the server takes");
}

/// What a client sends after its hello.
struct ClientFrame {
  enum class Kind { acknowledge, ping, audio, message };
  Kind kind = Kind::message;
  std::uint64_t seq = 0;                ///< of acknowledge
  std::optional<unsigned> rate;         ///< of audio
  std::optional<std::uint64_t> offset;  ///< of audio
  Message message;
};
constexpr std::size_t message_id_bytes_max = 128;

/// @throws Error{fields} or Error{Code::invalid} saying what would be right
ClientFrame parse_client_frame(std::string_view json);

/// PCM16 little-endian as numbers. @throws Error{Code::invalid} for half a sample
std::vector<std::int16_t> parse_pcm16(std::string_view bytes);

}  // namespace antiphon::live
