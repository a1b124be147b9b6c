#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/async/call.h"
#include "engine/metrics/handles.h"
#include "engine/schema/json.h"
#include "engine/skill/skill_metrics.h"
#include "engine/store/cache.h"

namespace antiphon::skill {

/// Who gave an answer, in the order they are asked.
enum class Source { cache, model, rules };
std::string_view to_text(Source source);

/// Where an answer came from and what it took.
struct Provenance {
  Source source = Source::rules;
  Duration latency{};
};

template <class Out>
struct Answer {
  Out value;
  Provenance provenance;
};

/// Whether and for how long answers are kept. A key is a hash of the skill, its version, the tenant
/// and the input's canonical JSON, so answers never cross tenants.
struct CachePolicy {
  Duration time_to_live{};  ///< zero: never kept
};

/// A typed question to intelligence, declared once. In and Out are described structs.
template <class In, class Out>
struct Skill {
  std::string name;           ///< "director.analyse"
  std::string version = "1";  ///< part of the cache key: changes with the rules
  std::function<Out(const In&)> rules;
  CachePolicy cache;
  Duration deadline = std::chrono::seconds(2);  ///< its share of the caller's deadline at most
};

/// Asks skills on one core: cache, then rules. A model comes between the two behind this same call.
class Skills {
 public:
  /// @param metrics  where runs are counted (E-90); null: nowhere; outlives it
  explicit Skills(store::Cache& cache, metrics::Registry* metrics = nullptr)
      : cache_(cache), times_(metrics, skill_time_metric) {}

  /// @throws Error{Code::timeout} past the deadline; what the rules throw
  template <class In, class Out>
  Task<Answer<Out>> run(const Skill<In, Out>* skill, In input, Call call) {
    auto compute = [skill, &input] { return schema::to_json(skill->rules(input)); };
    Question question{skill->name, skill->version, schema::to_json(input), skill->cache,
                      skill->deadline};
    Reply reply = co_await ask(std::move(question), compute, std::move(call));
    co_return Answer<Out>{schema::parse<Out>(reply.json), reply.provenance};
  }

 private:
  struct Question {
    std::string_view name;
    std::string_view version;
    std::string input;
    CachePolicy cache;
    Duration deadline;
  };
  struct Reply {
    std::string json;
    Provenance provenance;
  };
  Task<Reply> ask(Question question, std::function<std::string()> rules, Call call);
  Task<Reply> answer(Question question, std::function<std::string()> rules, Call call);
  void count(std::string_view skill, std::string_view source, Duration took);

  store::Cache& cache_;
  metrics::Handles<metrics::Histogram> times_;
};

}  // namespace antiphon::skill
