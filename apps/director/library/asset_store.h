#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/director/library/asset.h"
#include "engine/store/database.h"

namespace antiphon::director {

/// Which assets a list has; all conditions hold.
struct AssetFilter {
  std::optional<std::string> topic;
  std::optional<std::string> state;
  std::optional<std::string> kind;
  std::optional<std::string> content_hash;
};

/// Where a list goes on: behind this asset.
struct AssetPosition {
  Timestamp created_at;
  std::string id;
};

/// How many assets have a topic.
struct TopicCount {
  std::string topic;
  std::int64_t assets = 0;
};

/// The rows of assets. Functions with a Tx belong to a transaction of its caller's.
class AssetStore {
 public:
  explicit AssetStore(store::Database& database) : database_(database) {}

  static std::span<const store::Statement> statements();

  /// Adds an asset unless the tenant has its content. @return whether it is new
  static bool insert(store::Tx& tx, const std::string& tenant, const Asset& asset);
  static std::optional<Asset> find(store::Tx& tx, const std::string& tenant, const std::string& id);
  static std::optional<Asset> find_content(store::Tx& tx, const std::string& tenant,
                                           const std::string& hash);
  /// Stores everything of an asset but its content and its age. @return whether it is there
  static bool update(store::Tx& tx, const std::string& tenant, const Asset& asset);
  /// @return whether it was there
  static bool remove(store::Tx& tx, const std::string& tenant, const std::string& id);
  /// Whether the tenant was given the starter library; `give_starter` says so from now on.
  static bool has_starter(store::Tx& tx, const std::string& tenant);
  static void give_starter(store::Tx& tx, const std::string& tenant, Timestamp now);

  Task<std::optional<Asset>> find(std::string tenant, std::string id, Due due);
  /// Those of `ids` that are there.
  Task<std::vector<Asset>> find_each(std::string tenant, std::vector<std::string> ids, Due due);
  Task<std::optional<Asset>> find_content(std::string tenant, std::string hash, Due due);
  Task<std::vector<Asset>> all(std::string tenant, Due due);
  /// Newest first.
  /// @param after  nothing: from the newest
  Task<std::vector<Asset>> page(std::string tenant, AssetFilter filter,
                                std::optional<AssetPosition> after, int limit, Due due);
  /// Those that the ledger of blobs does not know yet, and that can be shown.
  Task<std::vector<Asset>> unclaimed(std::string tenant, Due due);
  /// Topics by their names.
  Task<std::vector<TopicCount>> topics(std::string tenant, Due due);

 private:
  store::Database& database_;
};

}  // namespace antiphon::director
