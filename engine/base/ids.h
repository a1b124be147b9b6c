#pragma once

#include <string>
#include <string_view>

#include "engine/base/random.h"

namespace antiphon {

/// A new id: prefix, underscore, 26 characters of Crockford base32 (128 random bits): "ses_0f3k…".
/// Random enough that nobody guesses one, and no counter that tells how many there are.
std::string make_id(std::string_view prefix, Random& random);

/// Whether `text` has the form that make_id gives for `prefix`.
bool is_id(std::string_view text, std::string_view prefix);

/// A secret of 256 bits as base64url, 43 characters.
std::string make_secret(Random& random);

}  // namespace antiphon
