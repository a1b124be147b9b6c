#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/library/asset.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// The rows of assets.
class AssetStore {
 public:
  explicit AssetStore(store::Database& database) : database_(database) {}

  static std::span<const store::Statement> statements();

  /// Adds assets whose content the tenant does not have yet. @return how many were new
  Task<std::size_t> insert(std::string tenant, std::vector<Asset> assets, Due due);
  Task<std::optional<Asset>> find(std::string tenant, std::string id, Due due);
  Task<std::vector<Asset>> all(std::string tenant, Due due);
  /// Assets behind `after` in the order of their ids.
  Task<std::vector<Asset>> page(std::string tenant, std::string after, int limit, Due due);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
