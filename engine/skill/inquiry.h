#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/async/call.h"
#include "engine/gateway/gateway.h"
#include "engine/skill/answer_shape.h"
#include "engine/skill/prompt.h"
#include "engine/skill/provenance.h"
#include "engine/skill/tool.h"

namespace antiphon::skill {

/// What was found of an answer.
struct Verdict {
  std::string json;                 ///< the answer as the skill gives it, when it is right
  Fallback wrong = Fallback::none;  ///< off_schema, not_admitted
  std::string problems = {};        ///< for the model: what is wrong
};

/// One question to a model. What it refers to outlives the asking.
struct Inquiry {
  std::string skill;  ///< who asks, for usage and metrics
  std::string target;
  gateway::Priority priority = gateway::Priority::live;
  model::ChatOptions options = {};
  Rendered prompt;
  std::size_t answer_bytes = answer_bytes_max;
  const AnswerShape& shape;
  std::vector<const Tool*> tools = {};  ///< those that the caller may use
  /// Checks an answer, however a model came to it.
  std::function<Verdict(std::string_view answer)> judge;
};

/// What came of it.
struct Reply {
  std::string json;                 ///< the answer; empty: there is none
  Fallback why = Fallback::failed;  ///< there is none; none: there is one
  Provenance took = {};             ///< what was asked and what it cost, also without an answer
};

/// Asks, lets the model call tools, checks what it says, and once tells it what was wrong. Nothing
/// that a model says is taken without `judge`.
/// @param reply  filled as it goes, so that it is known what was spent when the time is over;
///               outlives the task, as `gateway` and `holds` do
/// @throws Error{Code::timeout} at the call's deadline
Task<> inquire(gateway::Gateway* gateway, Holds* holds, Inquiry inquiry, Reply* reply, Call call);

}  // namespace antiphon::skill
