#include "engine/model/chat.h"

namespace antiphon::model {

std::string_view to_text(Role role) {
  switch (role) {
    case Role::system: return "system";
    case Role::user: return "user";
    case Role::assistant: return "assistant";
    case Role::tool: return "tool";
  }
  return "user";
}

void add_part(std::vector<ToolCall>& calls, const ChatDelta::ToolCallPart& part) {
  if (part.index >= tool_calls_most) return;
  if (calls.size() <= part.index) calls.resize(part.index + 1);
  ToolCall& call = calls[part.index];
  if (!part.id.empty()) call.id = part.id;
  if (!part.name.empty()) call.name = part.name;
  call.arguments += part.arguments;
}

std::string_view to_text(Finish finish) {
  switch (finish) {
    case Finish::stop: return "stop";
    case Finish::length: return "length";
    case Finish::tool_calls: return "tool_calls";
    case Finish::content_filter: return "content_filter";
    case Finish::truncated: return "truncated";
  }
  return "truncated";
}

}  // namespace antiphon::model
