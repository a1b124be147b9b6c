#pragma once

#include "apps/director/take/world.h"

namespace antiphon::director {

/// The world of a take that is replayed: analysis and search are done again, over the library and
/// the opinions that stand on the tape.
/// @param lexicon  null: words meet by their stems only
std::unique_ptr<World> make_replayed_world(const skill::Skill<Speech, Analysis>& analyse,
                                           std::shared_ptr<const search::Lexicon> lexicon,
                                           live::Session& session);

}  // namespace antiphon::director
