// Gemini's generateContent: events, or one JSON array, of whole responses.

#include "engine/base/error.h"
#include "engine/standin/wire.h"

namespace antiphon::standin {
namespace {

std::string_view gemini_status(const Fault& fault) {
  switch (fault.status) {
    case 400:
    case 401: return "INVALID_ARGUMENT";
    case 403: return "PERMISSION_DENIED";
    case 404: return "NOT_FOUND";
    case 429: return "RESOURCE_EXHAUSTED";
    case 503: return "UNAVAILABLE";
    case 504: return "DEADLINE_EXCEEDED";
    default: return fault.status < 500 ? "FAILED_PRECONDITION" : "INTERNAL";
  }
}

std::string quota_failure(std::string_view quota) {
  return fmt::format(R"({{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[)"
                     R"({{"quotaMetric":"generativelanguage.googleapis.com/)"
                     R"(generate_content_requests","quotaId":"{}"}}]}})",
                     quota);
}

std::string gemini_details(const Fault& fault) {
  constexpr std::string_view minute = "GenerateRequestsPerMinutePerProjectPerModel";
  if (fault.kind == Fault::Kind::bad_key) {
    return R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID",)"
           R"("domain":"googleapis.com"})";
  }
  if (fault.kind != Fault::Kind::limited) return "";
  if (fault.hint == Hint::per_day) {
    return quota_failure("GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  }
  if (fault.hint != Hint::retry_info) return quota_failure(minute);
  return fmt::format(R"({},{{"@type":"type.googleapis.com/google.rpc.RetryInfo",)"
                     R"("retryDelay":"{}s"}})",
                     quota_failure(minute),
                     static_cast<double>(fault.retry_after.count()) / 1000.0);
}

std::string gemini_error(const Fault& fault) {
  std::string details = gemini_details(fault);
  if (!details.empty()) details = fmt::format(R"(,"details":[{}])", details);
  return fmt::format(R"({{"error":{{"code":{},"message":{},"status":"{}"{}}}}})", fault.status,
                     as_json(fault.message), gemini_status(fault), details);
}

void read_generation_config(ChatQuestion& question, const schema::Value& body) {
  const schema::Value* config = body.find("generationConfig");
  if (!config || !config->is_object()) return;
  question.tokens_max = integer_member(*config, "maxOutputTokens");
  const schema::Value* type = config->find("responseMimeType");
  question.wants_json = type && type->is_text() && type->text() == "application/json";
  for (std::string_view name : {"responseSchema", "responseJsonSchema"}) {
    if (const schema::Value* wanted = config->find(name)) {
      if (!question.wants_json) {
        throw Error(Code::invalid, "A response schema needs responseMimeType application/json.");
      }
      question.schema = schema::to_json(*wanted);
    }
  }
}

std::string text_of_parts(const schema::Value& content) {
  return text_of_content(member(content, "parts"));
}

// The path names the model and what is asked of it: "gemini-x:streamGenerateContent".
ChatQuestion read_gemini(const schema::Value& body, const http::Request& request) {
  const std::string& asked = request.parameter("asked");
  auto colon = asked.rfind(':');
  ChatQuestion question{.model = asked.substr(0, colon),
                        .is_streamed = asked.ends_with(":streamGenerateContent")};
  if (!question.is_streamed && !asked.ends_with(":generateContent")) {
    throw Error(Code::not_found, "There is no such method.");
  }
  question.is_event_stream = request.query.contains("alt=sse");
  if (const schema::Value* system = body.find("systemInstruction")) {
    add_said(question, "system", text_of_parts(*system));
  }
  for (const schema::Value& content : list_member(body, "contents")) {
    const schema::Value* role = content.find("role");
    std::string who = role ? role->text() : "user";
    check_role(who, {"user", "model", "function"});
    add_said(question, who, text_of_parts(content));
  }
  read_generation_config(question, body);
  return question;
}

std::string gemini_key(const http::Request& request) {
  return std::string(request.headers.get("x-goog-api-key"));
}

std::string gemini_usage(const ChatPlan& plan, std::int64_t tokens_out) {
  if (!plan.tells_usage) return "";
  std::string out = fmt::format(R"("promptTokenCount":{})", plan.tokens_in);
  if (tokens_out > 0) out += fmt::format(R"(,"candidatesTokenCount":{})", tokens_out);
  return fmt::format(R"("usageMetadata":{{{},"totalTokenCount":{}}},)", out,
                     plan.tokens_in + tokens_out);
}

// Every response counts all tokens until then.
std::string gemini_response(const ChatQuestion& question, const ChatPlan& plan,
                            std::string_view part, std::int64_t tokens_out,
                            std::string_view finish) {
  std::string reason = finish.empty() ? "" : fmt::format(R"("finishReason":{},)", as_json(finish));
  return fmt::format(
      R"({{"candidates":[{{"content":{{"parts":[{}],"role":"model"}},{}"index":0}}],)"
      R"({}"modelVersion":{},"responseId":"standin-{}"}})",
      part, reason, gemini_usage(plan, tokens_out), as_json(question.model), plan.number);
}

std::string gemini_text(std::string_view text) {
  return fmt::format(R"({{"text":{}}})", as_json(text));
}

std::string gemini_tool(const ToolUse& tool) {
  return fmt::format(R"({{"functionCall":{{"name":{},"args":{}}}}})", as_json(tool.name),
                     tool.arguments.text);
}

std::string gemini_finish(const ChatPlan& plan) {
  if (!plan.finish.empty()) return plan.finish;
  return plan.is_cut_by_length ? "MAX_TOKENS" : "STOP";
}

// How responses follow each other: as events, or as the items of an array.
struct Framing {
  std::string before;
  std::string after;
};

Programme stream_gemini(const ChatQuestion& question, const ChatPlan& plan) {
  bool is_events = question.is_event_stream;
  Framing framing = is_events ? Framing{"data: ", "\r\n\r\n"} : Framing{",\r\n", ""};
  auto frame = [&](std::string json) { return framing.before + std::move(json) + framing.after; };
  Programme programme{.content_type = is_events ? "text/event-stream" : "application/json",
                      .fault = frame(gemini_error({})),
                      .garbage = frame(R"({"candidates": oh no)")};
  std::int64_t tokens = 0;
  auto add = [&](const std::string& part, std::int64_t count) {
    tokens += count;
    programme.pieces.push_back({frame(gemini_response(question, plan, part, tokens, "")), count});
  };
  for (const std::string& piece : plan.pieces) add(gemini_text(piece), 1);
  if (plan.tool) add(gemini_tool(*plan.tool), 2);
  if (plan.tells_finish) {
    programme.end = frame(
        gemini_response(question, plan, gemini_text(""), plan.tokens_out, gemini_finish(plan)));
  }
  if (!is_events) {
    // The first of all has nothing before it.
    std::string& first = programme.pieces.empty() ? programme.end : programme.pieces[0].bytes;
    if (first.starts_with(",\r\n")) first.replace(0, 3, "[");
    programme.end += "]";
  }
  return programme;
}

std::string whole_gemini(const ChatQuestion& question, const ChatPlan& plan) {
  std::string part = plan.tool ? gemini_tool(*plan.tool) : gemini_text(plan.text);
  return gemini_response(question, plan, part, plan.tokens_out,
                         plan.tells_finish ? gemini_finish(plan) : "");
}

}  // namespace

// A bad key is a 400 here.
http::Response refuse_as_gemini(const Fault& fault) {
  Fault told = fault;
  if (told.status == 401) told.status = 400;
  return refusal(told, gemini_error(told));
}

const ChatWire& gemini() {
  static constexpr ChatWire wire{.api = Api::gemini_generate,
                                 .refuse = refuse_as_gemini,
                                 .read = read_gemini,
                                 .key = gemini_key,
                                 .stream = stream_gemini,
                                 .whole = whole_gemini};
  return wire;
}

}  // namespace antiphon::standin
