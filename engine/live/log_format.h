#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/live/event.h"

// The event log's files
//
//   segment    = magic record*
//   magic      = "ANTILOG3"
//   record     = length:u32 check:u32 content      length = bytes of content, at most 5 MiB
//                                                  check  = CRC-32C of content
//   content    = kind:u8 session:text rest         by kind:
//     1 checkpoint = epoch:u64 seq:u64 app:text tenant:text principal:text
//                    samples:u64 rate:u32 snapshot:text count:u32 id:text*
//     2 events     = epoch:u64 previous:u64 frames:text
//     3 message    = id:text
//     4 end        = (nothing)
//   text       = length:u32 bytes
//
// Numbers are little-endian. A checkpoint opens a session, and says all about it up to `seq` when
// older events are trimmed. Events that left together are one record: their frames as they went
// over WebSockets, each with its type, seq and time in it. A message record says that the message
// with this id was taken, so that it is not taken again. Records of one session may lie in several
// files and more than once: events are ordered by (epoch, seq), and one place holds one content.
// `previous` says where the session's record of events before begins, in bytes of what this process
// has written; 0 when it is not known.

namespace antiphon::live {

struct Checkpoint {
  std::uint64_t epoch = 1;
  std::uint64_t seq = 0;
  std::string app;
  std::string tenant;
  std::string principal;
  std::uint64_t received_samples = 0;
  std::uint32_t audio_rate = 16000;
  std::string snapshot;                  ///< of the handler at `seq`; "" at the beginning
  std::vector<std::string> message_ids;  ///< taken, oldest first
  bool operator==(const Checkpoint&) const = default;
};
struct MessageTaken {
  std::string id;
  bool operator==(const MessageTaken&) const = default;
};
struct SessionEnded {
  bool operator==(const SessionEnded&) const = default;
};

struct LoggedEvents {
  std::uint64_t epoch = 1;
  std::uint64_t previous = 0;
  std::vector<LoggedEvent> events;
};

struct LogRecord {
  std::string session;
  std::variant<Checkpoint, LoggedEvents, MessageTaken, SessionEnded> content;
};

/// LoggedEvents as they are written.
struct EventsRecord {
  std::string_view session;
  std::uint64_t epoch = 1;
  std::uint64_t previous = 0;
  std::string_view frames;
};

constexpr std::string_view segment_magic = "ANTILOG3";
constexpr std::size_t record_bytes_max = std::size_t{5} << 20;
constexpr std::size_t event_bytes_max = std::size_t{4} << 20;
constexpr std::size_t record_header_bytes = 8;

/// Appends the record's bytes. @throws Error{Code::too_large} beyond record_bytes_max
void write_record(std::string& out, const LogRecord& record);
void write_record(std::string& out, const EventsRecord& events);
/// Of a record that begins with these bytes, at least record_header_bytes of them.
std::size_t record_bytes(std::string_view header);
/// One whole record; nothing when it is not right.
std::optional<LogRecord> parse_record(std::string_view bytes);

/// What a segment holds, up to the first byte that is not a whole, right record.
struct SegmentContent {
  std::vector<LogRecord> records;
  std::size_t good_bytes = 0;
  std::size_t cut_bytes = 0;  ///< behind the last good record
  /// True when what was cut cannot be the rest of one interrupted write: something was lost.
  bool corrupt = false;
};
SegmentContent parse_segment(std::string_view bytes);

}  // namespace antiphon::live
