#pragma once

#include <map>
#include <memory>

#include "apps/director/opinion/opinion_store.h"
#include "engine/app/changes.h"

namespace antiphon::director {

/// What the creators of this core think, kept in memory from the first question on, so that a
/// choice need not wait for it. Another core's change makes it read anew.
class Opinions {
 public:
  Opinions(OpinionStore& store, app::Changes& changes);

  /// Sees to it that `known` has the newest. @throws Error when the database is away
  Task<> refresh(Creator creator, Due due);

  /// The last that is known; null before the first refresh.
  std::shared_ptr<const OpinionsByAsset> known(const Creator& creator) const;

  /// Changes what is thought of a clip; stored when it returns, and known everywhere soon after.
  /// @return the opinion that stands now
  Task<Opinion> change(Creator creator, std::string asset_id,
                       std::function<Opinion(Opinion)> change, Due due);

 private:
  struct Entry {
    std::shared_ptr<const OpinionsByAsset> value;  ///< null: never read
    bool is_fresh = false;
    unsigned changes = 0;  ///< told so far: what was read before one of them is old
  };
  std::shared_ptr<Entry> entry(const Creator& creator);
  void on_changed(const std::string& key);

  /// Creators that are kept; with one more all are read anew when they are asked for.
  static constexpr std::size_t creators_max = 10'000;
  static constexpr std::string_view changed = "director.opinions";

  OpinionStore& store_;
  app::Changes& changes_;
  std::map<std::string, std::shared_ptr<Entry>, std::less<>> entries_;  // by tenant and creator
  app::Changes::Subscription subscription_;
};

}  // namespace antiphon::director
