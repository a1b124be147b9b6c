#pragma once

#include "apps/director/analysis/analysis.h"
#include "engine/skill/skill.h"

namespace antiphon::director {

inline constexpr std::string_view analyse_skill = "director.analyse";

/// The skill that says what words are about: by a model where there is one, held to what was spoken
/// and to the topics there are, else by the rules.
skill::Skill<Speech, Analysis> make_analyse_skill();

}  // namespace antiphon::director
