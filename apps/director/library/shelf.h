#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "apps/director/library/asset.h"
#include "engine/search/index.h"

namespace antiphon::director {

/// A clip that was found.
struct FoundClip {
  std::shared_ptr<const Asset> asset;
  search::Hit hit;
};

/// Clips below it are not even worth a mention. Half of what fits, so that a creator who wants much
/// of the talk covered sees what is near.
inline constexpr double found_confidence_min = search::confidence_fits / 2;

/// The clips of one tenant that can be shown, at one moment.
struct Shelf {
  explicit Shelf(search::Index searched) : index(std::move(searched)) {}
  search::Index index;
  std::map<std::string, std::shared_ptr<const Asset>, std::less<>> assets;
};
using ShelfPointer = std::shared_ptr<const Shelf>;

/// How the library is searched for words.
search::Query clip_query(std::string words, std::size_t limit);

/// The clips of these hits.
std::vector<FoundClip> found_on(const Shelf& shelf, std::vector<search::Hit> hits);

/// The clip of this id; null when it is not there.
std::shared_ptr<const Asset> find_on(const Shelf& shelf, std::string_view asset_id);

/// The clip that stands in when searching fails: the first, if the library was ever read.
std::shared_ptr<const Asset> default_clip(const ShelfPointer& last_known);

/// The shelf without the clips that are `stale`, and with those of them that are `found` and ready.
ShelfPointer changed_shelf(const Shelf& before, const std::set<std::string>& stale,
                           std::vector<Asset> found);

}  // namespace antiphon::director
