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

}  // namespace antiphon::speech
