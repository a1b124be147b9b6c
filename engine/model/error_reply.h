#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/http/headers.h"
#include "engine/model/provider_failure.h"
#include "engine/schema/value.h"

namespace antiphon::model {

/// What a provider says of an error, wherever it stood: in the body of an answer, or within a
/// stream that had begun well. What it does not say is empty.
struct ErrorFacts {
  std::string message;
  std::string type;       ///< "rate_limit_error", "RESOURCE_EXHAUSTED"
  std::string code;       ///< "insufficient_quota", "429"
  std::string detail;     ///< a finer code: "API_KEY_INVALID", "enforced_spend_limit_reached"
  bool is_daily = false;  ///< a quota of a day
  std::optional<Duration> retry_delay = {};  ///< google.rpc.RetryInfo
};

/// The error that a JSON value tells of, in any of the shapes that providers use:
/// {"error":{…}}, {"error":"text"}, [{"error":…}], {"object":"error",…}, {"detail":…}.
std::optional<ErrorFacts> error_facts(const schema::Value& json);

/// The same of a body that should be something else; nothing where it is no JSON.
std::optional<ErrorFacts> error_facts_within(std::string_view body);

/// What the body of an error says, which may be anything.
ErrorFacts error_facts_of_body(std::string_view body);

/// The one rule for all providers.
/// @param status  of HTTP; 200 for an error inside a good answer
ProviderFailure::Kind kind_of_error(int status, const ErrorFacts& facts);

/// When to ask again, of the first of these that is there and can be read: retry-after-ms,
/// x-ms-retry-after-ms, retry-after (seconds or a date), RetryInfo, x-ratelimit-reset-*, and for a
/// quota of a day the end of that day.
/// @param now  what dates are compared with
std::optional<Duration> retry_hint(const http::Headers& headers, const ErrorFacts& facts,
                                   ProviderFailure::Kind kind, Timestamp now);

/// "1s", "6m0s", "250ms", "1h2m3.5s": how Go and google.protobuf.Duration write a time.
std::optional<Duration> parse_span(std::string_view text);

}  // namespace antiphon::model
