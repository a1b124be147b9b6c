#include "engine/front/chat_writer.h"

#include <fmt/format.h>

#include "engine/front/front_error.h"
#include "engine/schema/json.h"

namespace antiphon::front {
namespace {

// Of an answer beside its text.
constexpr std::size_t whole_answer_bytes_usual = 512;
constexpr std::size_t usage_bytes_usual = 200;

void append_quoted(std::string& out, std::string_view text) { schema::write_text(out, text); }

std::string_view finish_text(model::Finish finish) {
  switch (finish) {
    case model::Finish::length: return "length";
    case model::Finish::tool_calls: return "tool_calls";
    case model::Finish::content_filter: return "content_filter";
    default: return "stop";
  }
}

std::string head_json(const AnswerHead& head, std::string_view object) {
  std::string out = R"({"id":)";
  append_quoted(out, head.id);
  out += fmt::format(R"(,"object":"{}","created":{},"model":)", object, head.created);
  append_quoted(out, head.model);
  return out;
}

void append_tool_part(std::string& out, const model::ChatDelta::ToolCallPart& part) {
  out += R"({"index":)";
  out += fmt::format_int(part.index).c_str();
  if (!part.id.empty()) {
    out += R"(,"id":)";
    append_quoted(out, part.id);
    out += R"(,"type":"function")";
  }
  out += R"(,"function":{)";
  if (!part.name.empty()) {
    out += R"("name":)";
    append_quoted(out, part.name);
    out += ',';
  }
  out += R"("arguments":)";
  append_quoted(out, part.arguments);
  out += "}}";
}

}  // namespace

ChunkWriter::ChunkWriter(const AnswerHead& head, bool wants_usage)
    : head_("data: " + head_json(head, "chat.completion.chunk")), wants_usage_(wants_usage) {
  begin_ = head_ + R"(,"choices":[{"index":0,"delta":{)";
  end_ = R"(},"logprobs":null,"finish_reason":null}])";
  end_ += wants_usage ? ",\"usage\":null}\n\n" : "}\n\n";
}

void ChunkWriter::write_start(std::string& out) const {
  out.append(begin_).append(R"("role":"assistant","content":"","refusal":null)").append(end_);
}

void ChunkWriter::write_delta(std::string& out, const model::ChatDelta& delta) const {
  out += begin_;
  if (!delta.text.empty()) {
    out += R"("content":)";
    append_quoted(out, delta.text);
  }
  if (!delta.tool_calls.empty()) {
    if (!delta.text.empty()) out += ',';
    out += R"("tool_calls":[)";
    for (std::size_t i = 0; i < delta.tool_calls.size(); ++i) {
      if (i > 0) out += ',';
      append_tool_part(out, delta.tool_calls[i]);
    }
    out += ']';
  }
  out += end_;
}

void ChunkWriter::write_end(std::string& out, const model::ChatEnd& end,
                            const gateway::Account& account) const {
  if (end.finish == model::Finish::truncated) {
    // A client that finds this throws; one that does not look finds neither a reason nor [DONE].
    out.append("data: ").append(error_json(cut_off())).append("\n\n");
    return;
  }
  out.append(begin_).append(R"(},"logprobs":null,"finish_reason":")");
  out.append(finish_text(end.finish)).append("\"}]");
  out += wants_usage_ ? ",\"usage\":null}\n\n" : "}\n\n";
  if (wants_usage_) {
    out.append(head_).append(R"(,"choices":[],"usage":)").append(usage_json(account.usage));
    out += "}\n\n";
  }
  out += "data: [DONE]\n\n";
}

std::string usage_json(const model::Usage& usage) {
  std::int64_t in = usage.tokens_in.value_or(0);
  std::int64_t out = usage.tokens_out.value_or(0);
  std::string json;
  auto add = [&](std::string_view before, std::int64_t tokens) {
    json.append(before).append(fmt::format_int(tokens).c_str());
  };
  json.reserve(usage_bytes_usual);
  add(R"({"prompt_tokens":)", in);
  add(R"(,"completion_tokens":)", out);
  add(R"(,"total_tokens":)", in + out);
  add(R"(,"prompt_tokens_details":{"cached_tokens":)", usage.tokens_cached.value_or(0));
  add(R"(},"completion_tokens_details":{"reasoning_tokens":)", usage.tokens_reasoning.value_or(0));
  return json.append("}}");
}

std::string whole_answer(const AnswerHead& head, const std::string& text,
                         const std::vector<model::ToolCall>& tool_calls, const model::ChatEnd& end,
                         const gateway::Account& account) {
  std::string out = head_json(head, "chat.completion");
  out.reserve(out.size() + text.size() + text.size() / 8 + whole_answer_bytes_usual);
  out += R"(,"choices":[{"index":0,"message":{"role":"assistant","content":)";
  if (text.empty() && !tool_calls.empty()) {
    out += "null";
  } else {
    append_quoted(out, text);
  }
  out += R"(,"refusal":null)";
  if (!tool_calls.empty()) out += R"(,"tool_calls":[)";
  for (std::size_t i = 0; i < tool_calls.size(); ++i) {
    if (i > 0) out += ',';
    out += R"({"id":)";
    append_quoted(out, tool_calls[i].id);
    out += R"(,"type":"function","function":{"name":)";
    append_quoted(out, tool_calls[i].name);
    out += R"(,"arguments":)";
    append_quoted(out, tool_calls[i].arguments);
    out += "}}";
  }
  if (!tool_calls.empty()) out += ']';
  out.append(R"(},"logprobs":null,"finish_reason":")").append(finish_text(end.finish));
  return out.append(R"("}],"usage":)").append(usage_json(account.usage)).append("}");
}

}  // namespace antiphon::front
