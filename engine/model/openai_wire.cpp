#include "engine/model/limits.h"
#include "engine/model/openai_quick.h"
#include "engine/model/provider_wires.h"
#include "engine/schema/json.h"

// Source: OpenAI's chat completions, and what vLLM, llama.cpp, LM Studio and OpenRouter make of
// them.

namespace antiphon::model {
namespace {

struct OpenAiFunction {
  std::string name;
  std::string arguments;
};

auto describe(schema::Tag<OpenAiFunction>) {
  return schema::object<OpenAiFunction>("OpenAiFunction")
      .field("name", &OpenAiFunction::name, "")
      .field("arguments", &OpenAiFunction::arguments, "")
      .all_defaulted();
}

struct OpenAiCall {
  std::optional<std::int64_t> index;
  std::string id;
  OpenAiFunction function;
};

auto describe(schema::Tag<OpenAiCall>) {
  return schema::object<OpenAiCall>("OpenAiCall")
      .field("index", &OpenAiCall::index, "")
      .field("id", &OpenAiCall::id, "")
      .field("function", &OpenAiCall::function, "")
      .all_defaulted();
}

struct OpenAiMessage {
  schema::Value content;  // a text; of some a list of parts
  schema::Value reasoning;
  schema::Value reasoning_content;
  schema::Value refusal;
  std::vector<OpenAiCall> tool_calls;
};

auto describe(schema::Tag<OpenAiMessage>) {
  return schema::object<OpenAiMessage>("OpenAiMessage")
      .field("content", &OpenAiMessage::content, "")
      .field("reasoning", &OpenAiMessage::reasoning, "")
      .field("reasoning_content", &OpenAiMessage::reasoning_content, "")
      .field("refusal", &OpenAiMessage::refusal, "")
      .field("tool_calls", &OpenAiMessage::tool_calls, "")
      .all_defaulted();
}

struct OpenAiChoice {
  std::int64_t index = 0;
  std::optional<OpenAiMessage> delta;
  std::optional<OpenAiMessage> message;
  std::string finish_reason;
};

auto describe(schema::Tag<OpenAiChoice>) {
  return schema::object<OpenAiChoice>("OpenAiChoice")
      .field("index", &OpenAiChoice::index, "")
      .field("delta", &OpenAiChoice::delta, "")
      .field("message", &OpenAiChoice::message, "")
      .field("finish_reason", &OpenAiChoice::finish_reason, "")
      .all_defaulted();
}

struct OpenAiTokens {
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::int64_t> reasoning_tokens;
};

auto describe(schema::Tag<OpenAiTokens>) {
  return schema::object<OpenAiTokens>("OpenAiTokens")
      .field("cached_tokens", &OpenAiTokens::cached_tokens, "")
      .field("reasoning_tokens", &OpenAiTokens::reasoning_tokens, "");
}

struct OpenAiUsage {
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> completion_tokens;
  OpenAiTokens prompt_tokens_details;
  OpenAiTokens completion_tokens_details;
};

auto describe(schema::Tag<OpenAiUsage>) {
  return schema::object<OpenAiUsage>("OpenAiUsage")
      .field("prompt_tokens", &OpenAiUsage::prompt_tokens, "")
      .field("completion_tokens", &OpenAiUsage::completion_tokens, "")
      .field("prompt_tokens_details", &OpenAiUsage::prompt_tokens_details, "")
      .field("completion_tokens_details", &OpenAiUsage::completion_tokens_details, "")
      .all_defaulted();
}

struct OpenAiChunk {
  std::string model;
  std::string object;
  std::vector<OpenAiChoice> choices;
  std::optional<OpenAiUsage> usage;
  schema::Value error;
};

auto describe(schema::Tag<OpenAiChunk>) {
  return schema::object<OpenAiChunk>("OpenAiChunk")
      .field("model", &OpenAiChunk::model, "")
      .field("object", &OpenAiChunk::object, "")
      .field("choices", &OpenAiChunk::choices, "")
      .field("usage", &OpenAiChunk::usage, "")
      .field("error", &OpenAiChunk::error, "")
      .all_defaulted();
}

std::size_t text_bytes(const schema::Value& value) {
  return value.is_text() ? value.text().size() : 0;
}

std::string openai_text(const schema::Value& content) {
  if (content.is_text()) return content.text();
  std::string text;
  if (!content.is_array()) return text;
  for (const schema::Value& part : content.items()) {
    const schema::Value* piece = part.find("text");
    if (piece && piece->is_text()) text += piece->text();
  }
  return text;
}

Finish openai_finish(std::string_view reason) {
  static constexpr std::pair<std::string_view, Finish> reasons[] = {
      {"stop", Finish::stop},
      {"length", Finish::length},
      {"tool_calls", Finish::tool_calls},
      {"function_call", Finish::tool_calls},
      {"content_filter", Finish::content_filter},
      {"eos", Finish::stop},
      {"end_turn", Finish::stop},
      {"max_tokens", Finish::length}};
  const auto* found = std::ranges::find(reasons, reason, [](const auto& row) { return row.first; });
  return found == std::end(reasons) ? Finish::truncated : found->second;
}

class OpenAiWire final : public AnswerWire {
 public:
  explicit OpenAiWire(bool is_quick) : is_quick_(is_quick) {}

  bool read(std::string_view json, AnswerState& state, ChatDelta& delta) override {
    if (json.starts_with("[DONE]")) {
      if (!state.has_finish) state.end.finish = Finish::stop;
      state.has_finish = state.is_over = true;
      return true;
    }
    if (auto quick = is_quick_ ? read_quick_chunk(json) : std::nullopt) {
      delta.text = std::move(quick->text);
      if (!quick->model.empty()) state.end.model = quick->model;
      return true;
    }
    if (auto quick = is_quick_ ? read_quick_answer(json) : std::nullopt) {
      delta.text = std::move(quick->text);
      if (!quick->model.empty()) state.end.model = quick->model;
      state.end.usage = quick->usage;
      take_finish(quick->finish, state);
      return true;
    }
    return read_described(json, state, delta);
  }

 private:
  bool read_described(std::string_view json, AnswerState& state, ChatDelta& delta) {
    OpenAiChunk chunk;
    std::vector<FieldError> errors;
    schema::parse_json(json, schema::of<OpenAiChunk>(), &chunk, schema::ParseOptions::outside(),
                       errors);
    if (!errors.empty()) return false;
    if (!chunk.error.is_null() || chunk.object == "error") {
      state.error = error_facts_within(json).value_or(ErrorFacts{});
      return true;
    }
    if (!chunk.model.empty()) state.end.model = std::move(chunk.model);
    if (chunk.usage) take_usage(*chunk.usage, state.end.usage);
    for (OpenAiChoice& choice : chunk.choices) {
      if (choice.index == 0 && !take_choice(choice, state, delta)) return false;
    }
    return true;
  }

  static void take_usage(const OpenAiUsage& told, Usage& usage) {
    usage.tokens_in = count_of(told.prompt_tokens);
    usage.tokens_out = count_of(told.completion_tokens);
    usage.tokens_cached = count_of(told.prompt_tokens_details.cached_tokens);
    usage.tokens_reasoning = count_of(told.completion_tokens_details.reasoning_tokens);
  }

  // A whole message may come without a reason for its end: its JSON has one.
  bool take_choice(OpenAiChoice& choice, AnswerState& state, ChatDelta& delta) {
    if (choice.delta && !take_message(*choice.delta, state, delta)) return false;
    if (choice.message && !take_message(*choice.message, state, delta)) return false;
    if (!choice.finish_reason.empty() || choice.message) take_finish(choice.finish_reason, state);
    return true;
  }

  void take_finish(std::string_view reason, AnswerState& state) const {
    state.has_finish = true;
    state.end.finish = reason.empty() ? Finish::stop : openai_finish(reason);
    if (refused_ && state.end.finish == Finish::stop) state.end.finish = Finish::content_filter;
  }

  bool take_message(OpenAiMessage& message, AnswerState& state, ChatDelta& delta) {
    for (OpenAiCall& call : message.tool_calls) {
      if (!take_call(call, state, delta)) return false;
    }
    delta.text += openai_text(message.content);
    state.thought_bytes += text_bytes(message.reasoning) + text_bytes(message.reasoning_content);
    refused_ = refused_ || text_bytes(message.refusal) > 0;
    state.has_refused = refused_;
    return true;
  }

  // Where the index is missing, an id begins the next call and what has none goes on with the last.
  bool take_call(OpenAiCall& call, AnswerState& state, ChatDelta& delta) {
    std::int64_t begun = static_cast<std::int64_t>(state.tool_calls);
    std::int64_t next = call.id.empty() && begun > 0 ? begun - 1 : begun;
    std::int64_t index = call.index.value_or(next);
    if (index < 0 || index >= static_cast<std::int64_t>(tool_calls_max)) return false;
    state.tool_calls = static_cast<std::size_t>(std::max(begun, index + 1));
    delta.tool_calls.push_back({static_cast<std::size_t>(index), std::move(call.id),
                                std::move(call.function.name), std::move(call.function.arguments)});
    return true;
  }

  bool is_quick_;
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<AnswerWire> make_openai_wire() { return std::make_unique<OpenAiWire>(true); }
std::unique_ptr<AnswerWire> make_described_openai_wire() {
  return std::make_unique<OpenAiWire>(false);
}

}  // namespace antiphon::model
