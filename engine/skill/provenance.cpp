#include "engine/skill/provenance.h"

namespace antiphon::skill {
namespace {

void add_count(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

}  // namespace

std::string_view to_text(Source source) {
  switch (source) {
    case Source::cache: return "cache";
    case Source::model: return "model";
    case Source::rules: return "rules";
  }
  return "rules";
}

std::string_view to_text(Fallback reason) {
  switch (reason) {
    case Fallback::none: return "none";
    case Fallback::no_time: return "no_time";
    case Fallback::too_long: return "too_long";
    case Fallback::no_target: return "no_target";
    case Fallback::unsupported: return "unsupported";
    case Fallback::invalid: return "invalid";
    case Fallback::budget: return "budget";
    case Fallback::exhausted: return "exhausted";
    case Fallback::failed: return "failed";
    case Fallback::timeout: return "timeout";
    case Fallback::refused: return "refused";
    case Fallback::filtered: return "filtered";
    case Fallback::truncated: return "truncated";
    case Fallback::too_large: return "too_large";
    case Fallback::off_schema: return "off_schema";
    case Fallback::not_admitted: return "not_admitted";
    case Fallback::tool_steps: return "tool_steps";
  }
  return "failed";
}

std::string_view to_text(Repair repair) {
  switch (repair) {
    case Repair::none: return "none";
    case Repair::mended: return "mended";
    case Repair::failed: return "failed";
  }
  return "none";
}

void add(Provenance& provenance, const gateway::Account& account) {
  provenance.instance = account.instance;
  provenance.provider = account.provider;
  provenance.model = account.model;
  provenance.attempts += account.attempts;
  add_count(provenance.usage.tokens_in, account.usage.tokens_in);
  add_count(provenance.usage.tokens_cached, account.usage.tokens_cached);
  add_count(provenance.usage.tokens_out, account.usage.tokens_out);
  add_count(provenance.usage.tokens_reasoning, account.usage.tokens_reasoning);
  provenance.is_usage_estimated |= account.is_usage_estimated;
  provenance.cost += account.cost;
}

Fallback fallback_of(const gateway::GatewayFailure& failure) {
  using Reason = gateway::GatewayFailure::Reason;
  bool is_refused = failure.last && failure.last->kind == model::ProviderFailure::Kind::refused;
  switch (failure.reason) {
    case Reason::invalid: return is_refused ? Fallback::refused : Fallback::invalid;
    case Reason::unknown_target: return Fallback::no_target;
    case Reason::unsupported: return Fallback::unsupported;
    case Reason::budget: return Fallback::budget;
    case Reason::exhausted: return Fallback::exhausted;
    case Reason::failed: return is_refused ? Fallback::refused : Fallback::failed;
    case Reason::timeout: return Fallback::timeout;
  }
  return Fallback::failed;
}

}  // namespace antiphon::skill
