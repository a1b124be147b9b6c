#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/schema/describe.h"

// What can be set of the gateway. The limits of time of E-33 are a provider's (model room), which
// knows reasoning from silence; an instance may have shorter ones, for a model that is mostly
// quick.

namespace antiphon::gateway {

/// How one of several is chosen.
enum class Balance { round_robin, least_loaded, power_of_two };
/// Over which time a budget is counted, by the calendar in UTC.
enum class Period { day, month, total };

/// A provider with what it may be asked, and how much at once.
struct InstanceSettings {
  std::string name;
  std::string provider = {};
  std::vector<std::string> models = {};
  std::vector<std::string> embedding_models = {};
  double weight = 1;
  std::int64_t concurrency_max = 8;
  std::int64_t queue_max = 100;
  std::chrono::milliseconds first_byte_ms{0};
  std::chrono::milliseconds first_token_ms{0};
  std::chrono::milliseconds gap_ms{0};
  double tokens_per_second_min = 0;
  std::chrono::milliseconds total_ms{120'000};
  bool warm = false;
};

/// Members are "instance/model", or "instance" for the first of its models.
struct GroupSettings {
  std::string name;
  std::vector<std::string> members;
  Balance balance = Balance::power_of_two;
  std::vector<std::string> fallback = {};
  std::string cheaper = {};
};

struct TierSettings {
  std::string name;
  std::string group;
  std::int64_t tokens_in_max = 0;
};

/// In units of the currency for a million tokens.
struct PriceSettings {
  std::string model;
  double input = 0;
  double cached = 0;
  double output = 0;
};

struct BudgetSettings {
  std::string tenant = "*";
  double soft = 0;
  double hard = 0;
  Period period = Period::month;
};

struct GatewaySettings {
  std::vector<InstanceSettings> instances;
  std::vector<GroupSettings> groups;
  std::vector<TierSettings> tiers;
  std::string currency = "USD";
  std::vector<PriceSettings> prices;
  std::vector<BudgetSettings> budgets;
  std::int64_t attempts_max = 3;
  double retry_share = 0.2;
  std::int64_t breaker_failures = 5;
  std::chrono::milliseconds breaker_open_ms{60'000};
  bool hedge = false;
  double hedge_share = 0.05;
  std::int64_t answer_tokens = 1024;
  std::int64_t embedding_batch_max = 25;
  std::chrono::milliseconds check_every_ms{30'000};
  std::chrono::milliseconds warm_every_ms{0};
  bool keep_in_database = true;
};

inline auto describe(schema::Tag<Balance>) {
  return schema::enumeration<Balance>("Balance")
      .value("round_robin", Balance::round_robin, "By turns, by weight")
      .value("least_loaded", Balance::least_loaded, "The one with the most free places")
      .value("power_of_two", Balance::power_of_two,
             "Of two drawn by chance the one that is expected to answer sooner");
}

inline auto describe(schema::Tag<Period>) {
  return schema::enumeration<Period>("Period")
      .value("day", Period::day)
      .value("month", Period::month)
      .value("total", Period::total);
}

inline auto describe(schema::Tag<InstanceSettings>) {
  using schema::defaulted;
  return schema::object<InstanceSettings>("InstanceSettings", "One place where models are asked")
      .field("name", &InstanceSettings::name, "Stands in metrics and accounts: openai-1",
             schema::min_length(1), schema::max_length(64))
      .field("provider", &InstanceSettings::provider,
             "Name of the provider's settings; empty: the instance's own", defaulted)
      .field("models", &InstanceSettings::models, "Models that chat, as the provider names them",
             defaulted)
      .field("embeddingModels", &InstanceSettings::embedding_models,
             "Models that turn texts into vectors", defaulted)
      .field("weight", &InstanceSettings::weight, "Its share beside the others of a group",
             schema::min(0.01), schema::max(1'000), defaulted)
      .field("concurrencyMax", &InstanceSettings::concurrency_max,
             "Calls at the same time; for Ollama its OLLAMA_NUM_PARALLEL", schema::min(1),
             schema::max(100'000), defaulted)
      .field("queueMax", &InstanceSettings::queue_max, "Calls that wait for a place",
             schema::min(0), schema::max(100'000), defaulted)
      .field("firstByteMs", &InstanceSettings::first_byte_ms,
             "Longest time to the head of a streamed answer, where its provider's is too long; 0: "
             "as the provider's",
             schema::min(0), schema::max(3'600'000), schema::unit("ms"), defaulted)
      .field("firstTokenMs", &InstanceSettings::first_token_ms,
             "The same to its first content; reasoning is none", schema::min(0),
             schema::max(3'600'000), schema::unit("ms"), defaulted)
      .field("gapMs", &InstanceSettings::gap_ms, "The same between two pieces", schema::min(0),
             schema::max(3'600'000), schema::unit("ms"), defaulted)
      .field("tokensPerSecondMin", &InstanceSettings::tokens_per_second_min,
             "The same of its rate, after its first ten seconds", schema::min(0),
             schema::max(10'000), defaulted)
      .field("totalMs", &InstanceSettings::total_ms, "Longest time of a whole answer",
             schema::min(1), schema::max(3'600'000), schema::unit("ms"), defaulted)
      .field("warm", &InstanceSettings::warm,
             "Whether its models are asked for one token at start, so that they are loaded",
             defaulted);
}

inline auto describe(schema::Tag<GroupSettings>) {
  using schema::defaulted;
  return schema::object<GroupSettings>("GroupSettings", "Instances that stand in for each other")
      .field("name", &GroupSettings::name, "What is asked for: default", schema::min_length(1),
             schema::max_length(64))
      .field("members", &GroupSettings::members, "instance/model, or instance for its first model",
             schema::min_items(1))
      .field("balance", &GroupSettings::balance, "How a member is chosen", defaulted)
      .field("fallback", &GroupSettings::fallback,
             "Groups that are asked in this order when none of this one can answer", defaulted)
      .field("cheaper", &GroupSettings::cheaper,
             "Group that is asked first once a tenant's soft limit is passed", defaulted);
}

inline auto describe(schema::Tag<TierSettings>) {
  return schema::object<TierSettings>("TierSettings", "A name for how much a question asks for")
      .field("name", &TierSettings::name, "fast, large", schema::min_length(1),
             schema::max_length(64))
      .field("group", &TierSettings::group, "Who answers")
      .field("tokensInMax", &TierSettings::tokens_in_max,
             "The target auto takes the first tier whose limit the question keeps and that has "
             "what it asks for; 0: no limit",
             schema::min(0), schema::max(100'000'000), schema::defaulted);
}

inline auto describe(schema::Tag<PriceSettings>) {
  constexpr double highest = 1'000'000;
  return schema::object<PriceSettings>("PriceSettings", "Prices of a million tokens")
      .field("model", &PriceSettings::model, "A model; * stands for any letters",
             schema::min_length(1))
      .field("input", &PriceSettings::input, "Of the question", schema::min(0),
             schema::max(highest))
      .field("cached", &PriceSettings::cached,
             "Of what the provider had in its cache; 0: as the question", schema::min(0),
             schema::max(highest), schema::defaulted)
      .field("output", &PriceSettings::output, "Of the answer", schema::min(0),
             schema::max(highest), schema::defaulted);
}

inline auto describe(schema::Tag<BudgetSettings>) {
  constexpr double highest = 1'000'000'000;
  return schema::object<BudgetSettings>("BudgetSettings", "What a tenant may spend")
      .field("tenant", &BudgetSettings::tenant, "Its id; *: each that has none of its own",
             schema::defaulted)
      .field("soft", &BudgetSettings::soft, "Above it cheaper models answer; 0: no limit",
             schema::min(0), schema::max(highest), schema::defaulted)
      .field("hard", &BudgetSettings::hard, "Above it none answers; 0: no limit", schema::min(0),
             schema::max(highest), schema::defaulted)
      .field("period", &BudgetSettings::period, "Counted over", schema::defaulted);
}

inline auto describe(schema::Tag<GatewaySettings>) {
  return schema::object<GatewaySettings>("GatewaySettings", "Which model answers")
      .field("instances", &GatewaySettings::instances, "Where models are asked")
      .field("groups", &GatewaySettings::groups,
             "Which stand in for each other; none: all, as default and embeddings")
      .field("tiers", &GatewaySettings::tiers, "Names for how much a question asks for")
      .field("currency", &GatewaySettings::currency, "Of prices and budgets", schema::max_length(8))
      .field("prices", &GatewaySettings::prices, "The first that fits a model counts")
      .field("budgets", &GatewaySettings::budgets, "What tenants may spend")
      .field("attemptsMax", &GatewaySettings::attempts_max,
             "Calls upstream for one question, over all instances", schema::min(1), schema::max(20))
      .field("retryShare", &GatewaySettings::retry_share,
             "Further attempts that a provider gets for each first one", schema::min(0),
             schema::max(1))
      .field("breakerFailures", &GatewaySettings::breaker_failures,
             "Failures in a row after which a model of an instance is left alone", schema::min(1),
             schema::max(1'000))
      .field("breakerOpenMs", &GatewaySettings::breaker_open_ms, "For how long", schema::min(1),
             schema::max(3'600'000), schema::unit("ms"))
      .field("hedge", &GatewaySettings::hedge,
             "Whether a second instance is asked when the first is slower than it mostly is")
      .field("hedgeShare", &GatewaySettings::hedge_share, "Of the questions at most",
             schema::min(0), schema::max(1))
      .field("answerTokens", &GatewaySettings::answer_tokens,
             "Reserved of a budget for an answer whose length the question does not limit",
             schema::min(1), schema::max(1'000'000))
      .field("embeddingBatchMax", &GatewaySettings::embedding_batch_max,
             "Texts that are sent to an embedding model at once", schema::min(1),
             schema::max(2'048))
      .field("checkEveryMs", &GatewaySettings::check_every_ms,
             "How often an instance is asked whether it is there; 0: never", schema::min(0),
             schema::max(86'400'000), schema::unit("ms"))
      .field("warmEveryMs", &GatewaySettings::warm_every_ms,
             "How often models are warmed again; 0: at start alone", schema::min(0),
             schema::max(86'400'000), schema::unit("ms"))
      .field("keepInDatabase", &GatewaySettings::keep_in_database,
             "Whether answers that may be kept are kept in the database too, where all cores and "
             "servers find them, also after a restart; else in memory alone")
      .all_defaulted();
}

/// What is wrong with the names in it, each by its JSON pointer: unknown ones and such that are
/// there twice.
std::vector<FieldError> find_faults(const GatewaySettings& settings);

}  // namespace antiphon::gateway
