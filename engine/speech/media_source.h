#pragma once

#include <filesystem>
#include <string_view>

#include "engine/base/descriptor.h"
#include "engine/speech/media.h"

namespace antiphon::speech {

/// Media as an open, seekable descriptor, looked into and found worth decoding. Throw as
/// read_media_file() does.
Descriptor open_media_file(const std::filesystem::path& path, const MediaLimits& limits);
Descriptor open_media_bytes(std::string_view bytes, const MediaLimits& limits);

/// What content obviously is when it cannot be sound or film: "text", "an image"; empty otherwise.
std::string_view name_of_other_content(std::string_view head);

}  // namespace antiphon::speech
