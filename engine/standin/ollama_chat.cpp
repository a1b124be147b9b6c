// Ollama's own chat and generate: one JSON a line, streamed unless told otherwise.

#include "engine/base/error.h"
#include "engine/standin/wire.h"

namespace antiphon::standin {
namespace {

constexpr std::int64_t load_ns = 1'000'000;
constexpr std::int64_t token_ns = 2'000'000;

std::string ollama_error(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::no_such_model: return "model not found";
    case Fault::Kind::bad_key: return "unauthorized";
    default: break;
  }
  return fault.status == 503 ? "server busy, please try again.  maximum pending requests exceeded"
                             : fault.message;
}

void read_ollama_common(ChatQuestion& question, const schema::Value& body) {
  question.model = text_member(body, "model");
  question.is_streamed = is_true(body, "stream", true);
  const schema::Value* format = body.find("format");
  if (format && !format->is_null()) {
    question.wants_json = true;
    if (format->is_object()) {
      question.schema = schema::to_json(*format);
    } else if (!format->is_text() || format->text() != "json") {
      throw Error(Code::invalid, "invalid format: it is \"json\" or a JSON schema");
    }
  }
  const schema::Value* options = body.find("options");
  if (options && options->is_object()) {
    question.tokens_max = integer_member(*options, "num_predict");
  }
}

ChatQuestion read_ollama_chat(const schema::Value& body, const http::Request&) {
  ChatQuestion question;
  read_ollama_common(question, body);
  for (const schema::Value& message : list_member(body, "messages")) {
    const std::string& role = text_member(message, "role");
    check_role(role, {"system", "user", "assistant", "tool"});
    const schema::Value* content = message.find("content");
    // Lists of parts are OpenAI's; here a content is a text.
    if (content && !content->is_text()) throw Error(Code::invalid, "'content' is no text.");
    add_said(question, role, content ? content->text() : "");
  }
  return question;
}

ChatQuestion read_ollama_generate(const schema::Value& body, const http::Request&) {
  ChatQuestion question;
  read_ollama_common(question, body);
  if (const schema::Value* system = body.find("system")) {
    add_said(question, "system", text_of_content(*system));
  }
  add_said(question, "user", text_member(body, "prompt"));
  return question;
}

using OllamaContent = std::string (*)(std::string_view text);

std::string chat_content(std::string_view text) {
  return fmt::format(R"("message":{{"role":"assistant","content":{}}})", as_json(text));
}

std::string generate_content(std::string_view text) { return R"("response":)" + as_json(text); }

// Ollama's arguments are an object, not a text.
std::string tool_content(const ToolUse& tool) {
  return fmt::format(R"("message":{{"role":"assistant","content":"","tool_calls":[{{"function":)"
                     R"({{"index":0,"name":{},"arguments":{}}}}}]}})",
                     as_json(tool.name), tool.arguments.text);
}

std::string ollama_line(const ChatQuestion& question, const ChatPlan& plan,
                        std::string_view content, std::string_view rest) {
  return fmt::format(R"({{"model":{},"created_at":"{}",{},{}}})", as_json(question.model),
                     to_rfc3339(plan.now), content, rest);
}

std::string ollama_done(const ChatPlan& plan) {
  std::string finish = !plan.finish.empty()    ? plan.finish
                       : plan.is_cut_by_length ? "length"
                                               : "stop";
  std::string text = fmt::format(R"("done":true,"done_reason":{})", as_json(finish));
  if (!plan.tells_usage) return text;
  std::int64_t prompt_ns = plan.tokens_in * token_ns;
  std::int64_t answer_ns = plan.tokens_out * token_ns;
  return text + fmt::format(R"(,"total_duration":{},"load_duration":{},"prompt_eval_count":{},)"
                            R"("prompt_eval_duration":{},"eval_count":{},"eval_duration":{})",
                            load_ns + prompt_ns + answer_ns, load_ns, plan.tokens_in, prompt_ns,
                            plan.tokens_out, answer_ns);
}

Programme stream_ollama(const ChatQuestion& question, const ChatPlan& plan, OllamaContent content) {
  Programme programme{.content_type = "application/x-ndjson",
                      .fault = R"({"error":"The script says so."})"
                               "\n",
                      .garbage = "{\"model\": oh no\n"};
  for (const std::string& piece : plan.pieces) {
    programme.pieces.push_back(
        {ollama_line(question, plan, content(piece), R"("done":false)") + "\n", 1});
  }
  if (plan.tool) {
    programme.pieces.push_back(
        {ollama_line(question, plan, tool_content(*plan.tool), R"("done":false)") + "\n", 2});
  }
  if (plan.tells_finish) {
    programme.end = ollama_line(question, plan, content(""), ollama_done(plan)) + "\n";
  }
  return programme;
}

Programme stream_ollama_chat(const ChatQuestion& question, const ChatPlan& plan) {
  return stream_ollama(question, plan, chat_content);
}

Programme stream_ollama_generate(const ChatQuestion& question, const ChatPlan& plan) {
  return stream_ollama(question, plan, generate_content);
}

std::string whole_ollama_chat(const ChatQuestion& question, const ChatPlan& plan) {
  std::string content = plan.tool ? tool_content(*plan.tool) : chat_content(plan.text);
  return ollama_line(question, plan, content,
                     plan.tells_finish ? ollama_done(plan) : R"("done":false)");
}

std::string whole_ollama_generate(const ChatQuestion& question, const ChatPlan& plan) {
  return ollama_line(question, plan, generate_content(plan.text),
                     plan.tells_finish ? ollama_done(plan) : R"("done":false)");
}

}  // namespace

http::Response refuse_as_ollama(const Fault& fault) {
  return refusal(fault, fmt::format(R"({{"error":{}}})", as_json(ollama_error(fault))));
}

const ChatWire& ollama_chat() {
  static constexpr ChatWire wire{.api = Api::ollama_chat,
                                 .refuse = refuse_as_ollama,
                                 .read = read_ollama_chat,
                                 .key = bearer_key,
                                 .stream = stream_ollama_chat,
                                 .whole = whole_ollama_chat};
  return wire;
}

const ChatWire& ollama_generate() {
  static constexpr ChatWire wire{.api = Api::ollama_generate,
                                 .refuse = refuse_as_ollama,
                                 .read = read_ollama_generate,
                                 .key = bearer_key,
                                 .stream = stream_ollama_generate,
                                 .whole = whole_ollama_generate};
  return wire;
}

}  // namespace antiphon::standin
