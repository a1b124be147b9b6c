#include "engine/base/encoding.h"
#include "engine/model/json_writer.h"
#include "engine/model/model_lists.h"
#include "engine/model/protocol.h"
#include "engine/model/provider_wires.h"
#include "engine/model/request_parts.h"

namespace antiphon::model {
namespace {

// It takes no question without a limit; where the question has none, one that all its models take.
constexpr std::int64_t usual_answer_tokens = 4096;

// An answer in JSON is the call of a tool that it has to call.
bool answers_by_tool(const ChatRequest& request) {
  return request.output.kind != OutputShape::Kind::text;
}

std::string answer_tool_name(const ChatRequest& request) {
  return request.output.name.empty() ? "answer" : request.output.name;
}

// Only letters, digits, _ and - are taken.
std::string anthropic_call_id(std::string_view id) {
  std::string plain(plain_call_id(id));
  for (char& c : plain) {
    bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!is_letter && !(c >= '0' && c <= '9') && c != '-') c = '_';
  }
  return plain;
}

void write_text_block(JsonWriter& json, std::string_view text) {
  json.begin_object().key("type").text("text").key("text").text(text).end_object();
}

void write_tool_result(JsonWriter& json, const Message& message) {
  json.begin_object().key("type").text("tool_result");
  json.key("tool_use_id").text(anthropic_call_id(message.tool_call_id));
  json.key("content").text(message.text).end_object();
}

// An empty text is refused: beside calls it is left out.
void write_blocks(JsonWriter& json, const Message& message) {
  if (!message.text.empty() || message.tool_calls.empty()) write_text_block(json, message.text);
  for (const ToolCall& call : message.tool_calls) {
    json.begin_object().key("type").text("tool_use").key("id").text(anthropic_call_id(call.id));
    json.key("name").text(call.name).key("input");
    json.value(read_object(call.arguments, "The arguments of a call")).end_object();
  }
}

// The results of several tools stand in one message.
void write_anthropic_messages(JsonWriter& json, const std::vector<Message>& messages) {
  json.key("messages").begin_array();
  for (std::size_t at = 0; at < messages.size(); ++at) {
    Role role = messages[at].role;
    if (role == Role::system) continue;
    json.begin_object().key("role").text(role == Role::assistant ? "assistant" : "user");
    json.key("content").begin_array();
    if (role == Role::tool) {
      write_tool_result(json, messages[at]);
      while (at + 1 < messages.size() && messages[at + 1].role == Role::tool) {
        write_tool_result(json, messages[++at]);
      }
    } else {
      write_blocks(json, messages[at]);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_anthropic_options(JsonWriter& json, const ChatOptions& options) {
  json.key("max_tokens").integer(options.tokens_max.value_or(usual_answer_tokens));
  if (options.temperature) json.key("temperature").number(*options.temperature);
  if (options.top_p) json.key("top_p").number(*options.top_p);
  if (options.stop.empty()) return;
  json.key("stop_sequences").begin_array();
  for (const std::string& stop : options.stop) json.text(stop);
  json.end_array();
}

void write_anthropic_tool(JsonWriter& json, const Tool& tool) {
  schema::Value parameters = read_object(tool.parameters, "The parameters of a tool");
  if (!parameters.find("type")) parameters.set("type", "object");
  json.begin_object().key("name").text(tool.name).key("description").text(tool.description);
  json.key("input_schema").value(parameters).end_object();
}

void write_answer_tool(JsonWriter& json, const ChatRequest& request) {
  std::string name = answer_tool_name(request);
  schema::Value shape = read_object(request.output.schema, "The schema of the answer");
  const schema::Value* type = shape.find("type");
  if (type && *type != schema::Value("object")) {
    throw BadQuestion{"Its answers by a schema are objects.", ProviderFailure::Kind::unsupported};
  }
  json.key("tools").begin_array();
  write_anthropic_tool(json, {name, "Gives the answer.", request.output.schema});
  json.end_array().key("tool_choice").begin_object();
  json.key("type").text("tool").key("name").text(name).end_object();
}

class AnthropicProtocol final : public Protocol {
 public:
  ModelCapabilities capabilities() const override {
    return {.json = true,
            .schema = true,
            .tools = true,
            .seed = false,
            .repeat_penalty = false,
            .context_tokens = false};
  }

  http::Headers credentials(const std::string& api_key) const override {
    http::Headers headers{{"anthropic-version", "2023-06-01"}};
    if (!api_key.empty()) headers.add("x-api-key", api_key);
    return headers;
  }

  std::string chat_path(const ChatRequest&) const override { return "/messages"; }

  std::string chat_body(const ChatRequest& request) const override {
    if (answers_by_tool(request) && !request.tools.empty()) {
      throw BadQuestion{"It has answers in JSON, or tools, and not both at a time.",
                        ProviderFailure::Kind::unsupported};
    }
    JsonWriter json;
    json.begin_object().key("model").text(request.model);
    json.key("stream").boolean(request.is_streamed);
    if (std::string system = system_text(request.messages); !system.empty()) {
      json.key("system").text(system);
    }
    write_anthropic_messages(json, request.messages);
    write_anthropic_options(json, request.options);
    if (answers_by_tool(request)) write_answer_tool(json, request);
    if (!request.tools.empty()) {
      json.key("tools").begin_array();
      for (const Tool& tool : request.tools) write_anthropic_tool(json, tool);
      json.end_array();
    }
    return json.end_object().take();
  }

  std::unique_ptr<AnswerWire> chat_wire(const ChatRequest& request) const override {
    return make_anthropic_wire(answers_by_tool(request) ? answer_tool_name(request) : "");
  }

  std::string models_path(std::string_view page) const override {
    std::string path = "/models?limit=1000";
    return page.empty() ? path : fmt::format("{}&after_id={}", path, to_percent(page));
  }

  std::optional<ModelsPage> read_models(std::string_view body) const override {
    return read_model_list(body,
                           {.items = "data", .name = "id", .next = "last_id", .more = "has_more"});
  }
};

}  // namespace

std::unique_ptr<Protocol> make_anthropic_protocol() {
  return std::make_unique<AnthropicProtocol>();
}

}  // namespace antiphon::model
