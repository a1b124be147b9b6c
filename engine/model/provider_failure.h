#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/clock.h"

namespace antiphon::model {

/// Why a provider gave no answer, as a value: what to do about it follows from the kind alone.
struct ProviderFailure {
  enum class Kind {
    bad_request,       ///< ours to mend: no retry, no fallback
    context_too_long,  ///< a model with a larger window may do
    auth,              ///< the key is not good: no retry with it, another provider may do
    quota_exhausted,   ///< nothing left until a reset: no retry with this key
    rate_limited,      ///< later, `retry_after` says when
    overloaded,        ///< the provider has too much to do
    transient,         ///< it broke, or was not reached
    too_slow,          ///< a limit of time or rate passed
    empty,             ///< it ended without any content
    refused,           ///< it withheld an answer: a prompt or a content that it does not serve
    truncated,         ///< it ended before it said that it was complete
    malformed,         ///< it is not what its protocol says
    unsupported        ///< it lacks an option, a shape or tools that were asked for
  };
  /// How far the exchange came.
  enum class Stage { connect, send, first_byte, first_token, stream };

  Kind kind = Kind::transient;
  Stage stage = Stage::connect;
  int status = 0;       ///< of HTTP; 0: no answer came
  std::string message;  ///< for the log and for operators: no key, no text of the conversation
  std::optional<Duration> retry_after = {};  ///< the provider's hint
};

std::string_view to_text(ProviderFailure::Kind kind);
std::string_view to_text(ProviderFailure::Stage stage);

template <class T>
using Provided = std::expected<T, ProviderFailure>;

}  // namespace antiphon::model
