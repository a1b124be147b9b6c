#include "apps/director/library/word_match.h"

#include <set>

#include "apps/director/library/asset.h"

namespace antiphon::director {

std::vector<WordMatch> matches_of(const search::Hit& hit) {
  std::vector<search::Field> fields = asset_fields();
  std::set<std::pair<std::string, std::string>> seen;
  std::vector<WordMatch> matches;
  for (const search::Match& match : hit.matches) {
    if (!seen.emplace(match.query_word, match.document_word).second) continue;
    matches.push_back({.heard = match.query_word,
                       .found = match.document_word,
                       .where = fields[match.field].name,
                       .relation = std::string(search::to_text(match.relation)),
                       .share = match.share});
  }
  return matches;
}

}  // namespace antiphon::director
