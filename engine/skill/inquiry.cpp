#include "engine/skill/inquiry.h"

#include "engine/skill/answer_text.h"
#include "engine/skill/fence.h"

namespace antiphon::skill {
namespace {

// How much of a wrong answer its model is shown again.
constexpr std::size_t echo_length = 2'000;
constexpr std::size_t problems_length = 2'000;

constexpr std::string_view repair_request =
    "That is not what was asked for. What is wrong with it stands below, as data. Answer the "
    "question again: one JSON object of the form that was asked for, and nothing else.\n\n";

// A whole answer.
struct Said {
  std::string text;
  std::vector<model::ToolCall> tool_calls;
  model::Finish finish = model::Finish::truncated;
};

Fallback ended_badly(model::Finish finish) {
  switch (finish) {
    case model::Finish::stop:
    case model::Finish::tool_calls: return Fallback::none;
    case model::Finish::length:
    case model::Finish::truncated: return Fallback::truncated;
    case model::Finish::content_filter: return Fallback::filtered;
  }
  return Fallback::truncated;
}

class Conversation {
 public:
  Conversation(gateway::Gateway& gateway, Holds& holds, Inquiry inquiry, Reply& reply, Call call)
      : gateway_(gateway),
        holds_(holds),
        inquiry_(std::move(inquiry)),
        reply_(reply),
        call_(std::move(call)),
        key_(inquiry_.skill + "\n" + inquiry_.target),
        hold_(holds_.first(key_, now())) {
    later_.push_back({.role = model::Role::user, .text = std::move(inquiry_.prompt.user)});
  }

  Task<> hold() {
    for (int steps = 0;;) {
      Instant begun = now();
      auto said = co_await ask();
      if (!said) co_return;
      reply_.why = ended_badly(said->finish);
      if (reply_.why != Fallback::none) co_return;
      if (!said->tool_calls.empty() && !inquiry_.tools.empty()) {
        if (++steps > tool_steps_max) {
          reply_.why = Fallback::tool_steps;
          co_return;
        }
        co_await use_tools(std::move(*said));
        continue;
      }
      Verdict verdict = inquiry_.judge(said->text);
      reply_.why = verdict.wrong;
      bool is_second = reply_.took.repair != Repair::none;
      if (verdict.wrong == Fallback::none) {
        if (is_second) reply_.took.repair = Repair::mended;
        reply_.json = std::move(verdict.json);
        co_return;
      }
      // A second answer that cannot be there in time is not asked for.
      if (is_second || now() + (now() - begun) > call_.deadline()) co_return;
      ask_again(said->text, verdict.problems);
    }
  }

 private:
  static Instant now() { return Core::here().clock().steady(); }

  // One question; nothing: why() is set. A model that cannot be held by its provider is told more.
  Task<std::optional<Said>> ask() {
    while (true) {
      auto asked = co_await gateway_.chat(make_ask(), call_);
      if (asked) {
        holds_.learn(key_, hold_, now());
        co_return co_await hear(**asked);
      }
      const gateway::GatewayFailure& failure = asked.error();
      reply_.why = fallback_of(failure);
      reply_.took.attempts += failure.attempts;
      if (reply_.why != Fallback::unsupported || hold_ == Hold::text) co_return std::nullopt;
      hold_ = hold_ == Hold::schema ? Hold::json : Hold::text;
    }
  }

  gateway::ChatAsk make_ask() const {
    model::ChatRequest request{.model = {}, .messages = {}};
    std::string system = inquiry_.prompt.system + "\n\n" + instructions_of(inquiry_.shape, hold_);
    request.messages.push_back({.role = model::Role::system, .text = std::move(system)});
    request.messages.insert(request.messages.end(), later_.begin(), later_.end());
    request.options = inquiry_.options;
    request.output = output_of(inquiry_.shape, hold_);
    for (const Tool* tool : inquiry_.tools) {
      request.tools.push_back({tool->name, tool->description, tool->parameters});
    }
    return {.target = inquiry_.target,
            .request = std::move(request),
            .purpose = inquiry_.skill,
            .priority = inquiry_.priority,
            .cache = {.joins = true}};
  }

  // Dropping an answer before its end closes the connection, so a model cannot talk without end.
  Task<std::optional<Said>> hear(gateway::Answer& answer) {
    Said said;
    bool fits = true;
    try {
      while (fits) {
        auto delta = co_await answer.next();
        if (!delta) break;
        fits = take(said, *delta);
      }
    } catch (...) {
      add(reply_.took, answer.account());
      throw;
    }
    add(reply_.took, answer.account());
    said.finish = answer.end().finish;
    if (fits) co_return said;
    reply_.took.is_usage_estimated = true;  // it was cut before its end
    reply_.why = Fallback::too_large;
    co_return std::nullopt;
  }

  bool take(Said& said, const model::ChatDelta& delta) {
    said.text += delta.text;
    heard_bytes_ += delta.text.size();
    for (const auto& part : delta.tool_calls) {
      if (part.index >= 2 * tool_calls_max) return false;
      model::add_part(said.tool_calls, part);
      heard_bytes_ += part.id.size() + part.name.size() + part.arguments.size();
    }
    return heard_bytes_ <= inquiry_.answer_bytes;
  }

  Task<> use_tools(Said said) {
    later_.push_back({.role = model::Role::assistant,
                      .text = neutralised(said.text),
                      .tool_calls = said.tool_calls});
    heard_bytes_ = 0;
    for (std::size_t at = 0; at < said.tool_calls.size(); ++at) {
      model::ToolCall& wanted = said.tool_calls[at];
      std::string id = wanted.id;
      ToolResult result{.text = "Too many calls at once."};
      if (at < tool_calls_max) {
        result = co_await call_tool(inquiry_.tools, std::move(wanted), call_);
      }
      ++reply_.took.tool_calls;
      if (!result.is_answer) ++reply_.took.tool_failures;
      later_.push_back({.role = model::Role::tool,
                        .text = std::move(result.text),
                        .tool_calls = {},
                        .tool_call_id = std::move(id)});
    }
  }

  void ask_again(std::string_view answer, std::string_view problems) {
    reply_.took.repair = Repair::failed;  // until it is mended
    heard_bytes_ = 0;
    std::string wrong = neutralised(first_code_points(problems, problems_length));
    later_.push_back({.role = model::Role::assistant,
                      .text = neutralised(first_code_points(answer, echo_length))});
    later_.push_back(
        {.role = model::Role::user,
         .text = std::string(repair_request) + Fence({wrong}).around("problems", wrong)});
  }

  gateway::Gateway& gateway_;
  Holds& holds_;
  Inquiry inquiry_;
  Reply& reply_;
  Call call_;
  std::string key_;
  Hold hold_;
  std::vector<model::Message> later_;  // all after the system's message
  std::size_t heard_bytes_ = 0;        // of the answer that is being heard
};

}  // namespace

Task<> inquire(gateway::Gateway* gateway, Holds* holds, Inquiry inquiry, Reply* reply, Call call) {
  Conversation conversation(*gateway, *holds, std::move(inquiry), *reply, std::move(call));
  co_await conversation.hold();
}

}  // namespace antiphon::skill
