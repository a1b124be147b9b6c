#pragma once

#include <map>
#include <string>

#include "engine/schema/describe.h"
#include "engine/search/document.h"

namespace antiphon::director {

enum class Thumb { down, none, up };

inline auto describe(schema::Tag<Thumb>) {
  return schema::enumeration<Thumb>("Thumb", "How the creator likes a clip")
      .value("down", Thumb::down, "comes less easily")
      .value("none", Thumb::none, "no thumb, or taken back")
      .value("up", Thumb::up, "comes more easily");
}

enum class Standing { free, pinned, banned };

inline auto describe(schema::Tag<Standing>) {
  return schema::enumeration<Standing>("Standing", "What the creator has decided about a clip")
      .value("free", Standing::free, "nothing")
      .value("pinned", Standing::pinned, "goes before others whenever it fits at all")
      .value("banned", Standing::banned, "is never chosen");
}

/// What a creator thinks of a clip (D-8).
struct Opinion {
  Thumb thumb = Thumb::none;
  Standing standing = Standing::free;
  bool operator==(const Opinion&) const = default;
};

/// What a creator thinks, by clip; clips of which nothing is thought are absent.
using OpinionsByAsset = std::map<std::string, Opinion, std::less<>>;

Opinion opinion_of(const OpinionsByAsset& opinions, const std::string& asset_id);

Opinion with_thumb(Opinion before, Thumb thumb);
/// Pinned or banned from now on; or, where `is_so` is false, no longer. A clip that is the other of
/// the two stays that when it is told it is not this one.
Opinion with_standing(Opinion before, Standing standing, bool is_so);

/// How well a clip fits for this creator: a thumb up closes three tenths of the way to certain, a
/// thumb down halves; a pinned clip that fits at all counts as nearly certain, a banned one as
/// nothing. Pure.
/// @param confidence  as the search gives it, in [0, 1]
/// @return in [0, 1]
double weigh(double confidence, Opinion opinion);

/// From this confidence on a pinned clip fits: half of what others need.
inline constexpr double pinned_confidence_min = search::confidence_fits / 2;

}  // namespace antiphon::director
