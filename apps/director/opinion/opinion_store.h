#pragma once

#include <functional>
#include <span>
#include <string>

#include "apps/director/opinion/opinion.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// Whose opinion it is.
struct Creator {
  std::string tenant;
  std::string id;  ///< the account, or the anonymous holder
};

/// The rows of opinions.
class OpinionStore {
 public:
  explicit OpinionStore(store::Database& database) : database_(database) {}

  static std::span<const store::Statement> statements();

  Task<OpinionsByAsset> of(Creator creator, Due due);
  /// Keeps what `change` makes of what the creator thought of a clip before. @return that
  Task<Opinion> change(Creator creator, std::string asset_id,
                       std::function<Opinion(Opinion)> change, Timestamp now, Due due);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
