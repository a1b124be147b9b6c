#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon::speech {

inline constexpr int wav_channels_max = 32;
inline constexpr int wav_rate_hz_max = 768'000;

/// What in a WAV file's header cannot be true, in words; nothing for a good header or for content
/// that is no WAV. ffmpeg believes such headers and gives noise or half of the sound.
/// @param head        the beginning of the file; what stands behind it is not checked
/// @param file_bytes  size of the whole file
std::optional<std::string> find_wav_fault(std::string_view head, std::uint64_t file_bytes);

/// Of a file whose length is not known while it is written, as programs in pipes write it.
inline constexpr std::uint32_t wav_bytes_unknown = 0xFFFFFFFF;

/// The header of a WAV file with one channel of PCM16.
std::string make_wav_header(int sample_rate, std::uint32_t data_bytes);

}  // namespace antiphon::speech
