#include "engine/skill/prompt.h"
#include "engine/skill/tool.h"
#include "test/apps/limits.h"

namespace antiphon::apps_test {

LimitSection skill_limits() {
  constexpr const char* file = "PromptFile.has_a_largest_size";
  constexpr const char* calls = "ToolTest.one_step_has_so_many_calls";
  return {.title = "Skills",
          .limits = {
              {"skill.prompt_file_bytes_max", in_bytes(skill::prompt_file_bytes_max),
               "of a prompt's file; it is not used", file},
              {"skill.prompt_inputs_max", digits(skill::prompt_inputs_max),
               "inputs, or constants, of a prompt; it is not used", file},
              {"skill.prompt_bytes_max", in_bytes(skill::prompt_bytes_max),
               "of a question to a model, where its prompt says no less; rules answer",
               "PromptRender.refuses_what_is_too_long"},
              {"skill.answer_bytes_max", in_bytes(skill::answer_bytes_max),
               "of a model's answer, where its prompt says no less; it is let go, rules answer",
               "ByModelTest.lets_a_model_go_that_talks_without_end"},
              {"skill.tool_steps_max", digits(skill::tool_steps_max),
               "rounds of calls before a model answers; then rules do",
               "ToolTest.the_steps_have_an_end"},
              {"skill.tool_calls_max", digits(skill::tool_calls_max),
               "of one round; further ones are refused, twice as many end the answer", calls},
              {"skill.tool_result_bytes_max", in_bytes(skill::tool_result_bytes_max),
               "of what a call gives; the model is told to ask for less",
               "ToolTest.results_are_data_and_have_a_largest_size"},
          }};
}

}  // namespace antiphon::apps_test
