#include "engine/model/limits.h"
#include "engine/model/provider_wires.h"
#include "engine/schema/json.h"

// Source: Ollama's api/types.go and server/routes.go.

namespace antiphon::model {
namespace {

struct OllamaFunction {
  std::string name;
  schema::RawJson arguments{"{}"};  // an object, where others have a text
};

auto describe(schema::Tag<OllamaFunction>) {
  return schema::object<OllamaFunction>("OllamaFunction")
      .field("name", &OllamaFunction::name, "")
      .field("arguments", &OllamaFunction::arguments, "")
      .all_defaulted();
}

struct OllamaCall {
  std::string id;
  OllamaFunction function;
};

auto describe(schema::Tag<OllamaCall>) {
  return schema::object<OllamaCall>("OllamaCall")
      .field("id", &OllamaCall::id, "")
      .field("function", &OllamaCall::function, "")
      .all_defaulted();
}

struct OllamaMessage {
  std::string content;
  std::string thinking;
  std::vector<OllamaCall> tool_calls;
};

auto describe(schema::Tag<OllamaMessage>) {
  return schema::object<OllamaMessage>("OllamaMessage")
      .field("content", &OllamaMessage::content, "")
      .field("thinking", &OllamaMessage::thinking, "")
      .field("tool_calls", &OllamaMessage::tool_calls, "")
      .all_defaulted();
}

struct OllamaLine {
  std::string model;
  std::string created_at;
  OllamaMessage message;
  bool done = false;
  std::string done_reason;
  std::int64_t load_duration = 0;  // ns
  std::optional<std::int64_t> prompt_eval_count;
  std::optional<std::int64_t> eval_count;
  schema::Value error;
};

auto describe(schema::Tag<OllamaLine>) {
  return schema::object<OllamaLine>("OllamaLine")
      .field("model", &OllamaLine::model, "")
      .field("created_at", &OllamaLine::created_at, "")
      .field("message", &OllamaLine::message, "")
      .field("done", &OllamaLine::done, "")
      .field("done_reason", &OllamaLine::done_reason, "")
      .field("load_duration", &OllamaLine::load_duration, "")
      .field("prompt_eval_count", &OllamaLine::prompt_eval_count, "")
      .field("eval_count", &OllamaLine::eval_count, "")
      .field("error", &OllamaLine::error, "")
      .all_defaulted();
}

// "load" and "unload" end what asked for nothing.
Finish ollama_finish(std::string_view reason) {
  if (reason == "length") return Finish::length;
  bool is_stop = reason.empty() || reason == "stop" || reason == "load" || reason == "unload";
  return is_stop ? Finish::stop : Finish::truncated;
}

// Older servers give no ids. One is made of the time of the answer, so that those of two answers
// in one conversation differ.
std::string ollama_call_id(const OllamaLine& line, std::size_t index) {
  std::string id = "call_";
  std::ranges::copy_if(line.created_at, std::back_inserter(id),
                       [](char c) { return c >= '0' && c <= '9'; });
  return fmt::format("{}_{}", id, index);
}

class OllamaWire final : public AnswerWire {
 public:
  bool read(std::string_view json, AnswerState& state, ChatDelta& delta) override {
    OllamaLine line;
    std::vector<FieldError> errors;
    schema::parse_json(json, schema::of<OllamaLine>(), &line, schema::ParseOptions::outside(),
                       errors);
    if (!errors.empty()) return false;
    if (!line.error.is_null()) {
      state.error = error_facts_within(json).value_or(ErrorFacts{});
      return true;
    }
    if (state.tool_calls + line.message.tool_calls.size() > tool_calls_max) return false;
    for (OllamaCall& call : line.message.tool_calls) take_call(line, call, state, delta);
    delta.text = std::move(line.message.content);
    state.thought_bytes += line.message.thinking.size();
    if (line.done) take_end(line, state.end);
    state.has_finish = state.is_over = line.done;
    if (!line.model.empty()) state.end.model = std::move(line.model);
    return true;
  }

 private:
  static void take_call(const OllamaLine& line, OllamaCall& call, AnswerState& state,
                        ChatDelta& delta) {
    std::size_t index = state.tool_calls++;
    std::string id = call.id.empty() ? ollama_call_id(line, index) : std::move(call.id);
    delta.tool_calls.push_back({index, std::move(id), std::move(call.function.name),
                                std::move(call.function.arguments.text)});
  }

  // A count that is missing is unknown, not 0: a prompt may have come from the cache.
  static void take_end(const OllamaLine& line, ChatEnd& end) {
    end.finish = ollama_finish(line.done_reason);
    end.usage.tokens_in = count_of(line.prompt_eval_count);
    end.usage.tokens_out = count_of(line.eval_count);
    end.is_cold = std::chrono::nanoseconds(line.load_duration) > cold_load_time;
  }
};

}  // namespace

std::unique_ptr<AnswerWire> make_ollama_wire() { return std::make_unique<OllamaWire>(); }

}  // namespace antiphon::model
