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
  Task<std::size_t> insert(std::string tenant, std::vector<Asset> assets, Instant deadline);
  Task<std::optional<Asset>> find(std::string tenant, std::string id, Instant deadline);
  Task<std::vector<Asset>> all(std::string tenant, Instant deadline);
  /// Assets behind `after` in the order of their ids.
  Task<std::vector<Asset>> page(std::string tenant, std::string after, int limit, Instant deadline);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
