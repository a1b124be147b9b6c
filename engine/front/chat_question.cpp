// OpenAI's question: https://platform.openai.com/docs/api-reference/chat/create

#include "engine/front/chat_question.h"

#include <algorithm>

#include "engine/front/front_error.h"
#include "engine/schema/json.h"

namespace antiphon::front {
namespace {

using schema::RawJson;
using schema::Value;

struct AskedFunction {
  std::string name;
  std::string description;
  std::string arguments;
  std::optional<RawJson> parameters;
};
auto describe(schema::Tag<AskedFunction>) {
  return schema::object<AskedFunction>("Function")
      .field("name", &AskedFunction::name, "", schema::min_length(1))
      .field("description", &AskedFunction::description, "", schema::defaulted)
      .field("arguments", &AskedFunction::arguments, "", schema::defaulted)
      .field("parameters", &AskedFunction::parameters, "");
}

// A tool that is offered, or a call of one.
struct AskedTool {
  std::string id;
  std::string type = "function";
  AskedFunction function;
};
auto describe(schema::Tag<AskedTool>) {
  return schema::object<AskedTool>("Tool")
      .field("id", &AskedTool::id, "", schema::defaulted)
      .field("type", &AskedTool::type, "", schema::defaulted, schema::one_of({"function"}))
      .field("function", &AskedTool::function, "");
}

struct AskedMessage {
  std::string role;
  std::optional<Value> content;
  std::vector<AskedTool> tool_calls;
  std::string tool_call_id;
};
auto describe(schema::Tag<AskedMessage>) {
  return schema::object<AskedMessage>("Message")
      .field("role", &AskedMessage::role, "",
             schema::one_of({"system", "developer", "user", "assistant", "tool"}))
      .field("content", &AskedMessage::content, "")
      .field("tool_calls", &AskedMessage::tool_calls, "", schema::defaulted)
      .field("tool_call_id", &AskedMessage::tool_call_id, "", schema::defaulted);
}

struct AskedSchema {
  std::string name;
  std::optional<RawJson> schema;
};
auto describe(schema::Tag<AskedSchema>) {
  return schema::object<AskedSchema>("JsonSchema")
      .field("name", &AskedSchema::name, "", schema::max_length(64))
      .field("schema", &AskedSchema::schema, "");
}

struct AskedFormat {
  std::string type;
  std::optional<AskedSchema> json_schema;
};
auto describe(schema::Tag<AskedFormat>) {
  return schema::object<AskedFormat>("ResponseFormat")
      .field("type", &AskedFormat::type, "", schema::one_of({"text", "json_object", "json_schema"}))
      .field("json_schema", &AskedFormat::json_schema, "");
}

struct AskedStreamOptions {
  bool include_usage = false;
};
auto describe(schema::Tag<AskedStreamOptions>) {
  return schema::object<AskedStreamOptions>("StreamOptions")
      .field("include_usage", &AskedStreamOptions::include_usage, "", schema::defaulted);
}

struct AskedChat {
  std::string model;
  std::vector<AskedMessage> messages;
  bool stream = false;
  AskedStreamOptions stream_options;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> max_completion_tokens;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> seed;
  std::optional<Value> stop;
  std::optional<AskedFormat> response_format;
  std::vector<AskedTool> tools;
  std::optional<Value> tool_choice;
  // Taken where they ask for what is done anyway.
  std::int64_t n = 1;
  bool logprobs = false;
  std::int64_t top_logprobs = 0;
  double presence_penalty = 0;
  double frequency_penalty = 0;
  std::map<std::string, double> logit_bias;
  bool parallel_tool_calls = true;
  std::vector<std::string> modalities;
  bool store = false;
  std::string service_tier = "auto";
  std::optional<Value> audio;
  std::optional<Value> prediction;
  std::optional<Value> web_search_options;
  std::optional<Value> functions;
  std::optional<Value> function_call;
  std::optional<Value> reasoning_effort;
  std::optional<Value> verbosity;
};

schema::Object<AskedChat> with_unsupported(schema::Object<AskedChat> object) {
  return std::move(object)
      .field("n", &AskedChat::n, "", schema::defaulted)
      .field("logprobs", &AskedChat::logprobs, "", schema::defaulted)
      .field("top_logprobs", &AskedChat::top_logprobs, "", schema::defaulted)
      .field("presence_penalty", &AskedChat::presence_penalty, "", schema::defaulted)
      .field("frequency_penalty", &AskedChat::frequency_penalty, "", schema::defaulted)
      .field("logit_bias", &AskedChat::logit_bias, "", schema::defaulted)
      .field("parallel_tool_calls", &AskedChat::parallel_tool_calls, "", schema::defaulted)
      .field("modalities", &AskedChat::modalities, "", schema::defaulted)
      .field("store", &AskedChat::store, "", schema::defaulted)
      .field("service_tier", &AskedChat::service_tier, "", schema::defaulted)
      .field("audio", &AskedChat::audio, "")
      .field("prediction", &AskedChat::prediction, "")
      .field("web_search_options", &AskedChat::web_search_options, "")
      .field("functions", &AskedChat::functions, "")
      .field("function_call", &AskedChat::function_call, "")
      .field("reasoning_effort", &AskedChat::reasoning_effort, "")
      .field("verbosity", &AskedChat::verbosity, "");
}

schema::Object<AskedChat> describe(schema::Tag<AskedChat>) {
  return with_unsupported(
      schema::object<AskedChat>("ChatCompletion")
          .field("model", &AskedChat::model, "", schema::min_length(1))
          .field("messages", &AskedChat::messages, "", schema::min_items(1),
                 schema::max_items(messages_max))
          .field("stream", &AskedChat::stream, "", schema::defaulted)
          .field("stream_options", &AskedChat::stream_options, "", schema::defaulted)
          .field("max_tokens", &AskedChat::max_tokens, "", schema::min(1))
          .field("max_completion_tokens", &AskedChat::max_completion_tokens, "", schema::min(1))
          .field("temperature", &AskedChat::temperature, "", schema::min(0), schema::max(2))
          .field("top_p", &AskedChat::top_p, "", schema::min(0), schema::max(1))
          .field("seed", &AskedChat::seed, "")
          .field("stop", &AskedChat::stop, "")
          .field("response_format", &AskedChat::response_format, "")
          .field("tools", &AskedChat::tools, "", schema::defaulted,
                 schema::max_items(chat_tools_max))
          .field("tool_choice", &AskedChat::tool_choice, ""));
}

void refuse_unsupported(const AskedChat& asked) {
  struct Row {
    bool is_asked;
    std::string_view pointer;
    std::string_view right;
  };
  bool is_text_alone =
      asked.modalities.empty() || asked.modalities == std::vector<std::string>{"text"};
  bool is_usual_tier = asked.service_tier == "auto" || asked.service_tier == "default";
  const Row rows[] = {
      {asked.n != 1, "/n", "One answer is given: leave it out or send 1."},
      {asked.logprobs || asked.top_logprobs > 0, "/logprobs", "Probabilities are not told."},
      {asked.presence_penalty != 0, "/presence_penalty", "It cannot be set: send 0."},
      {asked.frequency_penalty != 0, "/frequency_penalty", "It cannot be set: send 0."},
      {!asked.logit_bias.empty(), "/logit_bias", "It cannot be set."},
      {!asked.parallel_tool_calls, "/parallel_tool_calls", "It cannot be turned off."},
      {!is_text_alone, "/modalities", "Answers are text."},
      {asked.store, "/store", "Answers are not stored to be fetched later."},
      {!is_usual_tier, "/service_tier", "There is one tier: send \"auto\"."},
      {asked.audio.has_value(), "/audio", "Answers are text."},
      {asked.prediction.has_value(), "/prediction", "Predictions are not used."},
      {asked.web_search_options.has_value(), "/web_search_options", "No model searches the web."},
      {asked.functions.has_value(), "/functions", "Send tools in their place."},
      {asked.function_call.has_value(), "/function_call", "Send tools in their place."},
      {asked.reasoning_effort.has_value(), "/reasoning_effort", "It cannot be set."},
      {asked.verbosity.has_value(), "/verbosity", "It cannot be set."}};
  for (const Row& row : rows) {
    if (row.is_asked) refuse_field(row.pointer, std::string(row.right));
  }
}

std::string text_of_parts(const Value& content, const std::string& pointer) {
  if (!content.is_array()) {
    throw Error({{pointer, "type", "This is no text and no list of parts."}});
  }
  std::string text;
  for (std::size_t i = 0; i < content.items().size(); ++i) {
    const Value& part = content.items()[i];
    const Value* type = part.is_object() ? part.find("type") : nullptr;
    const Value* said = part.is_object() ? part.find("text") : nullptr;
    if (!type || !type->is_text() || type->text() != "text" || !said || !said->is_text()) {
      refuse_field(fmt::format("{}/{}", pointer, i),
                   "Parts are text: images and sound are not read.");
    }
    text += said->text();
  }
  return text;
}

model::Role role_of(std::string_view role) {
  if (role == "user") return model::Role::user;
  if (role == "assistant") return model::Role::assistant;
  if (role == "tool") return model::Role::tool;
  return model::Role::system;  // "developer" is its newer name
}

// @param at  among the messages
model::Message message_of(AskedMessage asked, std::size_t at) {
  auto pointer = [at](std::string_view member) {
    return fmt::format("/messages/{}/{}", at, member);
  };
  model::Message message{.role = role_of(asked.role)};
  if (asked.content) {
    const Value& content = *asked.content;
    message.text = content.is_text() ? content.text() : text_of_parts(content, pointer("content"));
  }
  for (AskedTool& call : asked.tool_calls) {
    message.tool_calls.push_back({.id = std::move(call.id),
                                  .name = std::move(call.function.name),
                                  .arguments = std::move(call.function.arguments)});
  }
  message.tool_call_id = std::move(asked.tool_call_id);
  bool is_answer = message.role == model::Role::assistant && !message.tool_calls.empty();
  if (!asked.content && !is_answer) {
    throw Error({{pointer("content"), "required", "This is missing."}});
  }
  if (message.role == model::Role::tool && message.tool_call_id.empty()) {
    throw Error({{pointer("tool_call_id"), "required", "This is missing."}});
  }
  return message;
}

std::vector<std::string> stops_of(const Value& stop) {
  auto wrong = [](std::string message) { throw Error({{"/stop", "type", std::move(message)}}); };
  if (stop.is_text()) return {stop.text()};
  if (!stop.is_array()) wrong("This is a text or a list of texts.");
  if (stop.items().size() > stop_texts_max) {
    wrong(fmt::format("At most {} texts are taken.", stop_texts_max));
  }
  std::vector<std::string> texts;
  for (const Value& item : stop.items()) {
    if (!item.is_text()) wrong("This is a text or a list of texts.");
    texts.push_back(item.text());
  }
  return texts;
}

model::OutputShape shape_of(AskedFormat asked) {
  using Kind = model::OutputShape::Kind;
  if (asked.type == "text") return {};
  if (asked.type == "json_object") return {.kind = Kind::json};
  if (!asked.json_schema || !asked.json_schema->schema) {
    throw Error({{"/response_format/json_schema", "required", "It has a name and a schema."}});
  }
  return {.kind = Kind::schema,
          .name = std::move(asked.json_schema->name),
          .schema = std::move(asked.json_schema->schema->text)};
}

// "none" offers nothing; a choice that a model would have to be forced to is refused.
bool offers_tools(const AskedChat& asked) {
  if (!asked.tool_choice) return true;
  const Value& choice = *asked.tool_choice;
  if (choice.is_text() && choice.text() == "none") return false;
  if (!choice.is_text() || choice.text() != "auto") {
    refuse_field("/tool_choice", "A model is not forced to call: send \"auto\" or \"none\".");
  }
  return true;
}

model::ChatRequest request_of(AskedChat asked) {
  model::ChatRequest request{
      .options = {.temperature = asked.temperature,
                  .top_p = asked.top_p,
                  .tokens_max =
                      asked.max_completion_tokens ? asked.max_completion_tokens : asked.max_tokens,
                  .seed = asked.seed},
      .is_streamed = asked.stream};
  if (asked.stop) request.options.stop = stops_of(*asked.stop);
  request.messages.reserve(asked.messages.size());
  for (std::size_t i = 0; i < asked.messages.size(); ++i) {
    request.messages.push_back(message_of(std::move(asked.messages[i]), i));
  }
  if (offers_tools(asked)) {
    for (AskedTool& tool : asked.tools) {
      std::string parameters = tool.function.parameters ? std::move(tool.function.parameters->text)
                                                        : R"({"type":"object","properties":{}})";
      request.tools.push_back({.name = std::move(tool.function.name),
                               .description = std::move(tool.function.description),
                               .parameters = std::move(parameters)});
    }
  }
  if (asked.response_format) request.output = shape_of(*std::move(asked.response_format));
  return request;
}

}  // namespace

ChatQuestion read_chat_question(std::string_view body) {
  auto asked = schema::parse<AskedChat>(body, schema::ParseOptions::outside());
  refuse_unsupported(asked);
  ChatQuestion question{.is_streamed = asked.stream,
                        .wants_usage = asked.stream_options.include_usage};
  question.ask.target = asked.model;
  question.ask.purpose = "front";
  // Where chance has no say, who asks the same at the same time gets the same. Others may ask twice
  // because they want two answers.
  question.ask.cache.joins = asked.seed.has_value() || asked.temperature == 0;
  question.ask.request = request_of(std::move(asked));
  return question;
}

}  // namespace antiphon::front
