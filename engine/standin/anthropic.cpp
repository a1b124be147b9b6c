// Anthropic's messages: events with names.

#include "engine/base/error.h"
#include "engine/standin/wire.h"

namespace antiphon::standin {
namespace {

std::string_view anthropic_type(const Fault& fault) {
  switch (fault.status) {
    case 400: return "invalid_request_error";
    case 401: return "authentication_error";
    case 402: return "billing_error";
    case 403: return "permission_error";
    case 404: return "not_found_error";
    case 409: return "conflict_error";
    case 413: return "request_too_large";
    case 429: return "rate_limit_error";
    case 504: return "timeout_error";
    case 529: return "overloaded_error";
    default: return "api_error";
  }
}

std::string anthropic_error(const Fault& fault) {
  bool is_spent = fault.hint == Hint::spend_limit || fault.hint == Hint::no_quota;
  std::string details =
      is_spent ? R"(,"details":{"error_code":"enforced_spend_limit_reached"})" : "";
  return fmt::format(
      R"({{"type":"error","error":{{"type":"{}","message":{}{}}},"request_id":"req_standin"}})",
      anthropic_type(fault), as_json(fault.message), details);
}

ChatQuestion read_anthropic(const schema::Value& body, const http::Request& request) {
  if (request.headers.get("anthropic-version").empty()) {
    throw Error(Code::invalid, "anthropic-version: header is required");
  }
  ChatQuestion question{.model = text_member(body, "model"),
                        .is_streamed = is_true(body, "stream")};
  member(body, "max_tokens");
  question.tokens_max = integer_member(body, "max_tokens");
  if (const schema::Value* system = body.find("system")) {
    add_said(question, "system", text_of_content(*system));
  }
  for (const schema::Value& message : list_member(body, "messages")) {
    const std::string& role = text_member(message, "role");
    check_role(role, {"user", "assistant"});
    add_said(question, role, text_of_content(member(message, "content")));
  }
  if (const schema::Value* choice = body.find("tool_choice")) {
    if (text_member(*choice, "type") == "tool") question.answer_tool = text_member(*choice, "name");
  }
  return question;
}

std::string anthropic_key(const http::Request& request) {
  return std::string(request.headers.get("x-api-key"));
}

std::string anthropic_finish(const ChatPlan& plan) {
  if (!plan.finish.empty()) return plan.finish;
  if (plan.tool) return "tool_use";
  return plan.is_cut_by_length ? "max_tokens" : "end_turn";
}

std::string anthropic_usage(const ChatPlan& plan, std::int64_t tokens_out) {
  if (!plan.tells_usage) return "{}";
  return fmt::format(R"({{"input_tokens":{},"cache_creation_input_tokens":0,)"
                     R"("cache_read_input_tokens":0,"output_tokens":{}}})",
                     plan.tokens_in, tokens_out);
}

std::string named_event(std::string_view name, std::string_view rest) {
  return fmt::format("event: {}\ndata: {{\"type\":\"{}\"{}}}\n\n", name, name, rest);
}

std::string message_json(const ChatQuestion& question, const ChatPlan& plan,
                         std::string_view content, std::string_view finish,
                         std::int64_t tokens_out) {
  return fmt::format(
      R"({{"id":"msg_{}","type":"message","role":"assistant","model":{},"content":[{}],)"
      R"("stop_reason":{},"stop_sequence":null,"usage":{}}})",
      plan.number, as_json(question.model), content, finish, anthropic_usage(plan, tokens_out));
}

std::string tool_block(const ToolUse& tool, std::string_view input) {
  return fmt::format(R"({{"type":"tool_use","id":"toolu_1","name":{},"input":{}}})",
                     as_json(tool.name), input);
}

std::string delta_event(std::string_view type, std::string_view name, std::string_view text) {
  return named_event(
      "content_block_delta",
      fmt::format(R"(,"index":0,"delta":{{"type":"{}","{}":{}}})", type, name, as_json(text)));
}

Programme stream_anthropic(const ChatQuestion& question, const ChatPlan& plan) {
  std::string block = plan.tool ? tool_block(*plan.tool, "{}") : R"({"type":"text","text":""})";
  Programme programme{.content_type = "text/event-stream; charset=utf-8"};
  programme.begin =
      named_event("message_start", R"(,"message":)" + message_json(question, plan, "", "null", 1)) +
      named_event("content_block_start", fmt::format(R"(,"index":0,"content_block":{})", block)) +
      named_event("ping", "");
  programme.fault = "event: error\ndata: " + anthropic_error({.status = 529}) + "\n\n";
  programme.garbage = "event: content_block_delta\ndata: {\"type\": oh no\n\n";
  for (const std::string& piece : plan.pieces) {
    programme.pieces.push_back({delta_event("text_delta", "text", piece), 1});
  }
  if (plan.tool) {
    const std::string& arguments = plan.tool->arguments.text;
    for (const auto& part :
         {arguments.substr(0, arguments.size() / 2), arguments.substr(arguments.size() / 2)}) {
      programme.pieces.push_back({delta_event("input_json_delta", "partial_json", part), 1});
    }
  }
  if (plan.tells_finish) {
    std::string usage =
        plan.tells_usage ? fmt::format(R"(,"usage":{{"output_tokens":{}}})", plan.tokens_out) : "";
    programme.end =
        named_event("content_block_stop", R"(,"index":0)") +
        named_event("message_delta",
                    fmt::format(R"(,"delta":{{"stop_reason":{},"stop_sequence":null}}{})",
                                as_json(anthropic_finish(plan)), usage));
    if (plan.tells_done) programme.end += named_event("message_stop", "");
  }
  return programme;
}

std::string whole_anthropic(const ChatQuestion& question, const ChatPlan& plan) {
  std::string content = plan.tool ? tool_block(*plan.tool, plan.tool->arguments.text)
                        : plan.text.empty()
                            ? ""
                            : fmt::format(R"({{"type":"text","text":{}}})", as_json(plan.text));
  std::string finish = plan.tells_finish ? as_json(anthropic_finish(plan)) : "null";
  return message_json(question, plan, content, finish, plan.tokens_out);
}

}  // namespace

http::Response refuse_as_anthropic(const Fault& fault) {
  return refusal(fault, anthropic_error(fault));
}

const ChatWire& anthropic() {
  static constexpr ChatWire wire{.api = Api::anthropic_messages,
                                 .refuse = refuse_as_anthropic,
                                 .read = read_anthropic,
                                 .key = anthropic_key,
                                 .stream = stream_anthropic,
                                 .whole = whole_anthropic};
  return wire;
}

}  // namespace antiphon::standin
