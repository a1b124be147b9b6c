#pragma once

#include <string_view>

#include "engine/base/descriptor.h"

namespace antiphon::speech {

/// `bytes` as an open file without a name, for a child program that reads one: it can seek, and
/// nobody has to write while the child reads.
/// @throws Error{Code::unavailable} when memory or descriptors are short
Descriptor make_memory_file(std::string_view bytes);

}  // namespace antiphon::speech
