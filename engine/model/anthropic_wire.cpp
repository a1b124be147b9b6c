#include <map>

#include "engine/model/limits.h"
#include "engine/model/provider_wires.h"
#include "engine/schema/json.h"

// Source: Anthropic's messages, version 2023-06-01.

namespace antiphon::model {
namespace {

struct AnthropicUsage {
  std::optional<std::int64_t> input_tokens;
  std::optional<std::int64_t> cache_creation_input_tokens;
  std::optional<std::int64_t> cache_read_input_tokens;
  std::optional<std::int64_t> output_tokens;
};

auto describe(schema::Tag<AnthropicUsage>) {
  return schema::object<AnthropicUsage>("AnthropicUsage")
      .field("input_tokens", &AnthropicUsage::input_tokens, "")
      .field("cache_creation_input_tokens", &AnthropicUsage::cache_creation_input_tokens, "")
      .field("cache_read_input_tokens", &AnthropicUsage::cache_read_input_tokens, "")
      .field("output_tokens", &AnthropicUsage::output_tokens, "");
}

struct AnthropicBlock {
  std::string type;
  std::string id;
  std::string name;
  std::string text;
  std::string thinking;
  schema::Value input;
};

auto describe(schema::Tag<AnthropicBlock>) {
  return schema::object<AnthropicBlock>("AnthropicBlock")
      .field("type", &AnthropicBlock::type, "")
      .field("id", &AnthropicBlock::id, "")
      .field("name", &AnthropicBlock::name, "")
      .field("text", &AnthropicBlock::text, "")
      .field("thinking", &AnthropicBlock::thinking, "")
      .field("input", &AnthropicBlock::input, "")
      .all_defaulted();
}

struct AnthropicMessage {
  std::string model;
  std::optional<AnthropicUsage> usage;
};

auto describe(schema::Tag<AnthropicMessage>) {
  return schema::object<AnthropicMessage>("AnthropicMessage")
      .field("model", &AnthropicMessage::model, "")
      .field("usage", &AnthropicMessage::usage, "")
      .all_defaulted();
}

struct AnthropicDelta {
  std::string type;
  std::string text;
  std::string partial_json;
  std::string thinking;
  std::string stop_reason;
};

auto describe(schema::Tag<AnthropicDelta>) {
  return schema::object<AnthropicDelta>("AnthropicDelta")
      .field("type", &AnthropicDelta::type, "")
      .field("text", &AnthropicDelta::text, "")
      .field("partial_json", &AnthropicDelta::partial_json, "")
      .field("thinking", &AnthropicDelta::thinking, "")
      .field("stop_reason", &AnthropicDelta::stop_reason, "")
      .all_defaulted();
}

// One event of a stream, or a whole message, whose members do not meet.
struct AnthropicEvent {
  std::string type;
  std::int64_t index = 0;
  AnthropicMessage message;
  std::optional<AnthropicBlock> content_block;
  AnthropicDelta delta;
  std::string model;
  std::vector<AnthropicBlock> content;
  std::string stop_reason;
  std::optional<AnthropicUsage> usage;
};

auto describe(schema::Tag<AnthropicEvent>) {
  return schema::object<AnthropicEvent>("AnthropicEvent")
      .field("type", &AnthropicEvent::type, "")
      .field("index", &AnthropicEvent::index, "")
      .field("message", &AnthropicEvent::message, "")
      .field("content_block", &AnthropicEvent::content_block, "")
      .field("delta", &AnthropicEvent::delta, "")
      .field("model", &AnthropicEvent::model, "")
      .field("content", &AnthropicEvent::content, "")
      .field("stop_reason", &AnthropicEvent::stop_reason, "")
      .field("usage", &AnthropicEvent::usage, "")
      .all_defaulted();
}

// A turn that is paused for tools of the provider's own is not complete.
Finish anthropic_finish(std::string_view reason) {
  if (reason == "end_turn" || reason == "stop_sequence") return Finish::stop;
  if (reason == "max_tokens" || reason == "model_context_window_exceeded") return Finish::length;
  if (reason == "tool_use") return Finish::tool_calls;
  return reason == "refusal" ? Finish::content_filter : Finish::truncated;
}

class AnthropicWire final : public AnswerWire {
 public:
  explicit AnthropicWire(std::string answer_tool) : answer_tool_(std::move(answer_tool)) {}

  bool read(std::string_view json, AnswerState& state, ChatDelta& delta) override {
    AnthropicEvent event;
    std::vector<FieldError> errors;
    schema::parse_json(json, schema::of<AnthropicEvent>(), &event, schema::ParseOptions::outside(),
                       errors);
    if (!errors.empty() || event.type.empty()) return false;
    if (event.type == "message") return read_message(event, state, delta);
    if (event.type == "message_start") {
      state.end.model = std::move(event.message.model);
      if (event.message.usage) take_first_usage(*event.message.usage, state.end.usage);
    } else if (event.type == "content_block_start") {
      return !event.content_block || begin_block(event.index, *event.content_block, state, delta);
    } else if (event.type == "content_block_delta") {
      return take_delta(event.index, event.delta, state, delta);
    } else if (event.type == "content_block_stop") {
      end_block(event.index, delta);
    } else if (event.type == "message_delta") {
      if (event.usage) take_usage(*event.usage, state.end.usage);
      take_stop(event.delta.stop_reason, state);
    } else if (event.type == "message_stop") {
      state.is_over = true;
    } else if (event.type == "error") {
      state.error = error_facts_within(json).value_or(ErrorFacts{});
    }
    return true;  // pings, and events that are not there yet
  }

 private:
  struct Call {
    std::size_t index = 0;
    bool is_answer = false;  // the tool by which the answer has its shape
    bool has_arguments = false;
  };

  bool read_message(AnthropicEvent& message, AnswerState& state, ChatDelta& delta) {
    state.end.model = std::move(message.model);
    if (message.usage) take_usage(*message.usage, state.end.usage);
    for (std::size_t at = 0; at < message.content.size(); ++at) {
      auto index = static_cast<std::int64_t>(at);
      if (!begin_block(index, message.content[at], state, delta)) return false;
      end_block(index, delta);
    }
    take_stop(message.stop_reason, state);
    return true;
  }

  bool begin_block(std::int64_t index, AnthropicBlock& block, AnswerState& state,
                   ChatDelta& delta) {
    state.thought_bytes += block.thinking.size();
    if (block.type != "tool_use") {
      delta.text += block.text;
      return true;
    }
    if (calls_.size() == tool_calls_max) return false;
    Call& call = calls_[index];
    call.is_answer = !answer_tool_.empty() && block.name == answer_tool_;
    if (!call.is_answer) {
      call.index = state.tool_calls++;
      delta.tool_calls.push_back({call.index, std::move(block.id), std::move(block.name), ""});
    }
    // In a stream it begins as an empty object, and comes in pieces.
    bool is_whole = block.input.is_object() && !block.input.members().empty();
    if (is_whole) add_arguments(call, schema::to_json(block.input), delta);
    return true;
  }

  bool take_delta(std::int64_t index, AnthropicDelta& piece, AnswerState& state, ChatDelta& delta) {
    state.thought_bytes += piece.thinking.size();
    if (piece.type == "text_delta") delta.text += piece.text;
    if (piece.type != "input_json_delta" || piece.partial_json.empty()) return true;
    auto call = calls_.find(index);
    if (call == calls_.end()) return false;
    add_arguments(call->second, std::move(piece.partial_json), delta);
    return true;
  }

  // Who gave no arguments means an empty object.
  void end_block(std::int64_t index, ChatDelta& delta) {
    auto call = calls_.find(index);
    if (call != calls_.end() && !call->second.has_arguments) {
      add_arguments(call->second, "{}", delta);
    }
  }

  static void add_arguments(Call& call, std::string json, ChatDelta& delta) {
    call.has_arguments = true;
    if (call.is_answer) {
      delta.text += json;
    } else {
      delta.tool_calls.push_back({call.index, "", "", std::move(json)});
    }
  }

  void take_stop(std::string_view reason, AnswerState& state) const {
    if (reason.empty()) return;
    state.has_finish = true;
    state.has_refused = reason == "refusal";
    state.end.finish = anthropic_finish(reason);
    bool is_answered = !answer_tool_.empty() && state.tool_calls == 0;
    if (reason == "tool_use" && is_answered) state.end.finish = Finish::stop;
  }

  // The tokens that a beginning tells are not those of an answer that is cut before its end.
  void take_first_usage(AnthropicUsage told, Usage& usage) {
    told.output_tokens.reset();
    take_usage(told, usage);
  }

  // Each event that has them tells all until then.
  void take_usage(const AnthropicUsage& told, Usage& usage) {
    if (told.input_tokens) told_.input_tokens = told.input_tokens;
    if (told.cache_creation_input_tokens) {
      told_.cache_creation_input_tokens = told.cache_creation_input_tokens;
    }
    if (told.cache_read_input_tokens) told_.cache_read_input_tokens = told.cache_read_input_tokens;
    if (told.output_tokens) told_.output_tokens = told.output_tokens;
    usage.tokens_out = count_of(told_.output_tokens);
    usage.tokens_cached = count_of(told_.cache_read_input_tokens);
    if (!told_.input_tokens) return;
    // What is written to a cache or read from one is not among the input.
    usage.tokens_in = count_of(told_.input_tokens).value_or(0) +
                      count_of(told_.cache_creation_input_tokens).value_or(0) +
                      usage.tokens_cached.value_or(0);
  }

  std::string answer_tool_;
  std::map<std::int64_t, Call> calls_;  // by block
  AnthropicUsage told_;
};

}  // namespace

std::unique_ptr<AnswerWire> make_anthropic_wire(std::string answer_tool) {
  return std::make_unique<AnthropicWire>(std::move(answer_tool));
}

}  // namespace antiphon::model
