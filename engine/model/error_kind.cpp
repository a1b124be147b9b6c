#include <charconv>

#include "engine/model/error_reply.h"

namespace antiphon::model {
namespace {

using Kind = ProviderFailure::Kind;

// A word that a provider uses for an error, as type, code or finer code, and what it means. The
// first row that fits decides.
struct Word {
  std::string_view word;
  Kind kind;
};

constexpr Word words[] = {
    {"insufficient_quota", Kind::quota_exhausted},
    {"billing_error", Kind::quota_exhausted},
    {"billing_hard_limit_reached", Kind::quota_exhausted},
    {"enforced_spend_limit_reached", Kind::quota_exhausted},
    {"context_length_exceeded", Kind::context_too_long},
    {"exceed_context_size_error", Kind::context_too_long},
    {"content_policy_violation", Kind::refused},
    {"content_filter", Kind::refused},
    {"API_KEY_INVALID", Kind::auth},
    {"invalid_api_key", Kind::auth},
    {"authentication_error", Kind::auth},
    {"permission_error", Kind::auth},
    {"PERMISSION_DENIED", Kind::auth},
    {"UNAUTHENTICATED", Kind::auth},
    {"rate_limit_exceeded", Kind::rate_limited},
    {"rate_limit_error", Kind::rate_limited},
    {"RESOURCE_EXHAUSTED", Kind::rate_limited},
    {"overloaded_error", Kind::overloaded},
    {"UNAVAILABLE", Kind::overloaded},
    {"invalid_request_error", Kind::bad_request},
    {"INVALID_ARGUMENT", Kind::bad_request},
    {"FAILED_PRECONDITION", Kind::bad_request},
    {"not_found_error", Kind::bad_request},
    {"NOT_FOUND", Kind::bad_request},
    {"BadRequestError", Kind::bad_request},
    {"request_too_large", Kind::bad_request},
};

// How providers say in a sentence that question and answer do not fit the model's window.
constexpr std::string_view context_sentences[] = {
    "context length",       "context window",    "prompt is too long",
    "exceed context limit", "input token count", "available context size",
    "maximum context size", "input is too long", "exceeds the context",
};
// Ollama's queue is full, or a gateway's.
constexpr std::string_view overload_sentences[] = {
    "maximum pending requests",
    "server busy",
    "Overloaded",
};

bool contains_any(std::string_view text, std::span<const std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.contains(part); });
}

std::optional<Kind> kind_of_words(const ErrorFacts& facts) {
  for (const auto& [word, kind] : words) {
    if (facts.detail == word || facts.code == word || facts.type == word) return kind;
  }
  return std::nullopt;
}

Kind kind_of_status(int status) {
  switch (status) {
    case 401:
    case 403: return Kind::auth;
    case 402: return Kind::quota_exhausted;
    case 429: return Kind::rate_limited;
    case 503:
    case 529: return Kind::overloaded;
    case 408:  // of time
    case 409:  // another one is under way
    case 425:
    case 499: return Kind::transient;
    default: break;
  }
  if (status >= 500 || status == 200) return Kind::transient;
  // Redirects are not followed: whoever sends one is not the provider.
  return status >= 400 ? Kind::bad_request : Kind::malformed;
}

// Some tell the status in the error alone: {"error":{"code":429,…}} within a good answer.
int status_of(int status, const ErrorFacts& facts) {
  int told = 0;
  auto [end, failure] =
      std::from_chars(facts.code.data(), facts.code.data() + facts.code.size(), told);
  bool is_status = failure == std::errc() && end == facts.code.data() + facts.code.size() &&
                   told >= 400 && told < 600;
  return status == 200 && is_status ? told : status;
}

}  // namespace

ProviderFailure::Kind kind_of_error(int status, const ErrorFacts& facts) {
  int told_status = status_of(status, facts);
  Kind by_status = kind_of_status(told_status);
  if (facts.is_daily || by_status == Kind::quota_exhausted) return Kind::quota_exhausted;
  auto by_words = kind_of_words(facts);
  bool may_be_context = by_words.value_or(by_status) == Kind::bad_request || told_status >= 500 ||
                        (told_status == 200 && !by_words);
  if (may_be_context && contains_any(facts.message, context_sentences)) {
    return Kind::context_too_long;
  }
  // A key that is not good is told so by the status, whatever the words.
  bool is_plain = !by_words || *by_words == Kind::bad_request;
  if (is_plain && by_status == Kind::auth) return Kind::auth;
  if (is_plain && by_status == Kind::rate_limited) return Kind::rate_limited;
  // So is what passes: a time that was over is no fault of the question.
  if (is_plain && by_status == Kind::transient && told_status < 500 && told_status >= 400) {
    return Kind::transient;
  }
  if (!by_words && contains_any(facts.message, overload_sentences)) return Kind::overloaded;
  return by_words.value_or(by_status);
}

}  // namespace antiphon::model
