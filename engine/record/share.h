#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/record/recording.h"

namespace antiphon::record {

/// JSON in the same shape: members that say how and when keep their values, every other text has x
/// for each letter and 0 for each digit, every other number is 0. What is no JSON object is masked
/// as a text.
std::string mask_json(std::string_view json);

/// Writes a copy that may be given away: without the sound, without the names of tenant, session
/// and who opened it, without what was said or shown; its key is no secret (open_key). What is left
/// is what happened when. It cannot be replayed.
/// @throws Error{Code::conflict} when there is such a file, Error{Code::unavailable}
void share(Recording& recording, const std::filesystem::path& to);

}  // namespace antiphon::record
