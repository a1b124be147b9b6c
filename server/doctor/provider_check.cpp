#include "server/doctor/provider_check.h"

#include <fmt/format.h>

#include "engine/async/call.h"
#include "engine/model/make_model.h"
#include "server/doctor/model_check.h"

namespace antiphon::server::doctor {
namespace {

using Kind = model::ProviderFailure::Kind;

std::string setting_of(const ProviderCase& provider, std::string_view key) {
  return fmt::format("{} of the provider {}", key, provider.settings.name);
}

Task<model::Provided<std::vector<std::string>>> list_models(Outside outside,
                                                            model::ChatModel* chat) {
  Instant due = Core::here().clock().steady() + outside.time_max;
  try {
    co_return co_await within(due, chat->models(due));
  } catch (const Error& error) {
    co_return std::unexpected(
        model::ProviderFailure{.kind = Kind::too_slow, .message = error.message()});
  }
}

// What its list of models says of the provider.
Finding finding_of(const ProviderCase& provider,
                   const model::Provided<std::vector<std::string>>& list) {
  Finding finding{.subject = fmt::format("provider {}", provider.settings.name)};
  std::string_view key = provider.settings.api_key.empty() ? "" : "the key is not refused; ";
  if (list) {
    finding.message = fmt::format("{}it tells of {} models", key, list->size());
    return finding;
  }
  const model::ProviderFailure& failure = list.error();
  bool is_key = failure.kind == Kind::auth;
  finding.health = is_key ? Health::problem : Health::warning;
  finding.message =
      fmt::format("{}: {}", is_key ? "its list of models is refused" : "no list of models comes",
                  failure.message);
  finding.advice = advice_for(failure, provider.settings);
  return finding;
}

void append(Findings& findings, Findings more) {
  std::ranges::move(more, std::back_inserter(findings));
}

Task<Findings> check_models(Asking asking, const ProviderCase* provider, model::ChatModel* chat,
                            ModelList list) {
  Findings findings;
  for (const std::string& name : provider->models) {
    append(findings, co_await check_chat(asking, &provider->settings, chat, name, list));
  }
  for (const std::string& name : provider->embedding_models) {
    append(findings, co_await check_embedding(asking, &provider->settings, name, list));
  }
  co_return findings;
}

Findings not_asked(const ProviderCase& provider) {
  Findings findings;
  auto add = [&](const std::string& name) {
    findings.push_back({.subject = fmt::format("model {} {}", provider.settings.name, name),
                        .health = Health::skipped,
                        .message = "not asked, because of its provider"});
  };
  for (const std::string& name : provider.models) add(name);
  for (const std::string& name : provider.embedding_models) add(name);
  return findings;
}

}  // namespace

Task<Findings> check_provider(Asking asking, ProviderCase provider) {
  Findings findings;
  findings.push_back(
      co_await reach(asking.outside, fmt::format("provider {}", provider.settings.name),
                     model::base_url(provider.settings), setting_of(provider, "url")));
  if (findings.back().health == Health::problem) {
    append(findings, not_asked(provider));
    co_return findings;
  }
  auto chat = model::make_chat_model(provider.settings, asking.client);
  auto list = co_await list_models(asking.outside, chat.get());
  findings.push_back(finding_of(provider, list));
  if (findings.back().health == Health::problem) {
    append(findings, not_asked(provider));
    co_return findings;
  }
  if (provider.models.empty() && provider.embedding_models.empty()) {
    findings.push_back({.subject = fmt::format("provider {}", provider.settings.name),
                        .health = Health::warning,
                        .message = "no instance asks it",
                        .advice = fmt::format("Name it in a [[gateway.instances]], or take {} out.",
                                              provider.settings.name)});
  }
  ModelList names = list ? ModelList(std::move(*list)) : std::nullopt;
  append(findings, co_await check_models(asking, &provider, chat.get(), std::move(names)));
  co_return findings;
}

std::string advice_for(const model::ProviderFailure& failure,
                       const model::ProviderSettings& provider) {
  switch (failure.kind) {
    case Kind::auth:
      return provider.api_key.empty()
                 ? fmt::format("Set api_key_file of the provider {}.", provider.name)
                 : fmt::format("Correct the key of the provider {} (api_key, api_key_file).",
                               provider.name);
    case Kind::quota_exhausted:
      return "Nothing is left to pay with: look at the provider's billing, or use another key.";
    case Kind::rate_limited: return "Its limit is reached now: try again later, or have it raised.";
    case Kind::overloaded: return "It has too much to do now: try again later.";
    case Kind::too_slow:
      return "A model that is loaded first may need longer: --seconds 120; the server itself waits "
             "as long as first_token_ms and gap_ms of the provider say.";
    case Kind::bad_request:
      return "It refuses the question: is the model one that chats, and kind what it speaks?";
    case Kind::empty:
    case Kind::truncated:
    case Kind::malformed:
      return fmt::format("Is it a server of kind \"{}\", and does the model answer by itself?",
                         provider.kind);
    case Kind::transient: return "Look at the provider's own log or status page.";
    case Kind::context_too_long:
    case Kind::refused:
    case Kind::unsupported: return "Another model may do better.";
  }
  return "";
}

}  // namespace antiphon::server::doctor
