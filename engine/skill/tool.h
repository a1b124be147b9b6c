#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/call.h"
#include "engine/model/chat.h"
#include "engine/schema/json.h"

// What a model may call while it answers a skill (E-106). It is called with what a model makes of
// texts from outside, so anybody who can write such a text may choose the arguments: a tool reads,
// within what the caller could read anyway. What changes something is asked of a person.

namespace antiphon::skill {

inline constexpr int tool_steps_max = 4;          ///< rounds of calls before a model answers
inline constexpr std::size_t tool_calls_max = 8;  ///< of one round; further ones are refused
inline constexpr std::size_t tool_result_bytes_max = std::size_t{16} << 10;
inline constexpr std::size_t tool_name_bytes_max = 64;

struct Tool {
  std::string name;         ///< letters, digits, _ and -
  std::string description;  ///< for the model: what it gives and when to call it
  std::string permission;   ///< the caller's; without it the model does not hear of the tool
  std::string parameters;   ///< JSON Schema of the arguments
  /// @param arguments  a JSON object, as the model gave it: checked by the tool
  /// @return JSON. @throws Error; of what it says, the model hears the kind, or the broken fields
  std::function<Task<std::string>(std::string arguments, Call call)> run;
};

namespace detail {
/// @throws Error{Code::internal} for a name that providers refuse
Tool describe_tool(std::string name, std::string description, std::string permission,
                   const schema::Type& arguments);
}  // namespace detail

/// A tool over described structs: arguments are checked before `run` sees them.
/// @param permission  "director:asset:read"
template <class Arguments, class Result>
Tool make_tool(std::string name, std::string description, std::string permission,
               std::function<Task<Result>(Arguments, Call)> run) {
  Tool tool = detail::describe_tool(std::move(name), std::move(description), std::move(permission),
                                    schema::of<Arguments>());
  // Static: what it needs goes in as values, since the tool may be gone while it runs.
  tool.run = [run = std::move(run)](std::string arguments, Call call) {
    return [](std::function<Task<Result>(Arguments, Call)> work, std::string json,
              Call caller) -> Task<std::string> {
      auto checked = schema::parse<Arguments>(json, {.null_is_absent = true});
      co_return schema::to_json(co_await work(std::move(checked), std::move(caller)));
    }(run, std::move(arguments), std::move(call));
  };
  return tool;
}

/// Those that the caller may use.
std::vector<const Tool*> permitted(const std::vector<Tool>& tools, const Principal& caller);

/// What a call gave: what the model is told, and whether that is a result.
struct ToolResult {
  std::string text;
  bool is_answer = false;
};

/// Calls the one that a model has named, with the caller's access, until the call's deadline. What
/// goes wrong is told to the model; results stand in a fence, as all data do.
/// @param offered  outlives it
/// @throws Error{Code::timeout} at the deadline
Task<ToolResult> call_tool(std::vector<const Tool*> offered, model::ToolCall wanted, Call call);

}  // namespace antiphon::skill
