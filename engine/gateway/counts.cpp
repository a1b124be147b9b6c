#include "engine/gateway/counts.h"

namespace antiphon::gateway {
namespace {

std::string_view name_of(Counts::Operation operation) {
  return operation == Counts::Operation::chat ? "chat" : "embeddings";
}

// What was answered by nobody has no model.
std::string_view model_of(const Account& account) {
  return account.model.empty() ? std::string_view("none") : std::string_view(account.model);
}

}  // namespace

std::string_view provider_name(std::string_view kind) {
  if (kind == "gemini") return "gcp.gemini";
  if (kind == "openai" || kind == "ollama" || kind == "anthropic") return kind;
  return kind.empty() ? "none" : "other";
}

Counts::Counts(metrics::Registry* registry)
    : durations_(registry, duration_metric),
      tokens_(registry, tokens_metric),
      first_tokens_(registry, first_token_metric),
      token_times_(registry, token_time_metric),
      waits_(registry, wait_metric),
      attempts_(registry, attempts_metric),
      refusals_(registry, refused_metric),
      caches_(registry, cache_metric),
      budgets_(registry, budget_metric),
      costs_(registry, cost_metric),
      hedges_(registry, hedges_metric) {}

void Counts::call(Operation operation, const Account& account, std::string_view error_type) {
  auto provider = provider_name(account.provider);
  auto model = model_of(account);
  durations_.with({name_of(operation), provider, model, error_type},
                  [&](const metrics::Histogram& time) { time.observe(account.latency); });
  auto tell = [&](std::string_view type, std::optional<std::int64_t> tokens) {
    if (!tokens) return;
    tokens_.with({name_of(operation), provider, model, type},
                 [&](const metrics::Histogram& one) { one.observe(static_cast<double>(*tokens)); });
  };
  tell("input", account.usage.tokens_in);
  tell("output", account.usage.tokens_out);
  if (account.cost == 0) return;
  constexpr double per_unit = 1'000'000;
  costs_.with({account.instance, model}, [&](const metrics::Counter& cost) {
    cost.add(static_cast<double>(account.cost) / per_unit);
  });
}

void Counts::first_content(Operation operation, const Account& account, Duration took) {
  first_tokens_.with(
      {name_of(operation), provider_name(account.provider), model_of(account), account.instance},
      [&](const metrics::Histogram& time) { time.observe(took); });
}

void Counts::token_time(const Account& account, const AnswerTimes& times) {
  if (times.tokens_out < 2) return;
  Duration each = (times.total - times.first_token) / (times.tokens_out - 1);
  token_times_.with({name_of(Operation::chat), provider_name(account.provider), model_of(account),
                     account.instance},
                    [&](const metrics::Histogram& time) { time.observe(each); });
}

void Counts::attempt(const Instance& instance, std::string_view outcome) {
  attempts_.with({instance.name(), outcome}, [](const metrics::Counter& one) { one.add(); });
}

void Counts::wait(const Instance& instance, Duration waited) {
  waits_.with({instance.name()}, [&](const metrics::Histogram& time) { time.observe(waited); });
}

void Counts::refused(const Instance& instance, NoPlace why) {
  refusals_.with({instance.name(), to_text(why)}, [](const metrics::Counter& one) { one.add(); });
}

void Counts::cache(CacheResult result) {
  caches_.with({to_text(result)}, [](const metrics::Counter& one) { one.add(); });
}

void Counts::budget(std::string_view limit) {
  budgets_.with({limit}, [](const metrics::Counter& one) { one.add(); });
}

void Counts::hedge(std::string_view winner) {
  hedges_.with({winner}, [](const metrics::Counter& one) { one.add(); });
}

}  // namespace antiphon::gateway
