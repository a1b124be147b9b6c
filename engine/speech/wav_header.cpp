#include "engine/speech/wav_header.h"

#include <cstring>

namespace antiphon::speech {
namespace {

//   file   := "RIFF" size:u32 "WAVE" chunk*
//   chunk  := name:4 size:u32 bytes, filled up to an even size; numbers are little-endian
//   "fmt " := format:u16 channels:u16 rate:u32 bytes_per_second:u32 bytes_per_frame:u16 bits:u16 …
constexpr std::size_t riff_bytes = 12;
constexpr std::size_t chunk_head_bytes = 8;
constexpr std::size_t format_bytes = 16;
constexpr std::uint16_t format_pcm = 1;
// Programs that write into a pipe do not know the size and say so with the largest number.
constexpr std::uint32_t size_unknown = 0xFFFF'FFFF;

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::optional<std::string> find_format_fault(std::string_view format) {
  if (format.size() < format_bytes) return "The WAV header ends in the middle.";
  auto kind = number_at<std::uint16_t>(format, 0);
  int channels = number_at<std::uint16_t>(format, 2);
  auto rate = number_at<std::uint32_t>(format, 4);
  int frame_bytes = number_at<std::uint16_t>(format, 12);
  int bits = number_at<std::uint16_t>(format, 14);
  if (channels == 0 || channels > wav_channels_max) {
    return fmt::format("The WAV header claims {} channels.", channels);
  }
  if (rate == 0 || rate > wav_rate_hz_max) {
    return fmt::format("The WAV header claims {} samples a second.", rate);
  }
  if (kind == format_pcm && frame_bytes != channels * ((bits + 7) / 8)) {
    return fmt::format("The WAV header claims {} bytes for {} channels of {} bits.", frame_bytes,
                       channels, bits);
  }
  return std::nullopt;
}

std::optional<std::string> find_size_fault(std::uint32_t claimed, std::uint64_t held) {
  if (claimed == size_unknown || claimed <= held) return std::nullopt;
  return fmt::format("The WAV header claims {} bytes of sound, but the file holds {}.", claimed,
                     held);
}

}  // namespace

std::optional<std::string> find_wav_fault(std::string_view head, std::uint64_t file_bytes) {
  if (!head.starts_with("RIFF")) return std::nullopt;
  if (head.size() < riff_bytes) return "The WAV header ends in the middle.";
  if (head.substr(8, 4) != "WAVE") return std::nullopt;
  bool has_format = false;
  std::size_t at = riff_bytes;
  while (at + chunk_head_bytes <= head.size()) {
    std::string_view name = head.substr(at, 4);
    auto size = number_at<std::uint32_t>(head, at + 4);
    at += chunk_head_bytes;
    if (name == "data") {
      if (!has_format) return "The WAV header does not say what its sound is.";
      return find_size_fault(size, file_bytes - at);
    }
    if (name == "fmt ") {
      if (auto fault = find_format_fault(head.substr(at, size))) return fault;
      has_format = true;
    }
    at += std::size_t{size} + size % 2;
  }
  if (head.size() == file_bytes) return "The WAV file has no sound behind its header.";
  return std::nullopt;
}

// The fields as RIFF has them: Microsoft and IBM, Multimedia Programming Interface 1.0, 1991.
std::string make_wav_header(int sample_rate, std::uint32_t data_bytes) {
  std::string header = "RIFF";
  auto add = [&](auto number) {
    header.append(reinterpret_cast<const char*>(&number), sizeof number);
  };
  add(data_bytes == wav_bytes_unknown ? data_bytes : data_bytes + 36);
  header += "WAVEfmt ";
  add(std::uint32_t{16});  // bytes of what follows up to "data"
  add(std::uint16_t{1});   // PCM
  add(std::uint16_t{1});   // one channel
  add(static_cast<std::uint32_t>(sample_rate));
  add(static_cast<std::uint32_t>(sample_rate) * 2);
  add(std::uint16_t{2});
  add(std::uint16_t{16});
  header += "data";
  add(data_bytes);
  return header;
}

}  // namespace antiphon::speech
