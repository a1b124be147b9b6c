#pragma once

#include "engine/gateway/gateway.h"

namespace antiphon::gateway {

/// Under which an answer is kept: the tenant, then a hash of all that it depends on, options and
/// versions of sources included (E-34, E-94). Whether it was asked for in pieces is not of these.
std::string key_of(const ChatAsk& ask, std::string_view tenant);

/// Under which a vector of a text is kept: by the model that made it, so that none are mixed.
std::string key_of(std::string_view text, std::string_view model,
                   std::optional<std::int64_t> dimensions, std::string_view tenant);

/// The question as JSON in its one form: members in a fixed order, what is absent left out.
std::string canonical_json(const ChatAsk& ask);

}  // namespace antiphon::gateway
