#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "apps/director/library/asset_store.h"
#include "apps/director/library/shelf.h"
#include "engine/app/changes.h"
#include "engine/async/pool.h"
#include "engine/async/single_flight.h"

namespace antiphon::director {

/// What can be shown: searches the ready clips of a tenant by words. Lives on one core; keeps each
/// used tenant's index in memory, built from SQL, and brings it up to date clip by clip.
class Library {
 public:
  /// @param pool  where an index is built; outlives this
  /// @param lexicon  null: words meet by their stems only
  Library(AssetStore& assets, app::Changes& changes, Pool& pool, TaskGroup& tasks,
          std::shared_ptr<const search::Lexicon> lexicon);

  /// The best clips of at least found_confidence_min, best first; none when nothing is near.
  /// @param topic  only clips of this topic; nothing: of any
  /// @throws Error when the library cannot be read
  Task<std::vector<FoundClip>> search(std::string tenant, std::string words, std::size_t limit,
                                      Due due, std::optional<std::string> topic = {});

  /// What is searched now, and a search of it.
  Task<ShelfPointer> shelf(std::string tenant, Due due);
  Task<std::vector<FoundClip>> search_on(ShelfPointer shelf, search::Query query, Due due);
  /// The last that was known of a tenant's library; null when it never was read.
  ShelfPointer last_known(const std::string& tenant) const;

  /// A clip that can be shown, by its id; null when the tenant has none such.
  Task<std::shared_ptr<const Asset>> find(std::string tenant, std::string asset_id, Due due);

  /// Reads a tenant's library ahead of the first search.
  Task<> warm(std::string tenant, Due due);

  /// What a change of many of a tenant's assets is published under; the key is the tenant.
  static constexpr std::string_view changed = "director.library";
  /// What a change of one is; the key is `clip_key`.
  static constexpr std::string_view clip_changed = "director.clip";
  static std::string clip_key(const std::string& tenant, const std::string& asset_id);

  /// Beyond so many changed clips a library is read anew rather than clip by clip.
  static constexpr std::size_t stale_max = 500;

 private:
  static ShelfPointer shelf_after(const Shelf& before, std::vector<Asset> assets);
  void forget(const std::string& tenant);
  void mark_stale(const std::string& key);
  Task<ShelfPointer> read(std::string tenant);
  Task<ShelfPointer> bring_up_to_date(std::string tenant, ShelfPointer before);
  Task<std::vector<search::Hit>> hits_of(ShelfPointer shelf, search::Query query, Due due);

  AssetStore& assets_;
  Pool& pool_;
  std::shared_ptr<const search::Lexicon> lexicon_;
  SingleFlight<ShelfPointer> reading_;
  std::map<std::string, ShelfPointer, std::less<>> shelves_;
  std::map<std::string, ShelfPointer, std::less<>> last_known_;
  std::map<std::string, std::set<std::string>, std::less<>> stale_;  ///< clips, by tenant
  std::map<std::string, unsigned, std::less<>> changes_seen_;        ///< of each whole library
  app::Changes::Subscription library_changes_;
  app::Changes::Subscription clip_changes_;
};

/// A library of more clips is searched on a pool's thread.
inline constexpr std::size_t searched_here_max = 2'000;

/// How long building a tenant's index may take; a library of 50,000 clips takes a second or two.
inline constexpr Duration shelf_time_max = std::chrono::seconds(30);

}  // namespace antiphon::director
