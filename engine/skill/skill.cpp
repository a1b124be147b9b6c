#include "engine/skill/skill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/encoding.h"
#include "engine/skill/kept_answer.h"

namespace antiphon::skill {
namespace {

template <class T>
void choose(std::optional<T>& option, const std::optional<T>& first) {
  if (first) option = first;
}

model::ChatOptions options_of(const ByModel& by_model, const Prompt& prompt) {
  model::ChatOptions options = prompt.options;
  choose(options.temperature, by_model.options.temperature);
  choose(options.top_p, by_model.options.top_p);
  choose(options.repeat_penalty, by_model.options.repeat_penalty);
  choose(options.tokens_max, by_model.options.tokens_max);
  choose(options.context_tokens, by_model.options.context_tokens);
  choose(options.seed, by_model.options.seed);
  if (!by_model.options.stop.empty()) options.stop = by_model.options.stop;
  return options;
}

template <class T>
std::string text_of_option(const std::optional<T>& option) {
  return option ? fmt::to_string(*option) : "-";
}

std::string text_of_options(const model::ChatOptions& options) {
  std::string text = fmt::format(
      "{} {} {} {} {} {}", text_of_option(options.temperature), text_of_option(options.top_p),
      text_of_option(options.repeat_penalty), text_of_option(options.tokens_max),
      text_of_option(options.context_tokens), text_of_option(options.seed));
  for (const std::string& stop : options.stop) text += fmt::format(" {}:{}", stop.size(), stop);
  return text;
}

// All that a model is asked with beside the question. Tools answer by what their caller may see, so
// with them an answer is its caller's.
std::string text_of_asking(const ByModel& by_model, const Prompt& prompt, const Call& call) {
  std::string text = fmt::format("{}\n{}\n{}\n", prompt.hash, by_model.target,
                                 text_of_options(options_of(by_model, prompt)));
  for (const auto& [name, constant] : by_model.constants) {
    text += fmt::format("{} {}:{}\n", name, constant.size(), constant);
  }
  auto tools = permitted(by_model.tools, call.principal());
  for (const Tool* tool : tools) text += fmt::format("{} {}\n", tool->name, tool->parameters);
  if (!tools.empty()) text += call.principal().id;
  return text;
}

void tell(trace::Span& span, const Provenance& provenance) {
  span.set("antiphon.skill.source", to_text(provenance.source));
  span.set("antiphon.skill.fallback", to_text(provenance.fallback_reason));
  if (provenance.model.empty()) return;
  span.set("antiphon.skill.model", provenance.model);
  span.set("antiphon.skill.repair", to_text(provenance.repair));
  span.set("antiphon.skill.attempts", provenance.attempts);
  span.set("antiphon.skill.tool_calls", provenance.tool_calls);
  if (provenance.usage.tokens_in) span.set("antiphon.skill.tokens_in", *provenance.usage.tokens_in);
  if (provenance.usage.tokens_out) {
    span.set("antiphon.skill.tokens_out", *provenance.usage.tokens_out);
  }
}

}  // namespace

Skills::Counts::Counts(metrics::Registry* registry)
    : times(registry, skill_time_metric),
      answers(registry, skill_answers_metric),
      repairs(registry, skill_repairs_metric),
      tokens(registry, skill_tokens_metric),
      tool_calls(registry, skill_tool_calls_metric) {}

Skills::Skills(store::Cache& cache, gateway::Gateway* gateway, metrics::Registry* metrics,
               PromptSource* prompts)
    : cache_(cache), gateway_(gateway), prompts_(prompts), counts_(metrics) {}

void Skills::count(std::string_view skill, const Provenance& took) {
  auto times = [&](const metrics::Histogram& time) { time.observe(took.latency); };
  counts_.times.with({skill, to_text(took.source)}, times);
  auto one = [](const metrics::Counter& counter) { counter.add(); };
  counts_.answers.with({skill, to_text(took.source), to_text(took.fallback_reason)}, one);
  if (took.repair != Repair::none) counts_.repairs.with({skill, to_text(took.repair)}, one);
  auto add_up = [&](auto& handles, std::string_view label, std::int64_t number) {
    if (number == 0) return;
    handles.with({skill, label}, [number](const metrics::Counter& counter) {
      counter.add(static_cast<double>(number));
    });
  };
  add_up(counts_.tokens, "in", took.usage.tokens_in.value_or(0));
  add_up(counts_.tokens, "out", took.usage.tokens_out.value_or(0));
  add_up(counts_.tool_calls, "answered", took.tool_calls - took.tool_failures);
  add_up(counts_.tool_calls, "failed", took.tool_failures);
}

const AnswerShape& Skills::shape_of(const schema::Type& out) {
  auto found = shapes_.find(&out);
  if (found == shapes_.end()) found = shapes_.emplace(&out, make_answer_shape(out)).first;
  return found->second;
}

std::string Skills::key_of(const Question& question, const Prompt* prompt, const Call& call) {
  std::string asked =
      prompt == nullptr ? "rules" : sha256_hex(text_of_asking(question.by_model, *prompt, call));
  return fmt::format("{}/skill/{}/{}/{}/{}/{}", call.tenant(), question.name, question.version,
                     shape_of(question.out).hash, asked, sha256_hex(question.input));
}

Task<Skills::Given> Skills::ask(Question question, Call call) {
  std::string_view name = question.name;
  Instant begin = Core::here().clock().steady();
  trace::Span span(call.trace(), fmt::format("skill {}", name));
  try {
    Given given = co_await answer(std::move(question), call.below(span));
    given.provenance.latency = Core::here().clock().steady() - begin;
    count(name, given.provenance);
    tell(span, given.provenance);
    co_return given;
  } catch (const Error& error) {
    span.fail(to_text(error.code()));
    Duration took = Core::here().clock().steady() - begin;
    counts_.times.with({name, "failed"},
                       [took](const metrics::Histogram& time) { time.observe(took); });
    throw;
  }
}

Task<Skills::Given> Skills::answer(Question question, Call call) {
  const Clock& clock = Core::here().clock();
  Instant begin = clock.steady();
  Call within_share = call.until(std::min(call.deadline(), begin + question.deadline));
  Instant deadline = within_share.deadline();
  if (begin >= deadline) throw Error(Code::timeout, "No time is left to answer this.");
  std::shared_ptr<const Prompt> prompt = co_await prompt_for(&question, within_share);
  bool is_kept = question.cache.time_to_live > Duration::zero();
  std::string key = is_kept ? key_of(question, prompt.get(), call) : "";
  if (is_kept) {
    auto found = co_await within(deadline, cache_.get(key));
    auto kept = found ? parse_kept(*found) : std::nullopt;
    if (kept) co_return Given{std::move(kept->json), std::move(kept->provenance)};
  }
  Given given;
  if (prompt) {
    // The share is of what is left: the cache may have taken its time.
    Duration left = deadline - clock.steady();
    auto share = std::chrono::duration_cast<Duration>(left * question.by_model.time_share);
    Reply reply =
        co_await ask_model(&question, prompt, clock.steady() + share, std::move(within_share));
    given = {std::move(reply.json), std::move(reply.took)};
    given.provenance.fallback_reason = reply.why;
  }
  bool is_from_model = !given.json.empty();
  given.provenance.source = is_from_model ? Source::model : Source::rules;
  given.provenance.origin = given.provenance.source;
  if (!is_from_model) given.json = question.rules();
  // What rules answered in a model's place is not kept: the next question asks the model again,
  // and as long as it fails, rules are as quick as a cache.
  if (is_kept && given.provenance.fallback_reason == Fallback::none) {
    co_await cache_.put(key, to_kept(given.json, given.provenance), question.cache.time_to_live);
  }
  co_return given;
}

Task<std::shared_ptr<const Prompt>> Skills::prompt_for(const Question* question, Call call) {
  std::shared_ptr<const Prompt> prompt = question->by_model.prompt;
  if (gateway_ == nullptr || !prompt) co_return nullptr;
  auto wrong = misfits(*prompt, question->in, question->by_model.constants);
  ENSURE(wrong.empty(), wrong.front().message.c_str());
  if (prompts_ == nullptr) co_return prompt;
  co_return co_await prompts_->find(call.tenant(), std::string(question->name), prompt, call);
}

Task<Reply> Skills::ask_model(const Question* question, std::shared_ptr<const Prompt> prompt,
                              Instant until, Call call) {
  Reply reply;
  reply.took.prompt = prompt->hash;
  if (until - Core::here().clock().steady() < model_time_min) {
    reply.why = Fallback::no_time;
    co_return reply;
  }
  auto rendered = render(*prompt, question->input, question->by_model.constants);
  if (!rendered) {
    reply.why = Fallback::too_long;
    co_return reply;
  }
  Inquiry inquiry{.skill = std::string(question->name),
                  .target = question->by_model.target,
                  .priority = question->by_model.priority,
                  .options = options_of(question->by_model, *prompt),
                  .prompt = std::move(*rendered),
                  .answer_bytes = static_cast<std::size_t>(prompt->limits.answer_bytes),
                  .shape = shape_of(question->out),
                  .tools = permitted(question->by_model.tools, call.principal()),
                  .judge = question->judge};
  try {
    // The gateway keeps to the deadline by itself; whatever a tool or it does, it is over then.
    co_await within(until,
                    inquire(gateway_, &holds_, std::move(inquiry), &reply, call.until(until)));
  } catch (const Error& error) {
    reply.json.clear();
    reply.why = error.code() == Code::timeout ? Fallback::timeout : Fallback::failed;
  }
  co_return reply;
}

}  // namespace antiphon::skill
