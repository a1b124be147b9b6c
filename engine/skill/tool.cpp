#include "engine/skill/tool.h"

#include "engine/schema/json_schema.h"
#include "engine/skill/answer_text.h"
#include "engine/skill/fence.h"

namespace antiphon::skill {
namespace {

ToolResult told(std::string text) { return {.text = std::move(text)}; }

std::string fenced(std::string_view name, std::string_view text) {
  std::string plain = neutralised(text);
  return Fence({plain}).around(name, plain);
}

// What a model hears of a failure: nothing that its maker did not write for callers.
ToolResult told_failure(const Error& error) {
  if (error.fields().empty()) return told(fmt::format("It failed: {}.", to_text(error.code())));
  return told("The arguments are not right.\n" + fenced("problems", problems_of(error.fields())));
}

}  // namespace

Tool detail::describe_tool(std::string name, std::string description, std::string permission,
                           const schema::Type& arguments) {
  bool is_name = !name.empty() && name.size() <= tool_name_bytes_max &&
                 std::ranges::all_of(name, [](unsigned char c) {
                   return std::isalnum(c) != 0 || c == '_' || c == '-';
                 });
  ENSURE(is_name, "a tool's name has letters, digits, _ and -");
  ENSURE(!permission.empty(), "a tool names the permission that its caller needs");
  return {.name = std::move(name),
          .description = std::move(description),
          .permission = std::move(permission),
          .parameters = schema::to_json(schema::json_schema(arguments)),
          .run = nullptr};
}

std::vector<const Tool*> permitted(const std::vector<Tool>& tools, const Principal& caller) {
  std::vector<const Tool*> found;
  for (const Tool& tool : tools) {
    if (caller.may(tool.permission)) found.push_back(&tool);
  }
  return found;
}

Task<ToolResult> call_tool(std::vector<const Tool*> offered, model::ToolCall wanted, Call call) {
  auto tool = std::ranges::find(offered, wanted.name, &Tool::name);
  if (tool == offered.end()) co_return told("There is no such tool.");
  trace::Span span(call.trace(), "tool " + (*tool)->name);
  std::string arguments = wanted.arguments.empty() ? "{}" : std::move(wanted.arguments);
  Call below = call.below(span);
  try {
    std::string json =
        co_await within(call.deadline(), (*tool)->run(std::move(arguments), std::move(below)));
    if (json.size() > tool_result_bytes_max) {
      span.fail("too_large");
      co_return told("The result is too large: ask for less.");
    }
    co_return ToolResult{.text = fenced("result", json), .is_answer = true};
  } catch (const Error& error) {
    span.fail(to_text(error.code()));
    if (call.left() <= Duration::zero()) throw;
    co_return told_failure(error);
  }
}

}  // namespace antiphon::skill
