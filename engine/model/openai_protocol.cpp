#include "engine/model/json_writer.h"
#include "engine/model/model_lists.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_wires.h"
#include "engine/model/request_parts.h"
#include "engine/model/strict_schema.h"

namespace antiphon::model {
namespace {

void write_openai_calls(JsonWriter& json, const std::vector<ToolCall>& calls) {
  json.key("tool_calls").begin_array();
  for (const ToolCall& call : calls) {
    json.begin_object();
    json.key("id").text(plain_call_id(call.id)).key("type").text("function");
    json.key("function").begin_object().key("name").text(call.name);
    json.key("arguments").text(call.arguments.empty() ? "{}" : call.arguments);
    json.end_object().end_object();
  }
  json.end_array();
}

void write_openai_message(JsonWriter& json, const Message& message) {
  json.begin_object().key("role").text(to_text(message.role)).key("content");
  bool calls_only = message.text.empty() && !message.tool_calls.empty();
  if (calls_only) {
    json.null();
  } else {
    json.text(message.text);
  }
  if (!message.tool_calls.empty()) write_openai_calls(json, message.tool_calls);
  if (message.role == Role::tool) {
    json.key("tool_call_id").text(plain_call_id(message.tool_call_id));
  }
  json.end_object();
}

void write_openai_tools(JsonWriter& json, const std::vector<Tool>& tools) {
  json.key("tools").begin_array();
  for (const Tool& tool : tools) {
    json.begin_object().key("type").text("function").key("function").begin_object();
    json.key("name").text(tool.name).key("description").text(tool.description);
    json.key("parameters").value(read_object(tool.parameters, "The parameters of a tool"));
    json.end_object().end_object();
  }
  json.end_array();
}

class OpenAiProtocol final : public Protocol {
 public:
  explicit OpenAiProtocol(OpenAiDialect dialect) : dialect_(dialect) {}

  ModelCapabilities capabilities() const override {
    return {.json = true,
            .schema = true,
            .tools = true,
            .seed = true,
            .repeat_penalty = !repeat_penalty_name().empty(),
            .context_tokens = false};
  }

  http::Headers credentials(const std::string& api_key) const override {
    if (api_key.empty()) return {};
    return {{"Authorization", "Bearer " + api_key}};
  }

  std::string chat_path(const ChatRequest&) const override { return "/chat/completions"; }

  std::string chat_body(const ChatRequest& request) const override {
    JsonWriter json;
    json.begin_object().key("model").text(request.model).key("messages").begin_array();
    for (const Message& message : request.messages) write_openai_message(json, message);
    json.end_array().key("stream").boolean(request.is_streamed);
    if (request.is_streamed) {
      json.key("stream_options").begin_object().key("include_usage").boolean(true).end_object();
    }
    write_options(json, request.options);
    write_output(json, request.output);
    if (!request.tools.empty()) write_openai_tools(json, request.tools);
    return json.end_object().take();
  }

  std::unique_ptr<AnswerWire> chat_wire(const ChatRequest&) const override {
    return make_openai_wire();
  }

  std::string models_path(std::string_view) const override { return "/models"; }
  std::optional<ModelsPage> read_models(std::string_view body) const override {
    return read_model_list(body, {.items = "data", .name = "id", .next = "", .more = ""});
  }

 private:
  std::string_view repeat_penalty_name() const {
    switch (dialect_) {
      case OpenAiDialect::vllm: return "repetition_penalty";
      case OpenAiDialect::llamacpp:
      case OpenAiDialect::lmstudio: return "repeat_penalty";
      default: return "";
    }
  }

  // OpenAI's newer models know the new name alone, other servers the old one.
  std::string_view tokens_max_name() const {
    return dialect_ == OpenAiDialect::openai ? "max_completion_tokens" : "max_tokens";
  }

  void write_options(JsonWriter& json, const ChatOptions& options) const {
    if (options.temperature) json.key("temperature").number(*options.temperature);
    if (options.top_p) json.key("top_p").number(*options.top_p);
    if (options.repeat_penalty) json.key(repeat_penalty_name()).number(*options.repeat_penalty);
    if (options.tokens_max) json.key(tokens_max_name()).integer(*options.tokens_max);
    if (options.seed) json.key("seed").integer(*options.seed);
    if (options.stop.empty()) return;
    json.key("stop").begin_array();
    for (const std::string& stop : options.stop) json.text(stop);
    json.end_array();
  }

  void write_output(JsonWriter& json, const OutputShape& output) const {
    if (output.kind == OutputShape::Kind::text) return;
    json.key("response_format").begin_object();
    // LM Studio has no answers in JSON but by a schema.
    bool by_schema =
        output.kind == OutputShape::Kind::schema || dialect_ == OpenAiDialect::lmstudio;
    if (by_schema) {
      write_schema(json, output);
    } else {
      json.key("type").text("json_object");
    }
    json.end_object();
  }

  static void write_schema(JsonWriter& json, const OutputShape& output) {
    schema::Value schema = read_object(output.schema, "The schema of the answer");
    if (output.kind == OutputShape::Kind::json) schema.set("type", "object");
    json.key("type").text("json_schema").key("json_schema").begin_object();
    json.key("name").text(output.name.empty() ? "answer" : output.name);
    json.key("schema").value(schema).key("strict").boolean(is_strict_schema(schema));
    json.end_object();
  }

  OpenAiDialect dialect_;
};

}  // namespace

std::unique_ptr<Protocol> make_openai_protocol(OpenAiDialect dialect) {
  return std::make_unique<OpenAiProtocol>(dialect);
}

}  // namespace antiphon::model
