#include "engine/gateway/answer_key.h"

#include <fmt/format.h>

#include "engine/base/encoding.h"
#include "engine/schema/json.h"

namespace antiphon::gateway {
namespace {

// Writes members in the order of the calls. Bytes that are no UTF-8 are told by their hexadecimal
// digits: two questions never become one.
class CanonicalWriter {
 public:
  void begin(std::string_view key, char bracket) {
    name(key);
    out_ += bracket;
    is_first_ = true;
  }
  void end(char bracket) {
    out_ += bracket;
    is_first_ = false;
  }
  void text(std::string_view key, std::string_view value) {
    bool is_good = is_utf8(value);
    name(is_good ? key : fmt::format("{}Hex", key));
    schema::write_text(out_, is_good ? value : std::string_view(to_hex(value)));
  }
  template <class Number>
  void number(std::string_view key, std::optional<Number> value) {
    if (!value) return;
    name(key);
    out_ += fmt::format("{}", *value);
  }
  std::string take() { return std::move(out_); }

 private:
  void name(std::string_view key) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    if (key.empty()) return;
    out_ += fmt::format("\"{}\":", key);
  }

  std::string out_;
  bool is_first_ = true;
};

void write_messages(CanonicalWriter& json, const std::vector<model::Message>& messages) {
  json.begin("messages", '[');
  for (const model::Message& message : messages) {
    json.begin("", '{');
    json.text("role", to_text(message.role));
    json.text("text", message.text);
    json.text("answers", message.tool_call_id);
    json.begin("calls", '[');
    for (const model::ToolCall& call : message.tool_calls) {
      json.begin("", '{');
      json.text("id", call.id);
      json.text("name", call.name);
      json.text("arguments", call.arguments);
      json.end('}');
    }
    json.end(']');
    json.end('}');
  }
  json.end(']');
}

void write_options(CanonicalWriter& json, const model::ChatOptions& options) {
  json.begin("options", '{');
  json.number("temperature", options.temperature);
  json.number("topP", options.top_p);
  json.number("repeatPenalty", options.repeat_penalty);
  json.number("tokensMax", options.tokens_max);
  json.number("contextTokens", options.context_tokens);
  json.number("seed", options.seed);
  json.begin("stop", '[');
  for (const std::string& stop : options.stop) json.text("", stop);
  json.end(']');
  json.end('}');
}

void write_tools(CanonicalWriter& json, const std::vector<model::Tool>& tools) {
  json.begin("tools", '[');
  for (const model::Tool& tool : tools) {
    json.begin("", '{');
    json.text("name", tool.name);
    json.text("description", tool.description);
    json.text("parameters", tool.parameters);
    json.end('}');
  }
  json.end(']');
}

}  // namespace

std::string canonical_json(const ChatAsk& ask) {
  CanonicalWriter json;
  json.begin("", '{');
  json.text("target", ask.target);
  json.text("purpose", ask.purpose);
  json.begin("sources", '[');
  for (const std::string& source : ask.cache.sources) json.text("", source);
  json.end(']');
  write_messages(json, ask.request.messages);
  write_options(json, ask.request.options);
  json.number("shape", std::optional(static_cast<int>(ask.request.output.kind)));
  json.text("schemaName", ask.request.output.name);
  json.text("schema", ask.request.output.schema);
  write_tools(json, ask.request.tools);
  json.end('}');
  return json.take();
}

std::string key_of(const ChatAsk& ask, std::string_view tenant) {
  return fmt::format("{}/answer/{}", tenant, sha256_hex(canonical_json(ask)));
}

std::string key_of(std::string_view text, std::string_view model,
                   std::optional<std::int64_t> dimensions, std::string_view tenant) {
  return fmt::format("{}/vector/{}/{}/{}", tenant, model, dimensions.value_or(0), sha256_hex(text));
}

}  // namespace antiphon::gateway
