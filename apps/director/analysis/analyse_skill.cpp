#include "apps/director/analysis/analyse_skill.h"

#include <fmt/ranges.h>

#include "apps/director/analysis/admission.h"
#include "apps/director/analysis/lexicon.h"

namespace antiphon::director {

std::span<const EmbeddedFile> prompts();  // prompts/*.md, put in by the build

skill::Skill<Speech, Analysis> make_analyse_skill() {
  const auto& topics = lexicon_of(text::Language::english).topics();
  return {.name = std::string(analyse_skill),
          .version = "2",
          .rules = analyse,
          .cache = {.time_to_live = std::chrono::hours(1)},
          .by_model = {.prompt = skill::embedded_prompt(prompts(), "analyse.md"),
                       .constants = {{"topics", fmt::format("{}", fmt::join(topics, ", "))}}},
          .admit = why_not_admitted};
}

}  // namespace antiphon::director
