// OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat

#include "engine/base/error.h"
#include "engine/standin/wire.h"

namespace antiphon::standin {
namespace {

std::string_view openai_type(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::invalid:
    case Fault::Kind::no_such_model:
    case Fault::Kind::bad_key: return "invalid_request_error";
    case Fault::Kind::limited:
      return fault.hint == Hint::no_quota ? "insufficient_quota" : "requests";
    case Fault::Kind::broken: return "server_error";
  }
  return "server_error";
}

std::string_view openai_code(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::invalid: return "null";
    case Fault::Kind::no_such_model: return R"("model_not_found")";
    case Fault::Kind::bad_key: return R"("invalid_api_key")";
    case Fault::Kind::limited:
      return fault.hint == Hint::no_quota ? R"("insufficient_quota")" : R"("rate_limit_exceeded")";
    case Fault::Kind::broken: return "null";
  }
  return "null";
}

std::string openai_error(const Fault& fault) {
  return fmt::format(R"({{"error":{{"message":{},"type":"{}","param":null,"code":{}}}}})",
                     as_json(fault.message), openai_type(fault), openai_code(fault));
}

void read_response_format(ChatQuestion& question, const schema::Value& body) {
  const schema::Value* format = body.find("response_format");
  if (!format || format->is_null()) return;
  const std::string& type = text_member(*format, "type");
  question.wants_json = type != "text";
  if (type != "json_schema") return;
  const schema::Value& wanted = member(*format, "json_schema");
  text_member(wanted, "name");
  question.schema = schema::to_json(member(wanted, "schema"));
}

ChatQuestion read_openai(const schema::Value& body, const http::Request&) {
  ChatQuestion question{.model = text_member(body, "model"),
                        .is_streamed = is_true(body, "stream"),
                        .wants_usage = false};
  const auto& messages = list_member(body, "messages");
  if (messages.empty()) throw Error(Code::invalid, "'messages' is too short.");
  for (const schema::Value& message : messages) {
    const std::string& role = text_member(message, "role");
    check_role(role, {"system", "developer", "user", "assistant", "tool"});
    const schema::Value* content = message.find("content");
    add_said(question, role, content ? text_of_content(*content) : "");
  }
  if (const schema::Value* options = body.find("stream_options")) {
    question.wants_usage = options->is_object() && is_true(*options, "include_usage");
  }
  question.tokens_max = integer_member(body, "max_completion_tokens");
  if (!question.tokens_max) question.tokens_max = integer_member(body, "max_tokens");
  read_response_format(question, body);
  return question;
}

std::string_view openai_finish(const ChatPlan& plan) {
  if (!plan.finish.empty()) return plan.finish;
  if (plan.tool) return "tool_calls";
  return plan.is_cut_by_length ? "length" : "stop";
}

std::string openai_usage(const ChatPlan& plan) {
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},)"
                     R"("prompt_tokens_details":{{"cached_tokens":0}},)"
                     R"("completion_tokens_details":{{"reasoning_tokens":0}}}})",
                     plan.tokens_in, plan.tokens_out, plan.tokens_in + plan.tokens_out);
}

std::string completion_head(const ChatQuestion& question, const ChatPlan& plan,
                            std::string_view object) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(plan.now).time_since_epoch().count();
  return fmt::format(R"("id":"chatcmpl-{}","object":"{}","created":{},"model":{},)"
                     R"("system_fingerprint":"fp_standin")",
                     plan.number, object, seconds, as_json(question.model));
}

// The chunks of one stream.
class Chunks {
 public:
  Chunks(const ChatQuestion& question, const ChatPlan& plan)
      : head_("data: {" + completion_head(question, plan, "chat.completion.chunk")),
        usage_(question.wants_usage ? R"(,"usage":null)" : "") {}

  std::string delta(std::string_view delta, std::string_view finish = "null") const {
    return fmt::format(
        R"({},"choices":[{{"index":0,"delta":{{{}}},"logprobs":null,"finish_reason":{}}}]{}}})"
        "\n\n",
        head_, delta, finish, usage_);
  }
  std::string usage(const ChatPlan& plan) const {
    return fmt::format("{},\"choices\":[],\"usage\":{}}}\n\n", head_, openai_usage(plan));
  }

 private:
  std::string head_;
  std::string usage_;
};

// The arguments come in two fragments, as they do in earnest.
void add_openai_tool(Programme& programme, const Chunks& chunks, const ToolUse& tool) {
  const std::string& arguments = tool.arguments.text;
  programme.pieces.push_back(
      {chunks.delta(fmt::format(R"("tool_calls":[{{"index":0,"id":"call_1","type":"function",)"
                                R"("function":{{"name":{},"arguments":""}}}}])",
                                as_json(tool.name)))});
  for (const auto& part :
       {arguments.substr(0, arguments.size() / 2), arguments.substr(arguments.size() / 2)}) {
    programme.pieces.push_back(
        {chunks.delta(fmt::format(R"("tool_calls":[{{"index":0,"function":{{"arguments":{}}}}}])",
                                  as_json(part))),
         1});
  }
}

Programme stream_openai(const ChatQuestion& question, const ChatPlan& plan) {
  Chunks chunks(question, plan);
  Programme programme{.content_type = "text/event-stream; charset=utf-8",
                      .begin = chunks.delta(R"("role":"assistant","content":"","refusal":null)"),
                      .fault = fmt::format("data: {}\n\n", openai_error({})),
                      .garbage = "data: {\"id\": oh no\n\n"};
  for (const std::string& piece : plan.pieces) {
    programme.pieces.push_back({chunks.delta(R"("content":)" + as_json(piece)), 1});
  }
  if (plan.tool) add_openai_tool(programme, chunks, *plan.tool);
  if (plan.tells_finish) {
    programme.end = chunks.delta("", as_json(openai_finish(plan)));
    if (question.wants_usage && plan.tells_usage) programme.end += chunks.usage(plan);
    if (plan.tells_done) programme.end += "data: [DONE]\n\n";
  }
  return programme;
}

std::string whole_openai(const ChatQuestion& question, const ChatPlan& plan) {
  std::string content = plan.tool ? "null" : as_json(plan.text);
  std::string tools;
  if (plan.tool) {
    tools = fmt::format(R"(,"tool_calls":[{{"id":"call_1","type":"function",)"
                        R"("function":{{"name":{},"arguments":{}}}}}])",
                        as_json(plan.tool->name), as_json(plan.tool->arguments.text));
  }
  std::string finish = plan.tells_finish ? as_json(openai_finish(plan)) : "null";
  return fmt::format(R"({{{},"choices":[{{"index":0,"message":{{"role":"assistant","content":{},)"
                     R"("refusal":null{}}},"logprobs":null,"finish_reason":{}}}]{}}})",
                     completion_head(question, plan, "chat.completion"), content, tools, finish,
                     plan.tells_usage ? R"(,"usage":)" + openai_usage(plan) : "");
}

}  // namespace

http::Response refuse_as_openai(const Fault& fault) { return refusal(fault, openai_error(fault)); }

const ChatWire& openai_chat() {
  static constexpr ChatWire wire{.api = Api::openai_chat,
                                 .refuse = refuse_as_openai,
                                 .read = read_openai,
                                 .key = bearer_key,
                                 .stream = stream_openai,
                                 .whole = whole_openai};
  return wire;
}

}  // namespace antiphon::standin
