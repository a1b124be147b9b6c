#pragma once

#include <string_view>

namespace antiphon::speech {

/// Whether all of it says only that somebody listens ("mm", "just det", "hai"): no turn of their
/// own, and no interruption.
/// @param words     as recognised; case and punctuation do not count
/// @param language  BCP 47; what counts is the primary language (en, sv, ja, hi); of another one
///                  only sounds that are no words ("mm") are known
bool is_listening_sound(std::string_view words, std::string_view language);

/// Whether it asks to stop at once ("wait", "vänta", "待って"): one such word is enough to
/// interrupt.
bool asks_to_stop(std::string_view words, std::string_view language);

}  // namespace antiphon::speech
