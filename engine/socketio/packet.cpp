#include "engine/socketio/packet.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::socketio {
namespace {

constexpr std::uint64_t id_max = std::uint64_t{1} << 53;

constexpr std::array<std::string_view, 6> reserved_names{
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};

// Digits of the wire. Binary packets have types of their own, which say no more than the count.
constexpr char type_digit(PacketType type, bool is_binary) {
  if (!is_binary) return static_cast<char>('0' + static_cast<int>(type));
  return type == PacketType::event ? '5' : '6';
}

std::optional<PacketType> type_of(char digit) {
  if (digit >= '0' && digit <= '4') return static_cast<PacketType>(digit - '0');
  if (digit == '5') return PacketType::event;
  if (digit == '6') return PacketType::ack;
  return std::nullopt;
}

// The number that `text` begins with, which is taken from it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number > id_max) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool begins_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

std::string take_space(std::string_view& text) {
  if (!text.starts_with('/')) return "/";
  std::string_view name = text.substr(0, text.find(','));
  text.remove_prefix(std::min(name.size() + 1, text.size()));
  return std::string(name.substr(0, name.find('?')));
}

bool may_name_event(const schema::Value& name) {
  return name.is_number() || (name.is_text() && is_event_name(name.text()));
}

bool is_right_data(PacketType type, const schema::Value& data, bool is_there) {
  switch (type) {
    case PacketType::connect: return !is_there || data.is_object();
    case PacketType::disconnect: return !is_there;
    case PacketType::event:
      return data.is_array() && !data.items().empty() && may_name_event(data.items().front());
    case PacketType::ack: return data.is_array();
    case PacketType::connect_error: return data.is_text() || data.is_object();
  }
  return false;
}

// Whether every placeholder stands for bytes that come.
bool has_right_placeholders(const schema::Value& value, std::size_t attachments) {
  auto is_right = [&](const schema::Value& item) {
    return has_right_placeholders(item, attachments);
  };
  if (value.is_array()) return std::ranges::all_of(value.items(), is_right);
  if (!value.is_object()) return true;
  const schema::Value* marked = value.find("_placeholder");
  if (!marked || *marked != schema::Value(true)) {
    return std::ranges::all_of(value.members(), is_right, &schema::Value::Member::value);
  }
  const schema::Value* number = value.find("num");
  return number && number->is_integer() && number->number() >= 0 &&
         number->unsigned_integer() < attachments;
}

}  // namespace

bool is_event_name(std::string_view name) {
  return std::ranges::find(reserved_names, name) == reserved_names.end();
}

std::expected<Packet, Violation> parse_packet(std::string_view text, const Limits& limits) {
  Packet packet;
  auto type = text.empty() ? std::nullopt : type_of(text.front());
  if (!type) return std::unexpected("unknown packet type");
  packet.head.type = *type;
  bool is_binary = text.front() >= '5';
  text.remove_prefix(1);
  if (is_binary) {
    auto count = take_number(text);
    if (!count || !text.starts_with('-')) return std::unexpected("illegal attachments");
    if (*count > limits.attachments_max) return std::unexpected("too many attachments");
    packet.head.attachments = static_cast<std::size_t>(*count);
    text.remove_prefix(1);
  }
  packet.head.space = take_space(text);
  if (packet.head.space.size() > limits.space_bytes_max)
    return std::unexpected("invalid namespace");
  if (begins_with_digit(text)) {
    packet.head.id = take_number(text);
    if (!packet.head.id) return std::unexpected("invalid ack id");
  }
  try {
    if (!text.empty()) packet.data = schema::parse_value(text);
  } catch (const Error&) {
    return std::unexpected("invalid payload");
  }
  if (!is_right_data(*type, packet.data, !text.empty())) return std::unexpected("invalid payload");
  if (*type == PacketType::ack && !packet.head.id) return std::unexpected("invalid ack id");
  if (is_binary && !has_right_placeholders(packet.data, packet.head.attachments)) {
    return std::unexpected("illegal attachments");
  }
  return packet;
}

std::string write_packet(const PacketHead& head, std::string_view json) {
  std::string text(1, type_digit(head.type, head.attachments > 0));
  if (head.attachments > 0) fmt::format_to(std::back_inserter(text), "{}-", head.attachments);
  if (head.space != "/") text += head.space + ',';
  if (head.id) fmt::format_to(std::back_inserter(text), "{}", *head.id);
  return text += json;
}

std::expected<std::optional<Packet>, Violation> PacketDecoder::take(EnginePacket message) {
  if (message.is_binary != partial_.has_value()) {
    return std::unexpected(partial_ ? "text in place of an attachment" : "unexpected attachment");
  }
  if (partial_) {
    partial_->attachments.push_back(std::move(message.data));
  } else {
    auto packet = parse_packet(message.data, limits_);
    if (!packet) return std::unexpected(packet.error());
    partial_ = *std::move(packet);
  }
  if (partial_->attachments.size() < partial_->head.attachments) return std::nullopt;
  return std::exchange(partial_, std::nullopt);
}

}  // namespace antiphon::socketio
