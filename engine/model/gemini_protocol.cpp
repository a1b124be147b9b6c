#include "engine/base/encoding.h"
#include "engine/base/error.h"
#include "engine/model/json_writer.h"
#include "engine/model/model_lists.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_wires.h"
#include "engine/model/request_parts.h"

namespace antiphon::model {
namespace {

// What a tool gave, which has to be an object.
schema::Value tool_response(const std::string& text) {
  try {
    schema::Value value = schema::parse_value(text);
    if (value.is_object()) return value;
  } catch (const Error&) {
    // A text that is no JSON is a result too.
  }
  schema::Value wrapped = schema::Value::object();
  wrapped.set("result", text);
  return wrapped;
}

void write_gemini_call(JsonWriter& json, const ToolCall& call) {
  json.begin_object().key("functionCall").begin_object().key("name").text(call.name);
  json.key("args").value(read_object(call.arguments, "The arguments of a call")).end_object();
  std::string_view signature = call_signature(call.id);
  if (!signature.empty()) json.key("thoughtSignature").text(signature);
  json.end_object();
}

void write_gemini_parts(JsonWriter& json, std::span<const Message> messages, std::size_t at) {
  const Message& message = messages[at];
  if (message.role == Role::tool) {
    json.begin_object().key("functionResponse").begin_object();
    json.key("name").text(called_tool(messages, at));
    json.key("response").value(tool_response(message.text)).end_object().end_object();
    return;
  }
  if (!message.text.empty() || message.tool_calls.empty()) {
    json.begin_object().key("text").text(message.text).end_object();
  }
  for (const ToolCall& call : message.tool_calls) write_gemini_call(json, call);
}

// The answers of several tools stand in one content.
void write_gemini_contents(JsonWriter& json, std::span<const Message> messages) {
  json.key("contents").begin_array();
  for (std::size_t at = 0; at < messages.size(); ++at) {
    if (messages[at].role == Role::system) continue;
    bool is_model = messages[at].role == Role::assistant;
    json.begin_object().key("role").text(is_model ? "model" : "user").key("parts").begin_array();
    write_gemini_parts(json, messages, at);
    while (messages[at].role == Role::tool && at + 1 < messages.size() &&
           messages[at + 1].role == Role::tool) {
      write_gemini_parts(json, messages, ++at);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_gemini_tools(JsonWriter& json, const std::vector<Tool>& tools) {
  if (tools.empty()) return;
  json.key("tools").begin_array().begin_object().key("functionDeclarations").begin_array();
  for (const Tool& tool : tools) {
    json.begin_object().key("name").text(tool.name).key("description").text(tool.description);
    json.key("parametersJsonSchema");
    json.value(read_object(tool.parameters, "The parameters of a tool")).end_object();
  }
  json.end_array().end_object().end_array();
}

void write_gemini_config(JsonWriter& json, const ChatRequest& request) {
  const ChatOptions& options = request.options;
  bool is_text = request.output.kind == OutputShape::Kind::text;
  if (options == ChatOptions{} && is_text) return;
  json.key("generationConfig").begin_object();
  if (options.temperature) json.key("temperature").number(*options.temperature);
  if (options.top_p) json.key("topP").number(*options.top_p);
  if (options.tokens_max) json.key("maxOutputTokens").integer(*options.tokens_max);
  if (options.seed) json.key("seed").integer(*options.seed);
  if (!options.stop.empty()) {
    json.key("stopSequences").begin_array();
    for (const std::string& stop : options.stop) json.text(stop);
    json.end_array();
  }
  if (!is_text) json.key("responseMimeType").text("application/json");
  // `responseSchema` knows a part of OpenAPI's schemas only; this one takes JSON Schema.
  if (request.output.kind == OutputShape::Kind::schema) {
    json.key("responseJsonSchema");
    json.value(read_object(request.output.schema, "The schema of the answer"));
  }
  json.end_object();
}

class GeminiProtocol final : public Protocol {
 public:
  ModelCapabilities capabilities() const override {
    return {.json = true,
            .schema = true,
            .tools = true,
            .seed = true,
            .repeat_penalty = false,
            .context_tokens = false};
  }

  http::Headers credentials(const std::string& api_key) const override {
    if (api_key.empty()) return {};
    return {{"x-goog-api-key", api_key}};
  }

  // Without alt=sse a stream is one array of JSON, which nobody can read before its end.
  std::string chat_path(const ChatRequest& request) const override {
    std::string_view folder = request.model.contains('/') ? "" : "models/";
    std::string path = fmt::format("/{}", folder);
    for (char c : request.model) path += c == '/' ? "/" : to_percent({&c, 1});
    return path + (request.is_streamed ? ":streamGenerateContent?alt=sse" : ":generateContent");
  }

  std::string chat_body(const ChatRequest& request) const override {
    JsonWriter json;
    json.begin_object();
    write_gemini_contents(json, request.messages);
    if (std::string system = system_text(request.messages); !system.empty()) {
      json.key("systemInstruction").begin_object().key("parts").begin_array();
      json.begin_object().key("text").text(system).end_object().end_array().end_object();
    }
    write_gemini_config(json, request);
    write_gemini_tools(json, request.tools);
    return json.end_object().take();
  }

  std::unique_ptr<AnswerWire> chat_wire(const ChatRequest&) const override {
    return make_gemini_wire();
  }

  std::string models_path(std::string_view page) const override {
    std::string path = "/models?pageSize=1000";
    return page.empty() ? path : fmt::format("{}&pageToken={}", path, to_percent(page));
  }

  std::optional<ModelsPage> read_models(std::string_view body) const override {
    auto page = read_model_list(
        body, {.items = "models", .name = "name", .next = "nextPageToken", .more = ""});
    constexpr std::string_view folder = "models/";
    if (!page) return page;
    for (std::string& name : page->names) {
      if (name.starts_with(folder)) name.erase(0, folder.size());
    }
    return page;
  }
};

}  // namespace

std::unique_ptr<Protocol> make_gemini_protocol() { return std::make_unique<GeminiProtocol>(); }

}  // namespace antiphon::model
