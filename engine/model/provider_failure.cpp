#include "engine/model/provider_failure.h"

namespace antiphon::model {

std::string_view to_text(ProviderFailure::Kind kind) {
  using enum ProviderFailure::Kind;
  switch (kind) {
    case bad_request: return "bad_request";
    case context_too_long: return "context_too_long";
    case auth: return "auth";
    case quota_exhausted: return "quota_exhausted";
    case rate_limited: return "rate_limited";
    case overloaded: return "overloaded";
    case transient: return "transient";
    case too_slow: return "too_slow";
    case empty: return "empty";
    case refused: return "refused";
    case truncated: return "truncated";
    case malformed: return "malformed";
    case unsupported: return "unsupported";
  }
  return "transient";
}

std::string_view to_text(ProviderFailure::Stage stage) {
  using enum ProviderFailure::Stage;
  switch (stage) {
    case connect: return "connect";
    case send: return "send";
    case first_byte: return "first_byte";
    case first_token: return "first_token";
    case stream: return "stream";
  }
  return "connect";
}

}  // namespace antiphon::model
