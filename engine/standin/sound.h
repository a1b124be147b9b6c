#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Sound as far as a stand-in needs it.

namespace antiphon::standin {

/// How long the sound of a file lasts: of a WAV by its header, of others as if they had 32 kbit/s.
double seconds_of(std::string_view file);

/// One channel of PCM16: a tone for each character of a text, silence for its spaces.
std::string make_tones(std::string_view text, int sample_rate, double speed);

/// The head of a WAV file of one channel of PCM16.
std::string make_wav_head(int sample_rate, std::uint32_t data_bytes);

/// A word as it was heard.
struct HeardWord {
  std::string text;
  double start = 0;  ///< in seconds
  double end = 0;
};

/// What is heard of a text in so much sound: with a time for each word those for which there is
/// time, without one all of them, spread over the sound.
std::vector<HeardWord> hear(std::string_view text, double seconds, double seconds_per_word);

std::string text_of(const std::vector<HeardWord>& words);

/// "00:00:01,500"; the point is that of WebVTT or SubRip.
std::string subtitle_time(double seconds, char point);

}  // namespace antiphon::standin
