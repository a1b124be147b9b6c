#include "server/doctor/settings_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "engine/base/encoding.h"
#include "engine/gateway/prices.h"
#include "engine/http/client.h"
#include "engine/remote_speech/make_speech.h"
#include "server/models.h"

namespace antiphon::server::doctor {
namespace {

constexpr const char* configuration_subject = "configuration";

Finding fault(const FieldError& error) {
  std::string place = error.pointer.empty() ? "" : error.pointer + ": ";
  return {.subject = configuration_subject,
          .health = Health::problem,
          .message = place + error.message};
}

template <class Servers>
void add_faults(Findings& findings, const Servers& settings, std::string_view at) {
  try {
    remote_speech::make_servers(settings, {}, at);
  } catch (const Error& error) {
    for (const FieldError& field : error.fields()) findings.push_back(fault(field));
  }
}

bool is_of_this_machine(const model::ProviderSettings& provider) {
  try {
    std::string host = http::request_to(http::Method::get, model::base_url(provider)).endpoint.host;
    return host == "localhost" || host == "::1" || host.starts_with("127.");
  } catch (const Error&) {
    return false;  // told as a fault
  }
}

bool has_price(const Settings& settings, std::string_view model) {
  return std::ranges::any_of(settings.gateway.prices, [model](const auto& price) {
    return gateway::fits(price.model, model);
  });
}

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
}

// The password of a URL, as it stands and as it is meant. Pieces too: a URL that is written wrong
// is repeated piece by piece in errors.
void add_password(std::vector<std::string>& secrets, std::string_view url) {
  auto begin = url.find("://");
  auto end = url.rfind('@');
  if (begin != std::string_view::npos && end != std::string_view::npos && begin < end) {
    std::string_view user = url.substr(begin + 3, end - begin - 3);
    auto colon = user.find(':');
    if (colon != std::string_view::npos) {
      std::string_view password = user.substr(colon + 1);
      secrets.emplace_back(password);
      if (auto meant = parse_percent(password)) secrets.push_back(*meant);
      for (std::size_t at = 0; at < password.size();) {
        std::size_t stop = std::min(password.find_first_of("@/:?#", at), password.size());
        secrets.emplace_back(password.substr(at, stop - at));
        at = stop + 1;
      }
    }
  }
  constexpr std::string_view parameter = "password=";
  if (auto at = url.find(parameter); at != std::string_view::npos) {
    std::string_view rest = url.substr(at + parameter.size());
    secrets.emplace_back(rest.substr(0, rest.find('&')));
  }
}

// "name=value,name=value"
void add_values(std::vector<std::string>& secrets, std::string_view headers) {
  while (!headers.empty()) {
    std::string_view one = headers.substr(0, headers.find(','));
    auto equals = one.find('=');
    if (equals != std::string_view::npos) secrets.emplace_back(one.substr(equals + 1));
    headers.remove_prefix(std::min(one.size() + 1, headers.size()));
  }
}

}  // namespace

Findings faults_of(const Error& error) {
  Findings findings;
  for (const FieldError& field : error.fields()) findings.push_back(fault(field));
  if (findings.empty()) findings.push_back(fault({.message = error.message()}));
  findings.back().advice = "docs/configuration.md says all that can be set.";
  return findings;
}

Findings check_settings(const Settings& settings, std::size_t set) {
  Findings findings;
  for (const FieldError& error : find_model_faults(settings)) findings.push_back(fault(error));
  add_faults(findings, settings.speech.recognisers, "/speech/recognisers");
  add_faults(findings, settings.speech.voices, "/speech/voices");
  if (findings.empty()) {
    findings.push_back(
        {.subject = configuration_subject,
         .message = fmt::format("valid; {} key{} set", set, set == 1 ? " is" : "s are")});
  }
  return findings;
}

Findings check_prices(const Settings& settings) {
  std::vector<std::string> models;
  std::vector<std::string> free;
  for (const ProviderCase& provider : provider_cases(settings)) {
    bool may_be_free = is_of_this_machine(provider.settings) && settings.gateway.budgets.empty();
    for (const auto& some : {provider.models, provider.embedding_models}) {
      add_new(models, some);
      for (const std::string& name : some) {
        if (!may_be_free && !has_price(settings, name)) add_new(free, {name});
      }
    }
  }
  if (models.empty()) return {};
  Finding finding{.subject = "prices"};
  if (free.empty()) {
    finding.message = "each model has one, or runs on this machine";
  } else {
    finding.health = Health::warning;
    finding.message = fmt::format(
        "none for {}: calls of them count as free, and no budget holds "
        "them",
        fmt::join(free, ", "));
    finding.advice = "Add [[gateway.prices]] with model, input and output.";
  }
  return {finding};
}

std::vector<ProviderCase> provider_cases(const Settings& settings) {
  std::vector<ProviderCase> cases;
  for (const model::ProviderSettings& provider : settings.providers) {
    ProviderCase one{.settings = provider, .models = {}, .embedding_models = {}};
    for (const gateway::InstanceSettings& instance : settings.gateway.instances) {
      const std::string& name = instance.provider.empty() ? instance.name : instance.provider;
      if (name != provider.name) continue;
      add_new(one.models, instance.models);
      add_new(one.embedding_models, instance.embedding_models);
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

std::vector<std::string> secrets_of(const Settings& settings) {
  std::vector<std::string> secrets;
  for (const model::ProviderSettings& provider : settings.providers) {
    secrets.push_back(provider.api_key);
    for (const model::HeaderSetting& header : provider.headers) secrets.push_back(header.value);
  }
  for (const auto& server : settings.speech.recognisers) secrets.push_back(server.api_key);
  for (const auto& server : settings.speech.voices) secrets.push_back(server.api_key);
  add_password(secrets, settings.store.database_url);
  add_values(secrets, settings.trace.headers);
  return secrets;
}

}  // namespace antiphon::server::doctor
