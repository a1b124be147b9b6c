#pragma once

#include <optional>
#include <string_view>

namespace antiphon::text {

/// The languages that words are understood in.
enum class Language { english, swedish };

/// The language of a BCP 47 tag in any case, region and script passed over: "en", "en-GB", "sv-SE";
/// nothing for a language that is not handled and for what is no tag.
std::optional<Language> parse_language(std::string_view tag);

/// The tag of a language: "en", "sv".
std::string_view to_tag(Language language);

}  // namespace antiphon::text
