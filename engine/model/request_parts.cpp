#include "engine/model/request_parts.h"

#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::model {

std::optional<ProviderFailure> find_lack(const ChatRequest& request,
                                         const ModelCapabilities& capabilities) {
  const ChatOptions& options = request.options;
  using Shape = OutputShape::Kind;
  const std::pair<std::string_view, bool> lacks[] = {
      {"a repeat penalty", options.repeat_penalty && !capabilities.repeat_penalty},
      {"a size of the context", options.context_tokens && !capabilities.context_tokens},
      {"a seed", options.seed && !capabilities.seed},
      {"answers in JSON", request.output.kind == Shape::json && !capabilities.json},
      {"answers by a schema", request.output.kind == Shape::schema && !capabilities.schema},
      {"tools", !request.tools.empty() && !capabilities.tools}};
  for (const auto& [what, is_lacking] : lacks) {
    if (!is_lacking) continue;
    return ProviderFailure{.kind = ProviderFailure::Kind::unsupported,
                           .message = fmt::format("It does not know {}; leave that out, or ask "
                                                  "another provider.",
                                                  what)};
  }
  return std::nullopt;
}

schema::Value read_object(std::string_view json, std::string_view what) {
  if (json.empty()) return schema::Value::object();
  try {
    schema::Value value = schema::parse_value(json);
    if (value.is_object()) return value;
  } catch (const Error&) {
    // Said below; the message of the parser may show what was written.
  }
  throw BadQuestion{fmt::format("{}: this is no JSON object.", what)};
}

std::string_view called_tool(std::span<const Message> messages, std::size_t answer_at) {
  const std::string& id = messages[answer_at].tool_call_id;
  for (std::size_t at = answer_at; at-- > 0;) {
    for (const ToolCall& call : messages[at].tool_calls) {
      if (call.id == id) return call.name;
    }
  }
  throw BadQuestion{"A message of a tool answers no call that stands before it."};
}

std::string system_text(std::span<const Message> messages) {
  std::string joined;
  for (const Message& message : messages) {
    if (message.role != Role::system) continue;
    if (!joined.empty()) joined += "\n\n";
    joined += message.text;
  }
  return joined;
}

std::string marked_call_id(std::string_view id, std::string_view signature) {
  return signature.empty() ? std::string(id) : fmt::format("{}{}{}", id, call_id_mark, signature);
}

std::string_view plain_call_id(std::string_view id) { return id.substr(0, id.find(call_id_mark)); }

std::string_view call_signature(std::string_view id) {
  auto at = id.find(call_id_mark);
  return at == std::string_view::npos ? "" : id.substr(at + call_id_mark.size());
}

}  // namespace antiphon::model
