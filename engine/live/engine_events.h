#pragma once

#include <string>
#include <vector>

#include "engine/live/event.h"

// The events that the engine itself emits, in every app's sessions.

namespace antiphon::live {

/// Body of `error`.
struct ErrorBody {
  struct Field {
    std::string pointer;
    std::string rule;
    std::string message;
  };
  std::string code;
  std::string message;
  std::optional<std::vector<Field>> fields;
  std::optional<int> retry_after_s;
  std::optional<std::string> message_id;
};

inline auto describe(schema::Tag<ErrorBody::Field>) {
  return schema::object<ErrorBody::Field>("LiveFieldError", "One broken rule of one field")
      .field("pointer", &ErrorBody::Field::pointer, "JSON pointer of the field")
      .field("rule", &ErrorBody::Field::rule, "Stable name of the rule")
      .field("message", &ErrorBody::Field::message, "What was wrong and what would be right");
}
inline auto describe(schema::Tag<ErrorBody>) {
  return schema::object<ErrorBody>("LiveError", "Something failed")
      .field("code", &ErrorBody::code, "Stable name of the kind of failure")
      .field("message", &ErrorBody::message, "What was wrong and what would be right")
      .field("fields", &ErrorBody::fields, "Every broken field of the message")
      .field("retryAfterS", &ErrorBody::retry_after_s, "When to try again")
      .field("messageId", &ErrorBody::message_id, "`id` of the message that failed");
}
ErrorBody make_error_body(const Error& error, std::string_view message_id);

/// Body of `audio`.
struct AudioBody {
  std::uint64_t received_samples = 0;
  unsigned rate = 16000;
};
inline auto describe(schema::Tag<AudioBody>) {
  return schema::object<AudioBody>("LiveAudio", "How much sound has arrived")
      .field("receivedSamples", &AudioBody::received_samples, "From the session's beginning",
             schema::max(9007199254740991.0))
      .field("rate", &AudioBody::rate, "Samples a second");
}

/// Body of `audio_gap`.
struct AudioGapBody {
  std::uint64_t offset = 0;
  std::uint64_t samples = 0;
  std::string reason;
};
inline auto describe(schema::Tag<AudioGapBody>) {
  return schema::object<AudioGapBody>("LiveAudioGap", "Sound that will not be heard")
      .field("offset", &AudioGapBody::offset, "First sample that is missing",
             schema::max(9007199254740991.0))
      .field("samples", &AudioGapBody::samples, "How many are missing",
             schema::max(9007199254740991.0))
      .field("reason", &AudioGapBody::reason, "Never sent, or dropped because too much waited",
             schema::one_of({"missing", "overflow"}));
}

/// Body of `presence`.
struct PresenceBody {
  std::size_t readers = 0;
};
inline auto describe(schema::Tag<PresenceBody>) {
  return schema::object<PresenceBody>("LivePresence", "Who is there")
      .field("readers", &PresenceBody::readers, "Attached clients");
}

/// Body of `ended`.
struct EndedBody {
  std::string reason;
};
inline auto describe(schema::Tag<EndedBody>) {
  return schema::object<EndedBody>("LiveEnded", "The session is over")
      .field("reason", &EndedBody::reason, "Why");
}

inline const EventType error_event{.name = "error",
                                   .lane = Lane::control,
                                   .body = &schema::of<ErrorBody>,
                                   .doc = "A message, or work for the session, failed"};
inline const EventType audio_event{.name = "audio",
                                   .lane = Lane::meter,
                                   .body = &schema::of<AudioBody>,
                                   .doc = "How much sound has arrived, about once a second"};
inline const EventType audio_gap_event{.name = "audio_gap",
                                       .lane = Lane::control,
                                       .body = &schema::of<AudioGapBody>,
                                       .doc = "Sound was lost; the handler goes on behind it"};
inline const EventType presence_event{.name = "presence",
                                      .lane = Lane::meter,
                                      .body = &schema::of<PresenceBody>,
                                      .doc = "The number of attached clients changed"};
inline const EventType ended_event{.name = "ended",
                                   .lane = Lane::control,
                                   .body = &schema::of<EndedBody>,
                                   .doc = "The last event of a session"};

/// All of the above.
const std::vector<const EventType*>& engine_events();

/// Rows `| type | lane | acknowledged | durability | meaning |` for a protocol page.
std::string event_table(const std::vector<const EventType*>& types);

}  // namespace antiphon::live
