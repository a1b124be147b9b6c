#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/clock.h"
#include "engine/live/frame.h"
#include "engine/schema/describe.h"

namespace antiphon::live {

/// How an event travels when a reader cannot keep up (E-22).
enum class Lane {
  control,  ///< never dropped: commands, errors, what the client must know
  final,    ///< never dropped: results that stand
  answer,   ///< never dropped: pieces of a streamed answer
  partial,  ///< only the newest of its type counts; never logged
  meter,    ///< only the newest of its type counts; never logged
};

constexpr bool is_droppable(Lane lane) { return lane == Lane::partial || lane == Lane::meter; }
std::string_view to_text(Lane lane);

/// What an event has survived before any client sees it.
enum class Durability {
  none,     ///< droppable lanes: nothing
  written,  ///< the end of this process: it is in the log file
  synced,   ///< the end of this machine: it is on the disk
};

std::string_view to_text(Durability durability);

/// One kind of server frame, declared once beside the struct that is its body:
///
///   inline const live::EventType overlay_command{
///       .name = "overlay_command", .lane = live::Lane::control,
///       .body = &schema::of<OverlayCommand>, .doc = "Show this clip now"};
struct EventType {
  std::string_view name;  ///< `type` on the wire, snake_case
  Lane lane = Lane::control;
  Durability durability = is_droppable(lane) ? Durability::none : Durability::written;
  bool acknowledged = false;      ///< the client is asked to send {"type":"ack","seq":N} for it
  schema::TypeOf body = nullptr;  ///< described struct: the fields beside type, seq and ts
  std::string_view doc;
};

/// A place in a session's log. Numbers are never used twice: when a tail of the log was lost, the
/// epoch changes.
struct Position {
  std::uint64_t epoch = 1;
  std::uint64_t seq = 0;  ///< of the last event that was received; 0 before the first

  auto operator<=>(const Position&) const = default;
};

/// "1-42", as SSE ids have it.
std::string to_text(Position position);
std::optional<Position> parse_position(std::string_view text);

/// A logged event, as a restarted handler reads it.
struct LoggedEvent {
  std::uint64_t epoch = 1;
  std::uint64_t seq = 0;
  Timestamp time;
  std::string type;
  std::string json;  ///< the whole frame: {"type":…,"seq":…,"ts":…, fields of the body}
};

/// What stands in an event beside type, seq and ts: a JSON object, or a described struct that is
/// written as one. Refers to what it was made of.
class EventBody {
 public:
  explicit EventBody(std::string_view json) : json_(json) {}
  EventBody(const schema::Type& type, const void* value) : type_(&type), value_(value) {}
  void append_to(std::string& out) const;

 private:
  const schema::Type* type_ = nullptr;
  const void* value_ = nullptr;
  std::string_view json_;
};

/// Appends an event as text: type, seq and ts before the members of the body. What throws leaves a
/// part behind.
void append_event(std::string& out, std::string_view type, std::uint64_t seq, Timestamp time,
                  const EventBody& body);
/// The same in a text frame.
void append_event_frame(std::string& wire, std::string_view type, std::uint64_t seq, Timestamp time,
                        const EventBody& body);
std::string make_frame_json(std::string_view type, std::uint64_t seq, Timestamp time,
                            std::string_view body);
Frames make_event_frame(std::string_view type, std::uint64_t seq, Timestamp time,
                        const EventBody& body);

/// What append_event wrote; nothing when it did not. The time is in milliseconds.
std::optional<LoggedEvent> parse_event(std::uint64_t epoch, std::string_view json);

}  // namespace antiphon::live
