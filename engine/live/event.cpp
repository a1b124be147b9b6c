#include "engine/live/event.h"

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

// A frame up to the first member of its body.
class Head {
 public:
  Head(std::string_view type, std::uint64_t seq, Timestamp time, std::string_view body) {
    ENSURE(body.size() >= 2 && body.front() == '{', "the body of an event is a JSON object");
    add(R"({"type":")");
    add(type);
    add(R"(","seq":)");
    char digits[20];
    add({digits, std::to_chars(digits, std::end(digits), seq).ptr});
    add(R"(,"ts":")");
    add(stamp_of(time));
    add(body.size() > 2 ? R"(",)" : R"(")");
  }
  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

 private:
  void add(std::string_view text) { bytes_.append(text.data(), text.data() + text.size()); }

  fmt::basic_memory_buffer<char, 160> bytes_;
};

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

std::string make_frame_json(std::string_view type, std::uint64_t seq, Timestamp time,
                            std::string_view body) {
  Head head(type, seq, time, body);
  std::string json;
  json.reserve(head.text().size() + body.size());
  json.append(head.text()).append(body.substr(1));
  return json;
}

FramePointer make_event_frame(std::string_view type, std::uint64_t seq, Timestamp time,
                              std::string_view body) {
  Head head(type, seq, time, body);
  return std::make_shared<const Frame>(head.text(), body.substr(1));
}

}  // namespace antiphon::live
