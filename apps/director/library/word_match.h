#pragma once

#include <string>
#include <vector>

#include "engine/schema/describe.h"
#include "engine/search/document.h"

namespace antiphon::director {

/// Which asked word met which word of the clip (D-8).
struct WordMatch {
  std::string heard;
  std::string found;
  std::string where;
  std::string relation;
  double share = 0;
};

inline auto describe(schema::Tag<WordMatch>) {
  return schema::object<WordMatch>("WordMatch", "A word that met a word of the clip")
      .field("heard", &WordMatch::heard, "As it was heard or typed")
      .field("found", &WordMatch::found, "As the clip has it")
      .field("where", &WordMatch::where, "In its title, description or tags")
      .field("relation", &WordMatch::relation,
             "What the clip's word is to it: same, form, synonym, derived, broader, narrower, "
             "similar, part",
             schema::defaulted)
      .field("share", &WordMatch::share,
             "What the word brought to the confidence, in all places of the clip together",
             schema::defaulted);
}

/// Each pair of words once, where it stands first. Pure.
std::vector<WordMatch> matches_of(const search::Hit& hit);

}  // namespace antiphon::director
