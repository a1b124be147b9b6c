#pragma once

#include <array>
#include <filesystem>

#include "engine/base/random.h"

namespace antiphon::record {

/// What recordings are sealed with.
using RecordKey = std::array<unsigned char, 32>;

/// Reads a key file: 64 hexadecimal digits. @throws Error{Code::unavailable} without one,
/// Error{Code::invalid} when it holds something else
RecordKey load_key(const std::filesystem::path& file);

/// The same; makes it, readable by its owner alone, when it is missing.
/// @throws Error{Code::unavailable} also when it cannot be made
RecordKey load_or_make_key(const std::filesystem::path& file, Random& random);

/// The key of copies that are meant to be shared: everybody knows it. It finds changed bytes and
/// hides nothing.
RecordKey open_key();

}  // namespace antiphon::record
