#include "engine/live/wire.h"

#include "engine/base/error.h"

namespace antiphon::live {
namespace {

// The largest whole number that every JSON reader keeps exact.
constexpr std::uint64_t number_max = std::uint64_t{1} << 53;

[[noreturn]] void refuse(std::string_view pointer, std::string_view rule, std::string message) {
  throw Error({FieldError{std::string(pointer), std::string(rule), std::move(message)}});
}

std::uint64_t read_number(const schema::Value& value, std::string_view pointer,
                          std::uint64_t highest) {
  if (!value.is_integer() || value.number() < 0 || value.unsigned_integer() > highest) {
    refuse(pointer, "range", fmt::format("It must be a whole number from 0 to {}.", highest));
  }
  return value.unsigned_integer();
}

std::string read_action(const schema::Value& value) {
  const schema::Value* action = value.find("action");
  if (!action) action = value.find("type");
  if (!action || !action->is_text() || action->text().empty()) {
    refuse("/type", "required", "A message names what it is, in `type` or `action`, as text.");
  }
  return action->text();
}

std::string read_id(const schema::Value& value) {
  const schema::Value* id = value.find("id");
  if (!id) return {};
  if (!id->is_text() || id->text().empty() || id->text().size() > message_id_bytes_max) {
    refuse("/id", "max_length",
           fmt::format("An id is text of 1 to {} bytes.", message_id_bytes_max));
  }
  return id->text();
}

Message read_message(schema::Value value, std::string action) {
  Message message{.action = std::move(action), .body = {}, .id = read_id(value)};
  for (std::string_view key : {"action", "type", "id"}) value.remove(key);
  message.body = std::move(value);
  return message;
}

}  // namespace

ClientFrame parse_client_frame(std::string_view json) {
  schema::Value value = schema::parse_value(json);
  if (!value.is_object()) refuse("", "type", "A frame is a JSON object.");
  ClientFrame frame;
  std::string action = read_action(value);
  if (action == "ack") {
    frame.kind = ClientFrame::Kind::acknowledge;
    const schema::Value* seq = value.find("seq");
    if (!seq) refuse("/seq", "required", "An ack names the seq up to which you have everything.");
    frame.seq = read_number(*seq, "/seq", number_max);
  } else if (action == "ping") {
    frame.kind = ClientFrame::Kind::ping;
  } else if (action == "audio") {
    frame.kind = ClientFrame::Kind::audio;
    if (const auto* rate = value.find("rate")) {
      frame.rate = static_cast<unsigned>(read_number(*rate, "/rate", 1'000'000));
    }
    if (const auto* offset = value.find("offset")) {
      frame.offset = read_number(*offset, "/offset", number_max);
    }
  } else {
    frame.message = read_message(std::move(value), std::move(action));
  }
  return frame;
}

std::vector<std::int16_t> parse_pcm16(std::string_view bytes) {
  if (bytes.size() % 2 != 0) {
    throw Error(Code::invalid, "Sound is PCM16: a binary frame has an even number of bytes.");
  }
  std::vector<std::int16_t> samples(bytes.size() / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    auto low = static_cast<std::uint8_t>(bytes[2 * i]);
    auto high = static_cast<std::uint8_t>(bytes[2 * i + 1]);
    samples[i] = static_cast<std::int16_t>(low | high << 8);
  }
  return samples;
}

}  // namespace antiphon::live
