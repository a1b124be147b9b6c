#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/http/answer_lines.h"
#include "engine/remote_speech/hearing.h"

namespace antiphon::remote_speech {

/// What may stand before the sound in a WAV file.
inline constexpr std::size_t wav_head_bytes_max = 64u << 10;

/// PCM16 out of bytes as they arrive, whatever the cuts.
class PcmReader {
 public:
  std::vector<Sample> feed(std::string_view bytes);

 private:
  std::string rest_;  // less than a sample
};

/// The sound of a WAV file as it arrives. One whose length nobody knew when it was begun (sizes of
/// 0 or near the largest number) goes on to its end; behind a known length nothing is sound.
class WavReader {
 public:
  /// Several channels become one. @throws Error{Code::unprocessable} for what is no PCM16
  std::vector<Sample> feed(std::string_view bytes);
  /// The file has ended. @throws Error{Code::unprocessable} before all the sound that it announced
  void finish() const;
  /// 0 until the header has come.
  int sample_rate() const { return sample_rate_; }

 private:
  bool read_head();
  void read_format(std::string_view format);
  std::vector<Sample> mixed(std::vector<Sample> samples);

  std::string head_;  // of the file, until the sound begins
  bool is_in_sound_ = false;
  int sample_rate_ = 0;
  std::size_t channels_ = 0;
  std::uint64_t left_ = 0;  // bytes of sound that are to come
  bool is_endless_ = false;
  PcmReader pcm_;
  std::vector<Sample> frame_;  // less than one value of each channel
};

/// The sound in events: speech.audio.delta with PCM16 in base64, then speech.audio.done.
class SpeechEvents {
 public:
  /// @throws Error{Code::unprocessable} for what is no such stream, Error{Code::unavailable} when
  /// it
  ///         tells of a fault
  std::vector<Sample> add(const http::ServerEvent& event);
  bool is_done() const { return is_done_; }

 private:
  PcmReader pcm_;
  bool is_done_ = false;
};

}  // namespace antiphon::remote_speech
