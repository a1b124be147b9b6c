#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/clock.h"

namespace antiphon::director {

/// The sentences of a script, in order: up to a full stop, question or exclamation mark that a
/// space follows, or to the end of a line. Without space around them.
/// @throws Error{Code::invalid} for none, or more than sentences_max
std::vector<std::string> split_script(std::string_view script);
inline constexpr std::size_t sentences_max = 200;

/// How long it takes to say, at 150 words a minute: the usual pace of a presenter.
Duration speaking_time(std::string_view sentence);

}  // namespace antiphon::director
