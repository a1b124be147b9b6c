#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "apps/director/library/asset_store.h"
#include "engine/app/changes.h"
#include "engine/async/pool.h"
#include "engine/async/single_flight.h"
#include "engine/search/index.h"

namespace antiphon::director {

/// A clip that was found.
struct FoundClip {
  std::shared_ptr<const Asset> asset;
  search::Hit hit;
};

/// What can be shown: searches the clips of a tenant by words. Lives on one core; keeps each used
/// tenant's index in memory, built from SQL and built anew when its library changes.
class Library {
 public:
  /// @param lexicon  null: words meet by their stems only
  Library(AssetStore& assets, app::Changes& changes, TaskGroup& tasks, Pool& pool,
          std::shared_ptr<const search::Lexicon> lexicon);

  /// The best clips of at least found_confidence_min, best first; none when nothing is near.
  /// @throws Error when the library cannot be read
  Task<std::vector<FoundClip>> search(std::string tenant, std::string words, std::size_t limit,
                                      Due due);

  /// A clip by its id; null when the tenant has none such.
  Task<std::shared_ptr<const Asset>> find(std::string tenant, std::string asset_id, Due due);

  /// The clip that stands in when searching fails: the tenant's first, if its library was ever
  /// read.
  std::shared_ptr<const Asset> default_clip(const std::string& tenant) const;

  /// Reads a tenant's library ahead of the first search.
  Task<> warm(std::string tenant, Due due);

  /// What a change of a tenant's assets is published under.
  static constexpr std::string_view changed = "director.library";

 private:
  struct Shelf {
    explicit Shelf(search::Index searched) : index(std::move(searched)) {}
    search::Index index;
    std::map<std::string, std::shared_ptr<const Asset>, std::less<>> assets;
  };
  using ShelfPointer = std::shared_ptr<const Shelf>;
  Task<ShelfPointer> shelf(std::string tenant, Due due);
  Task<ShelfPointer> read(std::string tenant);
  static std::shared_ptr<Shelf> shelf_after(const Shelf& before, std::vector<Asset> assets);

  AssetStore& assets_;
  Pool& pool_;  ///< builds indexes beside the core
  std::shared_ptr<const search::Lexicon> lexicon_;
  SingleFlight<ShelfPointer> reading_;
  std::map<std::string, ShelfPointer, std::less<>> shelves_;
  std::map<std::string, ShelfPointer, std::less<>> last_known_;
  std::map<std::string, unsigned, std::less<>> changes_seen_;  ///< of each tenant
  app::Changes::Subscription subscription_;
};

/// Clips below it are not even worth a mention. Half of what fits, so that a creator who wants much
/// of the talk covered sees what is near.
inline constexpr double found_confidence_min = search::confidence_fits / 2;

/// How long building a tenant's index may take; a library of 50,000 clips takes a second or two.
inline constexpr Duration shelf_time_max = std::chrono::seconds(30);

}  // namespace antiphon::director
