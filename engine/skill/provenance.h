#pragma once

#include <string>
#include <string_view>

#include "engine/base/clock.h"
#include "engine/gateway/gateway.h"

namespace antiphon::skill {

/// Who gave an answer, in the order they are asked.
enum class Source { cache, model, rules };
std::string_view to_text(Source source);

/// Why rules answered although a model was to.
enum class Fallback {
  none,          ///< nobody failed: a model or the cache answered, or rules are the only way
  no_time,       ///< too little was left to ask
  too_long,      ///< an input is longer than its prompt takes
  no_target,     ///< no model of that name
  unsupported,   ///< no model takes the options, or tools, that were asked for
  invalid,       ///< no provider would take the question
  budget,        ///< the tenant's money is spent
  exhausted,     ///< every model was full, limited or out
  failed,        ///< all that could be asked have failed
  timeout,       ///< the model's share of the time passed
  refused,       ///< the provider does not serve such a question
  filtered,      ///< the provider withheld the rest of its answer
  truncated,     ///< it was cut, or met its limit of tokens
  too_large,     ///< the answer
  off_schema,    ///< it was not what was asked for, and was not mended
  not_admitted,  ///< it had the right form, and said what it must not (Skill::admit)
  tool_steps     ///< it called tools and never came to an end
};
/// "none", "no_time" …; the label of metrics.
std::string_view to_text(Fallback reason);

/// Whether a model was told what was wrong with its answer, and what came of it.
enum class Repair { none, mended, failed };
std::string_view to_text(Repair repair);

/// Where an answer came from and what it took (E-30). What models were paid stands there also when
/// rules answered in the end.
struct Provenance {
  Source source = Source::rules;
  Duration latency{};
  Fallback fallback_reason = Fallback::none;
  Source origin = Source::rules;  ///< who had given the answer that the cache kept

  std::string instance = {};  ///< the one that was asked last; kept with an answer in the cache
  std::string provider = {};
  std::string model = {};
  std::string prompt = {};  ///< hash of the prompt that was asked with
  int attempts = 0;         ///< calls made upstream
  model::Usage usage = {};  ///< of all of them
  bool is_usage_estimated = false;
  gateway::Micros cost = 0;
  Repair repair = Repair::none;
  int tool_calls = 0;
  int tool_failures = 0;  ///< of those: refused, or without a result
};

/// Adds what one more question to a model took.
void add(Provenance& provenance, const gateway::Account& account);

/// Why rules answer when nobody else did.
Fallback fallback_of(const gateway::GatewayFailure& failure);

}  // namespace antiphon::skill
