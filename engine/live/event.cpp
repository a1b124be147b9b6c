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
  ENSURE(body.size() >= 2 && body.front() == '{', "the body of an event is a JSON object");
  std::string json;
  json.reserve(body.size() + type.size() + 72);
  json += R"({"type":)";
  schema::write_text(json, type);
  fmt::format_to(std::back_inserter(json), R"(,"seq":{},"ts":"{}")", seq, to_rfc3339(time));
  if (body.size() > 2) json += ',';
  json += body.substr(1);
  return json;
}

}  // namespace antiphon::live
