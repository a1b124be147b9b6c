#include "engine/model/provider_link.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;
using Stage = ProviderFailure::Stage;

// The name of an error, as "insufficient_quota": the finest one that was told.
const std::string& name_of(const ErrorFacts& facts) {
  if (!facts.detail.empty()) return facts.detail;
  return facts.code.empty() ? facts.type : facts.code;
}

Stage stage_of(http::ClientFailure::Stage stage, Stage body_stage) {
  switch (stage) {
    case http::ClientFailure::Stage::acquire:
    case http::ClientFailure::Stage::connect:
    case http::ClientFailure::Stage::handshake: return Stage::connect;
    case http::ClientFailure::Stage::send: return Stage::send;
    case http::ClientFailure::Stage::first_byte:
    case http::ClientFailure::Stage::head: return Stage::first_byte;
    case http::ClientFailure::Stage::body: return body_stage;
  }
  return body_stage;
}

// An answer whose body breaks was cut; before that nobody knows what became of the question.
Kind kind_of(const http::ClientFailure& lost) {
  bool is_in_body = lost.stage == http::ClientFailure::Stage::body;
  switch (lost.kind) {
    case http::ClientFailure::Kind::exhausted: return Kind::overloaded;
    case http::ClientFailure::Kind::too_slow: return Kind::too_slow;
    case http::ClientFailure::Kind::broken: return is_in_body ? Kind::truncated : Kind::transient;
    case http::ClientFailure::Kind::too_large: return Kind::malformed;
    case http::ClientFailure::Kind::forbidden:
    case http::ClientFailure::Kind::unreachable: return Kind::transient;
  }
  return Kind::transient;
}

}  // namespace

ProviderFailure FailureVoice::failure(Kind kind, Stage stage, std::string_view why) const {
  return {.kind = kind, .stage = stage, .message = fmt::format("{}: {}", provider, why)};
}

ProviderFailure FailureVoice::told(int status, const ErrorFacts& facts, Stage stage) const {
  std::string said = redaction->clean(facts.message);
  std::string name = redaction->clean(name_of(facts));
  std::string why = status == 200 ? "an error within its answer" : fmt::format("{}", status);
  if (!name.empty()) why += fmt::format(" ({})", name);
  if (!said.empty()) why += fmt::format(": {}", said);
  ProviderFailure failure = this->failure(kind_of_error(status, facts), stage, why);
  failure.status = status;
  return failure;
}

ProviderFailure FailureVoice::broken(const http::ClientFailure& lost, Stage body_stage) const {
  return failure(kind_of(lost), stage_of(lost.stage, body_stage), lost.message);
}

}  // namespace antiphon::model
