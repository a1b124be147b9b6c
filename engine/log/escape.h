#pragma once

#include <string>
#include <string_view>

namespace antiphon::log {

/// Appends `text` as the inside of a JSON string, with the escapes that log lines need besides
/// (line.h); at most value_bytes_max bytes of it are read.
void append_escaped(std::string& line, std::string_view text);

/// The same in double quotes.
void append_quoted(std::string& line, std::string_view text);

}  // namespace antiphon::log
