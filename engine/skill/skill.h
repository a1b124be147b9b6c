#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/async/call.h"
#include "engine/metrics/handles.h"
#include "engine/schema/json.h"
#include "engine/skill/answer_text.h"
#include "engine/skill/inquiry.h"
#include "engine/skill/prompt_source.h"
#include "engine/skill/skill_metrics.h"
#include "engine/store/cache.h"

namespace antiphon::skill {

template <class Out>
struct Answer {
  Out value;
  Provenance provenance;
};

/// Whether and for how long answers are kept. A key is a hash of the tenant, the skill, its
/// version, whatever a model is asked with, and the input's canonical JSON, so answers never cross
/// tenants. What rules answered because a model failed is not kept: the next one asks again.
struct CachePolicy {
  Duration time_to_live{};  ///< zero: never kept
};

/// How models answer a skill.
struct ByModel {
  std::shared_ptr<const Prompt> prompt = {};  ///< null: no model is asked
  Constants constants = {};                   ///< words of the program's own, for the prompt
  std::string target = "default";             ///< a group, a tier ("fast", "large") or a model
  model::ChatOptions options = {};            ///< those given go before the prompt's own (E-94)
  std::vector<Tool> tools = {};               ///< what it may call (E-106)
  /// Of the time there is. The rest is for the rules, which answer when the model does not.
  double time_share = 0.75;
  gateway::Priority priority = gateway::Priority::live;
};

/// A typed question to intelligence, declared once. In and Out are described structs.
template <class In, class Out>
struct Skill {
  std::string name;           ///< "director.analyse"
  std::string version = "1";  ///< part of the cache key: changes with the rules
  std::function<Out(const In&)> rules;
  CachePolicy cache;
  Duration deadline = std::chrono::seconds(2);  ///< its share of the caller's deadline at most
  ByModel by_model = {};
  /// Whether a model may say this to that question; else why not, for the model. It bounds what the
  /// schema leaves open: a text from outside may have told the model what to answer. Pure.
  std::function<std::optional<std::string>(const In&, const Out&)> admit = {};
};

/// Asks skills on one core: cache, then a model, then rules.
class Skills {
 public:
  /// Less is not worth asking a model for.
  static constexpr Duration model_time_min = std::chrono::milliseconds(20);

  /// All outlive it.
  /// @param gateway  null: rules answer
  /// @param metrics  where runs are counted (E-90); null: nowhere
  /// @param prompts  where tenants have prompts of their own; null: nowhere
  explicit Skills(store::Cache& cache, gateway::Gateway* gateway = nullptr,
                  metrics::Registry* metrics = nullptr, PromptSource* prompts = nullptr);

  /// @param skill  outlives the run
  /// @throws Error{Code::timeout} past the deadline; what the rules throw
  template <class In, class Out>
  Task<Answer<Out>> run(const Skill<In, Out>* skill, In input, Call call) {
    Question question{
        .name = skill->name,
        .version = skill->version,
        .input = schema::to_json(input),
        .cache = skill->cache,
        .deadline = skill->deadline,
        .by_model = skill->by_model,
        .in = schema::of<In>(),
        .out = schema::of<Out>(),
        .rules = [skill, &input] { return schema::to_json(skill->rules(input)); },
        .judge = [skill, &input](std::string_view answer) { return judge(*skill, input, answer); }};
    Given given = co_await ask(std::move(question), std::move(call));
    co_return Answer<Out>{schema::parse<Out>(given.json), std::move(given.provenance)};
  }

 private:
  struct Question {
    std::string_view name;
    std::string_view version;
    std::string input;
    CachePolicy cache;
    Duration deadline;
    const ByModel& by_model;
    const schema::Type& in;
    const schema::Type& out;
    std::function<std::string()> rules;
    std::function<Verdict(std::string_view answer)> judge;
  };
  struct Given {
    std::string json;
    Provenance provenance;
  };
  struct Counts {
    explicit Counts(metrics::Registry* registry);
    metrics::Handles<metrics::Histogram> times;
    metrics::Handles<metrics::Counter> answers;
    metrics::Handles<metrics::Counter> repairs;
    metrics::Handles<metrics::Counter> tokens;
    metrics::Handles<metrics::Counter> tool_calls;
  };

  template <class In, class Out>
  static Verdict judge(const Skill<In, Out>& skill, const In& input, std::string_view answer);

  Task<Given> ask(Question question, Call call);
  Task<Given> answer(Question question, Call call);
  /// The prompt that a model is asked with; null: none is.
  Task<std::shared_ptr<const Prompt>> prompt_for(const Question* question, Call call);
  Task<Reply> ask_model(const Question* question, std::shared_ptr<const Prompt> prompt,
                        Instant until, Call call);
  const AnswerShape& shape_of(const schema::Type& out);
  std::string key_of(const Question& question, const Prompt* prompt, const Call& call);
  void count(std::string_view skill, const Provenance& provenance);

  store::Cache& cache_;
  gateway::Gateway* gateway_;
  PromptSource* prompts_;
  Counts counts_;
  Holds holds_;
  std::map<const schema::Type*, AnswerShape> shapes_;
};

// What a model leaves out may be null: some write every field that a schema names.
template <class In, class Out>
Verdict Skills::judge(const Skill<In, Out>& skill, const In& input, std::string_view answer) {
  std::string_view json = find_object(answer);
  if (json.empty()) {
    return {.json = {}, .wrong = Fallback::off_schema, .problems = "There is no JSON object."};
  }
  Out out{};
  std::vector<FieldError> errors;
  schema::parse_json(json, schema::of<Out>(), &out, {.null_is_absent = true}, errors);
  if (!errors.empty()) {
    return {.json = {}, .wrong = Fallback::off_schema, .problems = problems_of(errors)};
  }
  if (skill.admit) {
    if (auto why = skill.admit(input, out)) {
      return {.json = {}, .wrong = Fallback::not_admitted, .problems = std::move(*why)};
    }
  }
  return {.json = schema::to_json(out)};
}

}  // namespace antiphon::skill
