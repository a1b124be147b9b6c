#include "server/doctor/model_check.h"

#include <fmt/format.h>

#include "engine/async/call.h"
#include "engine/model/make_model.h"
#include "engine/schema/json.h"

namespace antiphon::server::doctor {
namespace {

using Kind = model::ProviderFailure::Kind;

constexpr std::int64_t tokens_of_answer = 64;
// A model that reasons first may spend as much before its first word.
constexpr std::int64_t tokens_of_reasoning = 1024;
constexpr std::string_view word_schema =
    R"({"type":"object","properties":{"word":{"type":"string"}},"required":["word"],)"
    R"("additionalProperties":false})";
constexpr std::string_view tool_name = "say_word";

/// What a model said, and how soon.
struct Said {
  std::string text;
  std::vector<model::ToolCall> tool_calls;
  model::ChatEnd end;
  Duration first_token{};
  Duration total{};
};

model::ChatRequest question(std::string model, std::string text, std::int64_t tokens_max) {
  return {.model = std::move(model),
          .messages = {{model::Role::user, std::move(text)}},
          .options = {.tokens_max = tokens_max}};
}

Task<model::Provided<Said>> listen(model::ChatModel* chat, model::ChatRequest request,
                                   Instant due) {
  const Clock& clock = Core::here().clock();
  Instant begun = clock.steady();
  auto stream = co_await chat->open(std::move(request), due);
  if (!stream) co_return std::unexpected(std::move(stream.error()));
  Said said;
  for (;;) {
    auto piece = co_await (*stream)->next();
    if (!piece) co_return std::unexpected(std::move(piece.error()));
    if (!*piece) break;
    if (said.first_token == Duration::zero()) said.first_token = clock.steady() - begun;
    said.text += (*piece)->text;
    for (const auto& part : (*piece)->tool_calls) add_part(said.tool_calls, part);
  }
  said.end = (*stream)->end();
  said.total = clock.steady() - begun;
  co_return said;
}

model::ProviderFailure too_slow(const Outside& outside) {
  return {.kind = Kind::too_slow,
          .message = fmt::format("no whole answer within {}", in_seconds(outside.time_max))};
}

Task<model::Provided<Said>> ask(Outside outside, model::ChatModel* chat,
                                model::ChatRequest request) {
  Instant due = Core::here().clock().steady() + outside.time_max;
  try {
    co_return co_await within(due, listen(chat, std::move(request), due));
  } catch (const Error&) {
    co_return std::unexpected(too_slow(outside));
  }
}

// One token; one more time with room to reason, where that gave no word.
Task<model::Provided<Said>> ask_shortly(Outside outside, model::ChatModel* chat, std::string name) {
  auto said = co_await ask(outside, chat, question(name, "Hi", 1));
  if (said || said.error().kind != Kind::empty) co_return said;
  co_return co_await ask(outside, chat, question(name, "Hi", tokens_of_reasoning));
}

std::string subject_of(const model::ProviderSettings& provider, std::string_view name) {
  return fmt::format("model {} {}", provider.name, name);
}

// A model that its provider does not know.
Finding unknown(const model::ProviderSettings& provider, const std::string& name,
                const ModelList& list) {
  std::string near = in_quotes(nearest_names(name, *list));
  Finding finding{
      .subject = subject_of(provider, name),
      .health = Health::problem,
      .message = fmt::format("the provider has no such model among its {}", list->size())};
  if (!near.empty()) finding.message += fmt::format("; the nearest: {}", near);
  finding.advice = provider.kind == "ollama" ? fmt::format(
                                                   "Run: ollama pull {}; or correct its name in "
                                                   "[[gateway.instances]].",
                                                   name)
                                             : "Correct its name in [[gateway.instances]].";
  return finding;
}

Finding failed(const model::ProviderSettings& provider, const std::string& name,
               const ModelList& list, const model::ProviderFailure& failure) {
  bool is_missing = list && !is_listed(name, list);
  // A model that is unknown, or not for this key, is refused as a bad question or key.
  bool is_refused = failure.kind == Kind::bad_request || failure.kind == Kind::auth;
  if (is_missing && is_refused) return unknown(provider, name, list);
  bool is_busy = failure.kind == Kind::rate_limited || failure.kind == Kind::overloaded;
  return {.subject = subject_of(provider, name),
          .health = is_busy ? Health::warning : Health::problem,
          .message = failure.message + (is_missing ? "; it is not in the provider's list" : ""),
          .advice = advice_for(failure, provider)};
}

void note(Finding& finding, std::string_view what, std::string advice) {
  finding.health = Health::warning;
  finding.message += fmt::format("; {}", what);
  if (finding.advice.empty()) finding.advice = std::move(advice);
}

void note_usage(Finding& finding, const model::Usage& usage) {
  if (usage.tokens_in) return;
  note(finding, "it does not tell what it used",
       "Tokens and costs are estimated then; budgets hold by that estimate.");
}

void note_list(Finding& finding, const std::string& name, const ModelList& list) {
  if (!list || is_listed(name, list)) return;
  note(finding, "it is not in the provider's list", "Another name may be the usual one: look.");
}

Finding answered(const model::ProviderSettings& provider, const std::string& name,
                 const ModelList& list, const Said& said) {
  Finding finding{.subject = subject_of(provider, name),
                  .took_ms = in_milliseconds(said.total),
                  .first_token_ms = in_milliseconds(said.first_token)};
  finding.message = fmt::format("first token after {} ms, all after {} ms", *finding.first_token_ms,
                                *finding.took_ms);
  if (said.end.is_cold) finding.message += "; it had to be loaded first";
  note_list(finding, name, list);
  note_usage(finding, said.end.usage);
  return finding;
}

bool holds_to_schema(const std::string& text) {
  try {
    schema::Value answer = schema::parse_value(text);
    const schema::Value* word = answer.is_object() ? answer.find("word") : nullptr;
    return word && word->is_text() && answer.members().size() == 1;
  } catch (const Error&) {
    return false;
  }
}

bool calls_tool(const Said& said) {
  return std::ranges::any_of(said.tool_calls,
                             [](const auto& call) { return call.name == tool_name; });
}

/// One thing more that a model may be able to do.
struct Skill {
  std::string_view name;
  model::ChatRequest request;
  bool (*is_shown)(const Said& said);
  std::string_view otherwise;
};

std::vector<Skill> skills_of(const model::ModelCapabilities& can, const std::string& model) {
  std::vector<Skill> skills;
  auto whole = question(model, "Say one word.", tokens_of_answer);
  whole.is_streamed = false;
  skills.push_back({"in one piece", std::move(whole),
                    [](const Said& said) { return !said.text.empty(); }, "it says nothing"});
  if (can.schema) {
    auto shaped = question(model, "Answer in JSON with one word.", tokens_of_answer);
    shaped.output = {.kind = model::OutputShape::Kind::schema,
                     .name = "word",
                     .schema = std::string(word_schema)};
    skills.push_back({"by a schema", std::move(shaped),
                      [](const Said& said) { return holds_to_schema(said.text); },
                      "its answer is not of the schema; skills repair it once, then rules answer"});
  }
  if (can.tools) {
    auto tooled = question(model, "Call the tool say_word with any word.", tokens_of_answer);
    tooled.tools = {{.name = std::string(tool_name),
                     .description = "Says a word.",
                     .parameters = std::string(word_schema)}};
    skills.push_back(
        {"with a tool", std::move(tooled), calls_tool, "it does not call the tool it was told to"});
  }
  return skills;
}

Task<Finding> check_skill(Outside outside, const model::ProviderSettings* provider,
                          model::ChatModel* chat, std::string name, Skill skill) {
  Finding finding{.subject = fmt::format("{} {}", subject_of(*provider, name), skill.name)};
  auto said = co_await ask(outside, chat, std::move(skill.request));
  if (!said) {
    finding.health = Health::warning;
    finding.message = said.error().message;
    finding.advice = advice_for(said.error(), *provider);
    co_return finding;
  }
  finding.took_ms = in_milliseconds(said->total);
  if (skill.is_shown(*said)) {
    finding.message = fmt::format("as asked, after {} ms", *finding.took_ms);
  } else {
    finding.health = Health::warning;
    finding.message = skill.otherwise;
    finding.advice = "Another model may do better.";
  }
  co_return finding;
}

Task<model::Provided<model::Embeddings>> embed(Outside outside, model::Embedder* embedder,
                                               std::string name) {
  Instant due = Core::here().clock().steady() + outside.time_max;
  try {
    co_return co_await within(due,
                              embedder->embed({.model = std::move(name), .texts = {"Hi"}}, due));
  } catch (const Error&) {
    co_return std::unexpected(too_slow(outside));
  }
}

}  // namespace

bool is_listed(std::string_view model, const ModelList& list) {
  if (!list) return false;
  auto is_it = [model](std::string_view name) {
    return name == model || (name.starts_with(model) && name.substr(model.size()) == ":latest");
  };
  return std::ranges::any_of(*list, is_it);
}

Task<Findings> check_chat(Asking asking, const model::ProviderSettings* provider,
                          model::ChatModel* chat, std::string name, ModelList list) {
  Findings findings;
  auto said = co_await ask_shortly(asking.outside, chat, name);
  findings.push_back(said ? answered(*provider, name, list, *said)
                          : failed(*provider, name, list, said.error()));
  if (!said || !asking.is_deep) co_return findings;
  for (Skill& skill : skills_of(chat->capabilities(), name)) {
    findings.push_back(
        co_await check_skill(asking.outside, provider, chat, name, std::move(skill)));
  }
  co_return findings;
}

Task<Findings> check_embedding(Asking asking, const model::ProviderSettings* provider,
                               std::string name, ModelList list) {
  Findings findings;
  auto embedder = model::make_embedder(*provider, asking.client);
  Instant begun = Core::here().clock().steady();
  auto vectors = co_await embed(asking.outside, embedder.get(), name);
  if (!vectors) {
    findings.push_back(failed(*provider, name, list, vectors.error()));
    co_return findings;
  }
  Finding finding{.subject = subject_of(*provider, name),
                  .took_ms = in_milliseconds(Core::here().clock().steady() - begun),
                  .dimensions = static_cast<std::int64_t>(vectors->vectors.front().size())};
  finding.message =
      fmt::format("vectors of {} numbers, after {} ms", *finding.dimensions, *finding.took_ms);
  note_list(finding, name, list);
  findings.push_back(std::move(finding));
  co_return findings;
}

}  // namespace antiphon::server::doctor
