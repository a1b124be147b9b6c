#pragma once

#include "apps/director/analysis/analysis.h"
#include "engine/skill/skill.h"

namespace antiphon::director {

inline constexpr std::string_view analyse_skill = "director.analyse";

/// The skill that says what words are about.
inline skill::Skill<Speech, Analysis> make_analyse_skill() {
  return {.name = std::string(analyse_skill),
          .version = "2",
          .rules = analyse,
          .cache = {.time_to_live = std::chrono::hours(1)}};
}

}  // namespace antiphon::director
