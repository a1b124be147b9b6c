#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::model {

/// Who speaks in a conversation.
enum class Role { system, user, assistant, tool };
std::string_view to_text(Role role);

/// A call that a model asks for.
struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;  ///< a JSON object, as text

  bool operator==(const ToolCall&) const = default;
};

struct Message {
  Role role = Role::user;
  std::string text;
  std::vector<ToolCall> tool_calls = {};  ///< of an assistant
  std::string tool_call_id = {};          ///< of a tool: which call this answers

  bool operator==(const Message&) const = default;
};

/// What a model may call.
struct Tool {
  std::string name;
  std::string description;
  std::string parameters;  ///< JSON Schema of the arguments, as text
};

/// How an answer is drawn (E-94). What is absent is the provider's default; what a provider lacks
/// is refused, never left out in silence.
struct ChatOptions {
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<double> repeat_penalty;
  std::optional<std::int64_t> tokens_max;      ///< of the answer
  std::optional<std::int64_t> context_tokens;  ///< of question and answer together
  std::optional<std::int64_t> seed;
  std::vector<std::string> stop;

  bool operator==(const ChatOptions&) const = default;
};

/// What the answer must look like.
struct OutputShape {
  enum class Kind { text, json, schema };

  Kind kind = Kind::text;
  std::string name = {};    ///< of the schema: letters, digits, _ and -
  std::string schema = {};  ///< JSON Schema 2020-12, as text
};

/// One question to a model, in nobody's wire format.
struct ChatRequest {
  std::string model;  ///< as its provider names it
  std::vector<Message> messages;
  ChatOptions options = {};
  OutputShape output = {};
  std::vector<Tool> tools = {};
  bool is_streamed = true;  ///< whether the provider is asked to answer in pieces
};

/// What a call consumed. Absent: the provider did not say (which is not the same as none).
struct Usage {
  std::optional<std::int64_t> tokens_in;
  std::optional<std::int64_t> tokens_cached;     ///< of those in, read from the provider's cache
  std::optional<std::int64_t> tokens_out;        ///< reasoning included
  std::optional<std::int64_t> tokens_reasoning;  ///< of those out

  bool operator==(const Usage&) const = default;
};

/// A piece of an answer: text, or a part of a tool call.
struct ChatDelta {
  /// A piece of the call at `index`: the first has id and name, all add to the arguments.
  struct ToolCallPart {
    std::size_t index = 0;
    std::string id;
    std::string name;
    std::string arguments;

    bool operator==(const ToolCallPart&) const = default;
  };

  std::string text;
  std::vector<ToolCallPart> tool_calls = {};

  /// Whether it brings anything that a caller can use.
  bool is_empty() const { return text.empty() && tool_calls.empty(); }
  bool operator==(const ChatDelta&) const = default;
};

/// A model that counts its calls beyond this is not well.
inline constexpr std::size_t tool_calls_most = 128;
/// Adds a part to the call that it belongs to; one of a call beyond `tool_calls_most` goes nowhere.
void add_part(std::vector<ToolCall>& calls, const ChatDelta::ToolCallPart& part);

/// Why an answer ended.
enum class Finish {
  stop,            ///< it was complete
  length,          ///< a limit of tokens
  tool_calls,      ///< it asks for tools
  content_filter,  ///< the provider withheld the rest
  truncated        ///< it was cut: nobody says that this is all
};
std::string_view to_text(Finish finish);

/// What is known at the end of an answer.
struct ChatEnd {
  Finish finish = Finish::truncated;
  Usage usage;
  std::string model;                ///< as the provider reported it
  bool is_cold = false;             ///< the model had to be loaded first: no measure of its speed
  std::size_t malformed_lines = 0;  ///< skipped
};

}  // namespace antiphon::model
