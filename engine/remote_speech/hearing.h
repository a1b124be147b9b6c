#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"
#include "engine/http/client.h"
#include "engine/speech/recogniser.h"

namespace antiphon::remote_speech {

using speech::Sample;
using speech::sample_rate_hz;
using speech::Word;

/// Sound at 16 kHz, mono.
using Sound = std::vector<Sample>;

/// What was understood of a stretch of sound.
struct Hearing {
  std::string text = {};          ///< as its recogniser wrote it, punctuation included
  std::vector<Word> words = {};   ///< times count from the beginning of the sound
  std::string language = {};      ///< primary language that was heard: "sv"; "" where nobody says
  std::size_t heard_samples = 0;  ///< from the beginning of the utterance

  bool operator==(const Hearing&) const = default;
};

/// Why there is none. What to do about it follows from the kind alone.
struct HearingFailure {
  enum class Kind {
    out,          ///< not asked: it failed too often of late, or asked to be left alone
    full,         ///< not asked: too many wait for their turn already
    unreachable,  ///< refused, no such name, no TLS
    busy,         ///< it has too much to do, or still loads its model
    too_slow,     ///< nothing came in time
    broken,       ///< it broke, or its answer was cut
    malformed,    ///< the answer is not what its protocol says
    empty,        ///< it says that all went well, and there is nothing in it
    refused       ///< it does not take the request: asking it again is of no use
  };

  Kind kind = Kind::broken;
  std::string message;  ///< for the log and for operators: no key, nothing that was said
  std::optional<Duration> retry_after = {};  ///< the server's hint
  int status = 0;                            ///< of HTTP; 0: it is not about one
};

std::string_view to_text(HearingFailure::Kind kind);

using Heard = std::expected<Hearing, HearingFailure>;

/// What a failed exchange means.
HearingFailure failure_of(const http::ClientFailure& failure);

inline constexpr std::size_t server_message_bytes_max =
    200;  ///< of what a server says of its fault

/// What another status than 200 means.
/// @param body  of the answer; what it says of the fault is kept, but not of refused keys, since
///              servers quote them
/// @param now   what a date in Retry-After is compared with
HearingFailure failure_of_status(int status, const http::Headers& headers, std::string_view body,
                                 Timestamp now);

/// What a JSON body says of a fault: OpenAI's `error.message`, whisper.cpp's `error`, FastAPI's
/// `detail`; "" for a body that says nothing.
std::string fault_told_by(std::string_view body);

}  // namespace antiphon::remote_speech
