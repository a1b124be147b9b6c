#include "server/models.h"

#include <fmt/format.h>

#include <set>

#include "engine/model/make_model.h"

namespace antiphon::server {
namespace {

const std::string& provider_name(const gateway::InstanceSettings& instance) {
  return instance.provider.empty() ? instance.name : instance.provider;
}

const model::ProviderSettings* find_provider(const Settings& settings, std::string_view name) {
  auto found = std::ranges::find(settings.providers, name, &model::ProviderSettings::name);
  return found == settings.providers.end() ? nullptr : &*found;
}

std::unique_ptr<TlsClient> tls_for(const Settings& settings) {
  auto is_secure = [](const model::ProviderSettings& provider) {
    return model::base_url(provider).starts_with("https:");
  };
  if (std::ranges::none_of(settings.providers, is_secure)) return nullptr;
  return std::make_unique<TlsClient>();
}

const Settings& checked(const Settings& settings) {
  auto faults = find_model_faults(settings);
  if (faults.empty()) return settings;
  std::string message = "Models cannot be used as they are set.";
  for (const FieldError& fault : faults) {
    message += fmt::format(" {}: {}", fault.pointer, fault.message);
  }
  throw Error(Code::invalid, std::move(message));
}

// How many calls there are at once is for the instances to say: a pool that holds them up once more
// would fail those that their instance lets through.
http::PoolLimits pool_limits(const gateway::GatewaySettings& settings) {
  http::PoolLimits limits;
  std::size_t calls_max = 0;
  for (const gateway::InstanceSettings& instance : settings.instances) {
    calls_max += static_cast<std::size_t>(instance.concurrency_max);
  }
  limits.connections_max = std::max(limits.connections_max, calls_max);
  return limits;
}

http::ClientOptions client_options(const CoreModels::Parts& parts) {
  return {.reach = http::Reach::everywhere,
          .pool = pool_limits(parts.settings.gateway),
          .tls = parts.shared.tls.get(),
          .metrics = &parts.metrics,
          .name = "models"};
}

std::vector<gateway::InstanceModels> models_of(const Settings& settings, http::HttpClient& client) {
  std::vector<gateway::InstanceModels> all;
  for (const gateway::InstanceSettings& instance : settings.gateway.instances) {
    const model::ProviderSettings& provider = *find_provider(settings, provider_name(instance));
    gateway::InstanceModels models{.kind = provider.kind};
    if (!instance.models.empty()) models.chat = model::make_chat_model(provider, client);
    if (!instance.embedding_models.empty()) {
      models.embedder = model::make_embedder(provider, client);
    }
    all.push_back(std::move(models));
  }
  return all;
}

}  // namespace

std::vector<FieldError> find_model_faults(const Settings& settings) {
  auto faults = gateway::find_faults(settings.gateway);
  for (FieldError& fault : faults) fault.pointer.insert(0, "/gateway");
  std::set<std::string> names;
  for (std::size_t i = 0; i < settings.providers.size(); ++i) {
    const model::ProviderSettings& provider = settings.providers[i];
    if (!names.insert(provider.name).second) {
      faults.push_back({fmt::format("/providers/{}/name", i), "duplicate",
                        fmt::format("'{}' is a name already.", provider.name)});
    }
    try {
      model::base_url(provider);
    } catch (const Error& error) {
      faults.push_back({fmt::format("/providers/{}/url", i), "format", error.message()});
    }
  }
  for (std::size_t i = 0; i < settings.gateway.instances.size(); ++i) {
    const gateway::InstanceSettings& instance = settings.gateway.instances[i];
    const model::ProviderSettings* provider = find_provider(settings, provider_name(instance));
    if (provider == nullptr) {
      faults.push_back({fmt::format("/gateway/instances/{}/provider", i), "unknown",
                        fmt::format("There is no provider '{}'.", provider_name(instance))});
    } else if (!instance.embedding_models.empty() && provider->kind != "openai" &&
               provider->kind != "ollama") {
      faults.push_back({fmt::format("/gateway/instances/{}/embeddingModels", i), "unsupported",
                        "Vectors come from providers of kind openai or ollama."});
    }
  }
  return faults;
}

SharedModels::SharedModels(const Settings& settings, const Clock& clock, metrics::Registry& metrics)
    : fleet(checked(settings).gateway, clock, &metrics),
      budgets(settings.gateway.budgets, clock),
      usage(clock),
      tls(tls_for(settings)) {}

std::unique_ptr<store::SqlCache> make_answer_cache(const Settings& settings,
                                                   store::Database& database,
                                                   metrics::Registry& metrics) {
  if (settings.gateway.instances.empty() || !settings.gateway.keep_in_database) return nullptr;
  return std::make_unique<store::SqlCache>(database, store::SqlCache::Options{.metrics = &metrics});
}

CoreModels::CoreModels(const Parts& parts)
    : shared_(parts.shared),
      second_cache_(parts.second_cache),
      client_(parts.network, client_options(parts)) {
  gateway_ = std::make_unique<gateway::RoutedGateway>(
      gateway::GatewayParts{.fleet = shared_.fleet,
                            .budgets = shared_.budgets,
                            .usage = shared_.usage,
                            .random = parts.random,
                            .cache = parts.cache,
                            .second_cache = parts.second_cache,
                            .metrics = &parts.metrics,
                            .log = &parts.log,
                            .models = models_of(parts.settings, client_)});
  if (parts.homes) home_ = std::make_unique<gateway::HomeGateway>(*gateway_, *parts.homes);
}

CoreModels::~CoreModels() = default;

void CoreModels::keep(TaskGroup& tasks, store::Database& database) {
  tasks.spawn(gateway_->keep_watch());
  tasks.spawn(shared_.usage.keep_flushing(database));
  if (second_cache_) tasks.spawn(second_cache_->keep_up());
}

Task<> CoreModels::stop() {
  if (home_) co_await home_->stop();
  co_await gateway_->stop();
  co_await client_.stop();
}

}  // namespace antiphon::server
