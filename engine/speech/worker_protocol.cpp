#include "engine/speech/worker_protocol.h"

#include <algorithm>
#include <cstring>

#include "engine/base/error.h"

namespace antiphon::speech {
namespace {

constexpr std::size_t head_bytes = 5;
constexpr std::size_t word_bytes_max = 255;
constexpr std::uint8_t confidence_unknown = 255;
constexpr double confidence_steps = 254;
constexpr std::string_view known_types = "bserxpf";

template <class T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

[[noreturn]] void refuse(std::string why) {
  throw Error(Code::invalid, "A message of a speech worker is broken: " + std::move(why));
}

std::string_view take_bytes(std::string_view& bytes, std::size_t count) {
  if (bytes.size() < count) refuse("it ends too early.");
  std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return taken;
}

template <class T>
T take(std::string_view& bytes) {
  T value;
  std::memcpy(&value, take_bytes(bytes, sizeof value).data(), sizeof value);
  return value;
}

std::uint8_t to_byte(std::optional<double> confidence) {
  if (!confidence) return confidence_unknown;
  return static_cast<std::uint8_t>(std::clamp(*confidence, 0.0, 1.0) * confidence_steps + 0.5);
}

std::optional<double> to_confidence(std::uint8_t byte) {
  if (byte == confidence_unknown) return std::nullopt;
  return byte / confidence_steps;
}

}  // namespace

std::string encode(MessageType type, std::string_view payload) {
  ENSURE(payload.size() <= payload_bytes_max, "sound is cut into pieces, hypotheses are short");
  std::string bytes;
  append(bytes, static_cast<std::uint32_t>(payload.size()));
  append(bytes, static_cast<char>(type));
  return bytes.append(payload);
}

std::string encode_begin(Rung rung) {
  char byte = static_cast<char>(rung);
  return encode(MessageType::begin, {&byte, 1});
}

std::string encode_sound(std::span<const Sample> samples) {
  return encode(MessageType::sound,
                {reinterpret_cast<const char*>(samples.data()), samples.size_bytes()});
}

std::string encode(MessageType type, const Hypothesis& hypothesis) {
  std::string payload;
  append(payload, hypothesis.heard_samples);
  append(payload, hypothesis.processor_us);
  for (const Word& word : hypothesis.words) {
    std::string_view text = std::string_view(word.text).substr(0, word_bytes_max);
    append(payload, word.start_ms);
    append(payload, word.end_ms);
    append(payload, to_byte(word.confidence));
    append(payload, static_cast<std::uint8_t>(text.size()));
    payload.append(text);
  }
  return encode(type, std::string_view(payload));
}

Rung parse_begin(std::string_view payload) {
  if (payload.size() != 1 || payload[0] > static_cast<char>(Rung::fast) || payload[0] < 0) {
    refuse("it names no rung.");
  }
  return static_cast<Rung>(payload[0]);
}

std::vector<Sample> parse_sound(std::string_view payload) {
  if (payload.size() % sizeof(Sample) != 0) refuse("half a sample.");
  std::vector<Sample> samples(payload.size() / sizeof(Sample));
  if (!samples.empty()) std::memcpy(samples.data(), payload.data(), payload.size());
  return samples;
}

Hypothesis parse_hypothesis(std::string_view payload) {
  Hypothesis result{.heard_samples = take<std::uint32_t>(payload)};
  result.processor_us = take<std::uint32_t>(payload);
  while (!payload.empty()) {
    Word word;
    word.start_ms = take<std::uint32_t>(payload);
    word.end_ms = take<std::uint32_t>(payload);
    word.confidence = to_confidence(take<std::uint8_t>(payload));
    word.text = take_bytes(payload, take<std::uint8_t>(payload));
    result.words.push_back(std::move(word));
  }
  return result;
}

std::optional<Message> MessageReader::next() {
  if (buffer_.size() < head_bytes) return std::nullopt;
  std::string_view bytes = buffer_;
  auto length = take<std::uint32_t>(bytes);
  char type = take<char>(bytes);
  if (length > payload_bytes_max) refuse(fmt::format("it claims {} bytes.", length));
  if (!known_types.contains(type)) refuse("its type is unknown.");
  if (bytes.size() < length) return std::nullopt;
  Message message{static_cast<MessageType>(type), std::string(bytes.substr(0, length))};
  buffer_.erase(0, head_bytes + length);
  return message;
}

}  // namespace antiphon::speech
