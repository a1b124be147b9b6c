#include <charconv>

#include "engine/model/json_writer.h"
#include "engine/model/model_lists.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_wires.h"
#include "engine/model/request_parts.h"

namespace antiphon::model {
namespace {

void write_ollama_message(JsonWriter& json, std::span<const Message> messages, std::size_t at) {
  const Message& message = messages[at];
  json.begin_object().key("role").text(to_text(message.role)).key("content").text(message.text);
  if (message.role == Role::tool) json.key("tool_name").text(called_tool(messages, at));
  if (!message.tool_calls.empty()) {
    json.key("tool_calls").begin_array();
    for (const ToolCall& call : message.tool_calls) {
      json.begin_object().key("function").begin_object().key("name").text(call.name);
      json.key("arguments").value(read_object(call.arguments, "The arguments of a call"));
      json.end_object().end_object();
    }
    json.end_array();
  }
  json.end_object();
}

void write_ollama_options(JsonWriter& json, const ChatOptions& options) {
  if (options == ChatOptions{}) return;
  json.key("options").begin_object();
  if (options.temperature) json.key("temperature").number(*options.temperature);
  if (options.top_p) json.key("top_p").number(*options.top_p);
  if (options.repeat_penalty) json.key("repeat_penalty").number(*options.repeat_penalty);
  if (options.tokens_max) json.key("num_predict").integer(*options.tokens_max);
  if (options.context_tokens) json.key("num_ctx").integer(*options.context_tokens);
  if (options.seed) json.key("seed").integer(*options.seed);
  if (!options.stop.empty()) {
    json.key("stop").begin_array();
    for (const std::string& stop : options.stop) json.text(stop);
    json.end_array();
  }
  json.end_object();
}

void write_ollama_tools(JsonWriter& json, const std::vector<Tool>& tools) {
  if (tools.empty()) return;
  json.key("tools").begin_array();
  for (const Tool& tool : tools) {
    json.begin_object().key("type").text("function").key("function").begin_object();
    json.key("name").text(tool.name).key("description").text(tool.description);
    json.key("parameters").value(read_object(tool.parameters, "The parameters of a tool"));
    json.end_object().end_object();
  }
  json.end_array();
}

class OllamaProtocol final : public Protocol {
 public:
  explicit OllamaProtocol(std::string keep_alive) : keep_alive_(std::move(keep_alive)) {}

  ModelCapabilities capabilities() const override {
    return {.json = true,
            .schema = true,
            .tools = true,
            .seed = true,
            .repeat_penalty = true,
            .context_tokens = true};
  }

  // It has no keys of its own; a proxy before it may.
  http::Headers credentials(const std::string& api_key) const override {
    if (api_key.empty()) return {};
    return {{"Authorization", "Bearer " + api_key}};
  }

  std::string chat_path(const ChatRequest&) const override { return "/api/chat"; }

  std::string chat_body(const ChatRequest& request) const override {
    JsonWriter json;
    json.begin_object().key("model").text(request.model).key("messages").begin_array();
    for (std::size_t at = 0; at < request.messages.size(); ++at) {
      write_ollama_message(json, request.messages, at);
    }
    // It streams unless it is told not to.
    json.end_array().key("stream").boolean(request.is_streamed);
    if (request.output.kind == OutputShape::Kind::json) json.key("format").text("json");
    if (request.output.kind == OutputShape::Kind::schema) {
      json.key("format").value(read_object(request.output.schema, "The schema of the answer"));
    }
    write_ollama_options(json, request.options);
    write_ollama_tools(json, request.tools);
    if (!keep_alive_.empty()) write_keep_alive(json);
    return json.end_object().take();
  }

  std::unique_ptr<AnswerWire> chat_wire(const ChatRequest&) const override {
    return make_ollama_wire();
  }
  AnswerReader::Framing stream_framing() const override { return AnswerReader::Framing::lines; }

  std::string models_path(std::string_view) const override { return "/api/tags"; }
  std::optional<ModelsPage> read_models(std::string_view body) const override {
    return read_model_list(body, {.items = "models", .name = "name", .next = "", .more = ""});
  }

 private:
  // "5m" is a text; a number of seconds, and -1, are numbers.
  void write_keep_alive(JsonWriter& json) const {
    std::int64_t seconds = 0;
    const char* last = keep_alive_.data() + keep_alive_.size();
    auto [end, failure] = std::from_chars(keep_alive_.data(), last, seconds);
    json.key("keep_alive");
    if (failure == std::errc() && end == last) {
      json.integer(seconds);
    } else {
      json.text(keep_alive_);
    }
  }

  std::string keep_alive_;
};

}  // namespace

std::unique_ptr<Protocol> make_ollama_protocol(std::string keep_alive) {
  return std::make_unique<OllamaProtocol>(std::move(keep_alive));
}

}  // namespace antiphon::model
