#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/base/principal.h"
#include "engine/live/event.h"
#include "engine/schema/json.h"

namespace antiphon::live {

/// A message of a client: a JSON object with `action` (or `type`).
struct Message {
  std::string action;
  schema::Value body;  ///< the object without action, type and id
  std::string id;      ///< given by the client, unique in the session; "" when it gave none
  std::shared_ptr<const Principal> sender;

  /// The body as a described struct. @throws Error{fields}
  template <class T>
  T read() const {
    return schema::read<T>(body);
  }
};

/// Sound of a client: mono.
struct Audio {
  std::span<const std::int16_t> samples;
  std::uint64_t offset = 0;  ///< of the first sample, counted from the session's beginning
  unsigned rate = 16000;     ///< samples a second; one rate in a session
};

/// What an app does with one live session. Its functions are called one at a time on the session's
/// home core and do not suspend, so its state never changes under it; long work is a child task
/// (Session::spawn) whose result comes back by Session::post. An Error thrown by any of them
/// becomes an `error` event; another exception too, as Code::internal.
class Handler {
 public:
  virtual ~Handler() = default;

  /// Once, when the session is new (not after a restart).
  virtual void on_open() {}
  /// Once, right after it, by the app's own route.
  /// @param wish  what the session was asked for with, as JSON
  virtual void on_begin(std::string_view /*wish*/) {}
  /// The recording of the session ended before the session.
  virtual void on_recording_ended(std::string_view /*why*/) {}
  virtual void on_message(const Message& message) = 0;
  /// Offsets go up; a jump means that sound between was lost, and an `audio_gap` event said so.
  virtual void on_audio(const Audio&) {}
  /// @param readers  attached clients, after the change
  virtual void on_attached(std::size_t) {}
  virtual void on_detached(std::size_t) {}
  /// A client has everything up to `seq`; asked for by event types that are `acknowledged`.
  virtual void on_acknowledged(std::uint64_t /*seq*/) {}
  /// Last call: the session was closed or ran out. Child tasks are cancelled afterwards.
  virtual void on_end(std::string_view /*reason*/) {}

  /// The state as a JSON object: for a client that cannot resume, and for the log when older events
  /// are trimmed from it.
  virtual std::string snapshot() { return "{}"; }

  /// After a restart, before anything else.
  /// @param snapshot  what snapshot() gave when older events were trimmed; "" when none were
  /// @param events    the events since then, in order
  virtual void restore(std::string_view /*snapshot*/, std::span<const LoggedEvent> /*events*/) {}
};

}  // namespace antiphon::live
