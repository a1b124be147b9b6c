#include "engine/live/event.h"

#include <array>
#include <charconv>

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::live {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The text of the newest moment that was asked for: the frames of a pass share theirs.
std::string_view stamp_of(Timestamp time) {
  thread_local Timestamp newest = Timestamp::min();
  thread_local std::string text;
  auto moment = std::chrono::floor<std::chrono::milliseconds>(time);
  if (moment != newest) {
    newest = moment;
    text = to_rfc3339(time);
  }
  return text;
}

constexpr std::string_view type_key = R"({"type":")";
constexpr std::string_view seq_key = R"(","seq":)";
constexpr std::string_view time_key = R"(,"ts":")";

// Takes `piece` off the front of `text`, if it stands there.
bool take(std::string_view& text, std::string_view piece) {
  if (!text.starts_with(piece)) return false;
  text.remove_prefix(piece.size());
  return true;
}

}  // namespace

std::string_view to_text(Lane lane) {
  switch (lane) {
    case Lane::control: return "control";
    case Lane::final: return "final";
    case Lane::answer: return "answer";
    case Lane::partial: return "partial";
    case Lane::meter: return "meter";
  }
  return "";
}

std::string_view to_text(Durability durability) {
  switch (durability) {
    case Durability::none: return "none";
    case Durability::written: return "written";
    case Durability::synced: return "synced";
  }
  return "";
}

std::string to_text(Position position) {
  return fmt::format("{}-{}", position.epoch, position.seq);
}

std::optional<Position> parse_position(std::string_view text) {
  std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto epoch = parse_number(text.substr(0, dash));
  auto seq = parse_number(text.substr(dash + 1));
  if (!epoch || !seq) return std::nullopt;
  return Position{*epoch, *seq};
}

void EventBody::append_to(std::string& out) const {
  type_ ? schema::write_json(out, *type_, value_) : void(out.append(json_));
}

void append_event(std::string& out, std::string_view type, std::uint64_t seq, Timestamp time,
                  const EventBody& body) {
  std::array<char, 20> digits;
  const char* digits_end = std::to_chars(digits.begin(), digits.end(), seq).ptr;
  out.append(type_key).append(type).append(seq_key);
  out.append(std::string_view(digits.begin(), digits_end));
  out.append(time_key).append(stamp_of(time)).append(1, '"');
  std::size_t begin = out.size();
  body.append_to(out);
  ENSURE(out.size() >= begin + 2 && out[begin] == '{', "the body of an event is a JSON object");
  // Its members follow ours.
  if (out.size() == begin + 2)
    out.erase(begin, 1);
  else
    out[begin] = ',';
}

void append_event_frame(std::string& wire, std::string_view type, std::uint64_t seq, Timestamp time,
                        const EventBody& body) {
  std::size_t begin = begin_text_frame(wire);
  append_event(wire, type, seq, time, body);
  end_text_frame(wire, begin);
}

std::string make_frame_json(std::string_view type, std::uint64_t seq, Timestamp time,
                            std::string_view body) {
  std::string json;
  append_event(json, type, seq, time, EventBody(body));
  return json;
}

Frames make_event_frame(std::string_view type, std::uint64_t seq, Timestamp time,
                        const EventBody& body) {
  std::string wire;
  append_event_frame(wire, type, seq, time, body);
  return Frames(std::move(wire));
}

std::optional<LoggedEvent> parse_event(std::uint64_t epoch, std::string_view json) {
  LoggedEvent event{.epoch = epoch, .json = std::string(json)};
  if (!take(json, type_key)) return std::nullopt;
  event.type = json.substr(0, json.find('"'));
  json.remove_prefix(event.type.size());
  if (!take(json, seq_key)) return std::nullopt;
  std::string_view digits = json.substr(0, json.find(','));
  auto seq = parse_number(digits);
  json.remove_prefix(digits.size());
  if (!seq || !take(json, time_key)) return std::nullopt;
  event.seq = *seq;
  try {
    event.time = parse_rfc3339(json.substr(0, json.find('"')));
  } catch (const Error&) {
    return std::nullopt;
  }
  return event;
}

}  // namespace antiphon::live
