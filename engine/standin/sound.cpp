#include "engine/standin/sound.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <sstream>

#include "engine/standin/answer.h"

namespace antiphon::standin {
namespace {

constexpr double other_bytes_per_second = 4000;
constexpr double seconds_per_character = 0.06;
constexpr double loudness = 6000;

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  if (at + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

void append(std::string& to, std::uint32_t value, std::size_t bytes) {
  to.append(reinterpret_cast<const char*>(&value), bytes);
}

}  // namespace

double seconds_of(std::string_view file) {
  constexpr std::size_t head_bytes = 44;
  std::uint32_t bytes_per_second = file.starts_with("RIFF") ? little_endian(file, 28) : 0;
  if (bytes_per_second == 0) return static_cast<double>(file.size()) / other_bytes_per_second;
  auto sound = file.size() - std::min(file.size(), head_bytes);
  return static_cast<double>(sound) / bytes_per_second;
}

std::string make_tones(std::string_view text, int sample_rate, double speed) {
  std::string sound;
  auto samples = static_cast<std::size_t>(seconds_per_character * sample_rate / speed);
  while (!text.empty()) {
    std::string_view character = first_characters(text, 1);
    text.remove_prefix(character.size());
    double pitch = 200 + 4.0 * static_cast<unsigned char>(character.back());
    for (std::size_t i = 0; i < samples; ++i) {
      double phase = 2 * std::numbers::pi * pitch * static_cast<double>(i) / sample_rate;
      double value = character == " " ? 0 : loudness * std::sin(phase);
      append(sound, static_cast<std::uint16_t>(static_cast<std::int16_t>(value)), 2);
    }
  }
  return sound;
}

std::string make_wav_head(int sample_rate, std::uint32_t data_bytes) {
  bool is_open = data_bytes == 0xFFFFFFFF;  // written while it comes
  std::string head = "RIFF";
  append(head, is_open ? data_bytes : data_bytes + 36, 4);
  head += "WAVEfmt ";
  append(head, 16, 4);
  append(head, 1, 2);  // PCM
  append(head, 1, 2);  // channels
  append(head, static_cast<std::uint32_t>(sample_rate), 4);
  append(head, static_cast<std::uint32_t>(sample_rate) * 2, 4);
  append(head, 2, 2);
  append(head, 16, 2);
  head += "data";
  append(head, data_bytes, 4);
  return head;
}

std::vector<HeardWord> hear(std::string_view text, double seconds, double seconds_per_word) {
  std::istringstream stream{std::string(text)};
  std::vector<HeardWord> words;
  for (std::string word; stream >> word;) words.push_back({word});
  if (words.empty()) return words;
  double each =
      seconds_per_word > 0 ? seconds_per_word : seconds / static_cast<double>(words.size());
  if (seconds_per_word > 0) {
    auto heard = static_cast<std::size_t>(seconds / seconds_per_word + 1e-9);
    words.resize(std::min(words.size(), heard));
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i].start = each * static_cast<double>(i);
    words[i].end = each * static_cast<double>(i + 1);
  }
  return words;
}

std::string text_of(const std::vector<HeardWord>& words) {
  std::string text;
  for (const HeardWord& word : words) text += (text.empty() ? "" : " ") + word.text;
  return text;
}

std::string subtitle_time(double seconds, char point) {
  auto ms = std::llround(seconds * 1000);
  return fmt::format("{:02}:{:02}:{:02}{}{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     point, ms % 1000);
}

}  // namespace antiphon::standin
