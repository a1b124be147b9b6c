#include "engine/live/log_format.h"

#include <optional>

#include "engine/base/encoding.h"
#include "engine/base/error.h"

namespace antiphon::live {
namespace {

constexpr std::size_t ids_max = 65'536;

enum class Kind : std::uint8_t { checkpoint = 1, events = 2, message = 3, end = 4 };

template <class T>
std::array<char, sizeof(T)> to_bytes(T number) {
  std::array<char, sizeof(T)> bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  return bytes;
}

template <class T>
void put(std::string& out, T number) {
  auto bytes = to_bytes(number);
  out.append(bytes.data(), bytes.size());
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void put_content(std::string& out, const Checkpoint& checkpoint) {
  put(out, checkpoint.epoch);
  put(out, checkpoint.seq);
  put_text(out, checkpoint.app);
  put_text(out, checkpoint.tenant);
  put_text(out, checkpoint.principal);
  put(out, checkpoint.received_samples);
  put(out, checkpoint.audio_rate);
  put_text(out, checkpoint.snapshot);
  put(out, static_cast<std::uint32_t>(checkpoint.message_ids.size()));
  for (const std::string& id : checkpoint.message_ids) put_text(out, id);
}

void put_content(std::string& out, const EventsRecord& events) {
  put(out, events.epoch);
  put(out, events.previous);
  put_text(out, events.frames);
}

void put_content(std::string& out, const LoggedEvents& logged) {
  std::string frames;
  for (const LoggedEvent& event : logged.events) append_text_frame(frames, event.json);
  put_content(out, EventsRecord{{}, logged.epoch, logged.previous, frames});
}

void put_content(std::string& out, const MessageTaken& message) { put_text(out, message.id); }
void put_content(std::string&, const SessionEnded&) {}

Kind kind_of(const LogRecord& record) { return static_cast<Kind>(record.content.index() + 1); }

// Appends a record whose content `write` appends; its header is filled in afterwards.
template <class Write>
void append_record(std::string& out, Kind kind, std::string_view session, Write write) {
  std::size_t begin = out.size();
  out.append(record_header_bytes, '\0');
  put(out, static_cast<std::uint8_t>(kind));
  put_text(out, session);
  write();
  std::string_view content = std::string_view(out).substr(begin + record_header_bytes);
  if (content.size() > record_bytes_max) {
    std::size_t bytes = content.size();
    out.resize(begin);
    throw Error(Code::too_large, fmt::format("An event of {} bytes; at most {} are logged.", bytes,
                                             record_bytes_max));
  }
  auto length = to_bytes(static_cast<std::uint32_t>(content.size()));
  auto check = to_bytes(crc32c(content));
  out.replace(begin, length.size(), length.data(), length.size());
  out.replace(begin + length.size(), check.size(), check.data(), check.size());
}

// Reads from the front; once something is missing, everything reads as empty and `ok` is false.
struct Input {
  std::string_view rest;
  bool ok = true;

  std::string_view bytes(std::size_t count) {
    ok = ok && count <= rest.size();
    if (!ok) return {};
    std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  }
  template <class T>
  T number() {
    T value = 0;
    std::string_view taken = bytes(sizeof(T));
    for (std::size_t i = 0; i < taken.size(); ++i) {
      value |= static_cast<T>(static_cast<T>(static_cast<std::uint8_t>(taken[i])) << (8 * i));
    }
    return value;
  }
  std::string text() { return std::string(bytes(number<std::uint32_t>())); }
};

Checkpoint get_checkpoint(Input& in) {
  Checkpoint checkpoint;
  checkpoint.epoch = in.number<std::uint64_t>();
  checkpoint.seq = in.number<std::uint64_t>();
  checkpoint.app = in.text();
  checkpoint.tenant = in.text();
  checkpoint.principal = in.text();
  checkpoint.received_samples = in.number<std::uint64_t>();
  checkpoint.audio_rate = in.number<std::uint32_t>();
  checkpoint.snapshot = in.text();
  auto count = in.number<std::uint32_t>();
  in.ok = in.ok && count <= ids_max;
  for (std::uint32_t i = 0; in.ok && i < count; ++i) checkpoint.message_ids.push_back(in.text());
  return checkpoint;
}

LoggedEvents get_events(Input& in) {
  LoggedEvents logged;
  logged.epoch = in.number<std::uint64_t>();
  logged.previous = in.number<std::uint64_t>();
  std::string_view frames = in.bytes(in.number<std::uint32_t>());
  while (in.ok && !frames.empty()) {
    auto json = take_payload(frames);
    auto event = json ? parse_event(logged.epoch, *json) : std::nullopt;
    in.ok = event.has_value();
    if (event) logged.events.push_back(std::move(*event));
  }
  return logged;
}

std::optional<LogRecord> parse_content(std::string_view content) {
  Input in{content};
  auto kind = static_cast<Kind>(in.number<std::uint8_t>());
  LogRecord record{.session = in.text(), .content = SessionEnded{}};
  switch (kind) {
    case Kind::checkpoint: record.content = get_checkpoint(in); break;
    case Kind::events: record.content = get_events(in); break;
    case Kind::message: record.content = MessageTaken{in.text()}; break;
    case Kind::end: break;
    default: return std::nullopt;
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  return record;
}

}  // namespace

void write_record(std::string& out, const LogRecord& record) {
  append_record(out, kind_of(record), record.session, [&] {
    std::visit([&](const auto& content) { put_content(out, content); }, record.content);
  });
}

void write_record(std::string& out, const EventsRecord& events) {
  append_record(out, Kind::events, events.session, [&] { put_content(out, events); });
}

std::size_t record_bytes(std::string_view header) {
  return record_header_bytes + Input{header}.number<std::uint32_t>();
}

std::optional<LogRecord> parse_record(std::string_view bytes) {
  Input in{bytes};
  auto length = in.number<std::uint32_t>();
  auto check = in.number<std::uint32_t>();
  std::string_view content = in.bytes(length);
  if (!in.ok || crc32c(content) != check) return std::nullopt;
  return parse_content(content);
}

SegmentContent parse_segment(std::string_view bytes) {
  SegmentContent segment;
  if (!bytes.starts_with(segment_magic)) {
    segment.cut_bytes = bytes.size();
    segment.corrupt = !segment_magic.starts_with(bytes);
    return segment;
  }
  Input in{bytes.substr(segment_magic.size())};
  segment.good_bytes = segment_magic.size();
  while (!in.rest.empty()) {
    std::size_t left = in.rest.size();
    auto length = in.number<std::uint32_t>();
    auto check = in.number<std::uint32_t>();
    std::string_view content = in.bytes(length);
    bool sane = length <= record_bytes_max || left < record_header_bytes;
    auto record = in.ok && crc32c(content) == check ? parse_content(content) : std::nullopt;
    if (!record) {
      segment.cut_bytes = left;
      // An interrupted write leaves the front part of a record; anything else is damage.
      segment.corrupt = in.ok || !sane;
      break;
    }
    segment.records.push_back(std::move(*record));
    segment.good_bytes += record_header_bytes + length;
  }
  return segment;
}

}  // namespace antiphon::live
