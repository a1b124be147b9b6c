#include "engine/remote_speech/sound_reader.h"

#include <cstring>

#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"
#include "engine/speech/wav_header.h"

namespace antiphon::remote_speech {
namespace {

//   file   := "RIFF" size:u32 "WAVE" chunk*
//   chunk  := name:4 size:u32 bytes, filled up to an even size; numbers are little-endian
//   "fmt " := format:u16 channels:u16 rate:u32 bytes_per_second:u32 bytes_per_frame:u16 bits:u16 …
constexpr std::size_t riff_bytes = 12;
constexpr std::size_t chunk_head_bytes = 8;
constexpr std::size_t format_bytes = 16;
constexpr std::uint16_t format_pcm = 1;
constexpr std::uint16_t format_extensible =
    0xFFFE;  // says further on what it is; with 16 bits: PCM
// Programs that write into a pipe put 0 or something near the largest number where the size stands.
constexpr std::uint32_t size_unknown_from = 0x7FFF'0000;

template <class T>
T number_of(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

Error no_sound(std::string_view why) {
  return Error(Code::unprocessable,
               fmt::format("What the speech server sent cannot be played: {}", why));
}

}  // namespace

std::vector<Sample> PcmReader::feed(std::string_view bytes) {
  rest_ += bytes;
  std::vector<Sample> samples(rest_.size() / sizeof(Sample));
  std::size_t used = samples.size() * sizeof(Sample);
  if (used > 0) std::memcpy(samples.data(), rest_.data(), used);
  rest_.erase(0, used);
  return samples;
}

std::vector<Sample> WavReader::feed(std::string_view bytes) {
  if (!is_in_sound_) {
    head_ += bytes;
    if (!read_head()) {
      if (head_.size() > wav_head_bytes_max) throw no_sound("its header has no end.");
      return {};
    }
    bytes = head_;
  }
  if (!is_endless_) {
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
    left_ -= bytes.size();
  }
  std::vector<Sample> samples = mixed(pcm_.feed(bytes));
  head_.clear();
  return samples;
}

// Takes the header off; false until all of it is there.
bool WavReader::read_head() {
  if (head_.size() < riff_bytes) return false;
  if (!head_.starts_with("RIFF") || head_.substr(8, 4) != "WAVE") {
    throw no_sound("it is no WAV file.");
  }
  std::size_t at = riff_bytes;
  while (at + chunk_head_bytes <= head_.size()) {
    std::string_view name = std::string_view(head_).substr(at, 4);
    auto size = number_of<std::uint32_t>(head_, at + 4);
    at += chunk_head_bytes;
    if (name == "data") {
      if (channels_ == 0) throw no_sound("its header does not say what its sound is.");
      is_endless_ = size == 0 || size >= size_unknown_from;
      left_ = size;
      is_in_sound_ = true;
      head_.erase(0, at);
      return true;
    }
    if (size > wav_head_bytes_max) throw no_sound("its header has no end.");
    if (at + size > head_.size()) return false;
    if (name == "fmt ") read_format(std::string_view(head_).substr(at, size));
    at += size + size % 2;
  }
  return false;
}

void WavReader::read_format(std::string_view format) {
  if (format.size() < format_bytes) throw no_sound("its header ends in the middle.");
  auto kind = number_of<std::uint16_t>(format, 0);
  channels_ = number_of<std::uint16_t>(format, 2);
  auto rate = number_of<std::uint32_t>(format, 4);
  int bits = number_of<std::uint16_t>(format, 14);
  bool is_pcm16 = (kind == format_pcm || kind == format_extensible) && bits == 16;
  if (!is_pcm16) throw no_sound("its samples are not of 16 bits.");
  if (channels_ == 0 || channels_ > speech::wav_channels_max) {
    throw no_sound(fmt::format("its header claims {} channels.", channels_));
  }
  if (rate == 0 || rate > speech::wav_rate_hz_max) {
    throw no_sound(fmt::format("its header claims {} samples a second.", rate));
  }
  sample_rate_ = static_cast<int>(rate);
}

std::vector<Sample> WavReader::mixed(std::vector<Sample> samples) {
  if (channels_ == 1) return samples;
  frame_.insert(frame_.end(), samples.begin(), samples.end());
  std::vector<Sample> mono(frame_.size() / channels_);
  for (std::size_t i = 0; i < mono.size(); ++i) {
    int sum = 0;
    for (std::size_t k = 0; k < channels_; ++k) sum += frame_[i * channels_ + k];
    mono[i] = static_cast<Sample>(sum / static_cast<int>(channels_));
  }
  frame_.erase(frame_.begin(), frame_.begin() + static_cast<long>(mono.size() * channels_));
  return mono;
}

void WavReader::finish() const {
  if (!is_in_sound_) throw no_sound("it ended within its header.");
  if (!is_endless_ && left_ > 0) throw no_sound("it ended before all of its sound had come.");
}

std::vector<Sample> SpeechEvents::add(const http::ServerEvent& event) {
  if (event.data == "[DONE]") return {};
  schema::Value json;
  try {
    json = schema::parse_value(event.data, schema::ParseOptions::outside());
  } catch (const Error&) {
    throw no_sound("an event is no JSON.");
  }
  const schema::Value* type = json.find("type");
  std::string_view kind = type && type->is_text() ? std::string_view(type->text()) : "";
  if (kind == "error" || json.find("error")) {
    throw Error(Code::unavailable, "The speech server failed in the middle.")
        .detail(fault_told_by(event.data));
  }
  if (kind == "speech.audio.done") is_done_ = true;
  if (kind != "speech.audio.delta") return {};
  const schema::Value* audio = json.find("audio");
  auto bytes = audio && audio->is_text() ? parse_base64(audio->text()) : std::nullopt;
  if (!bytes) throw no_sound("an event has no sound in base64.");
  return pcm_.feed(*bytes);
}

}  // namespace antiphon::remote_speech
