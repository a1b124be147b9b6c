#include "apps/director/library/asset_store.h"

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

#define ASSET_COLUMNS                                                                    \
  "id, title, description, tags, topic, sentiment, licence, attribution, content_type, " \
  "duration_ms, content_hash, thumbnail_hash, created_at"

constexpr store::Statement insert_asset{
    "director.assets.insert",
    "INSERT INTO director_assets (tenant_id, " ASSET_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
    "ON CONFLICT DO NOTHING"};
constexpr store::Statement find_asset{"director.assets.find",
                                      "SELECT " ASSET_COLUMNS
                                      " FROM director_assets WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement all_assets{"director.assets.all",
                                      "SELECT " ASSET_COLUMNS
                                      " FROM director_assets WHERE tenant_id = $1 ORDER BY id"};
constexpr store::Statement page_assets{"director.assets.page",
                                       "SELECT " ASSET_COLUMNS
                                       " FROM director_assets WHERE tenant_id = $1 AND id > $2 "
                                       "ORDER BY id LIMIT $3"};
#undef ASSET_COLUMNS

constexpr store::Statement every_statement[] = {insert_asset, find_asset, all_assets, page_assets};

Asset asset_from(const store::Row& row) {
  return {.id = row.text(0),
          .title = row.text(1),
          .description = row.text(2),
          .tags = schema::parse<std::vector<std::string>>(row.text(3)),
          .topic = row.text(4),
          .sentiment = schema::parse<Sentiment>('"' + row.text(5) + '"'),
          .licence = row.text(6),
          .attribution = row.text(7),
          .content_type = row.text(8),
          .duration = std::chrono::milliseconds(row.integer(9)),
          .content_hash = row.text(10),
          .thumbnail_hash = row.text(11),
          .created_at = row.time(12)};
}

std::vector<Asset> assets_from(const store::Rows& rows) {
  std::vector<Asset> assets;
  for (const store::Row& row : rows) assets.push_back(asset_from(row));
  return assets;
}

}  // namespace

std::span<const store::Statement> AssetStore::statements() { return every_statement; }

Task<std::size_t> AssetStore::insert(std::string tenant, std::vector<Asset> assets, Due due) {
  return database_.write(due, [tenant, assets = std::move(assets)](store::Tx& tx) {
    std::size_t fresh = 0;
    for (const Asset& asset : assets) {
      fresh += tx.insert_if_new(insert_asset, tenant, asset.id, asset.title, asset.description,
                                schema::to_json(asset.tags), asset.topic, to_text(asset.sentiment),
                                asset.licence, asset.attribution, asset.content_type,
                                asset.duration.count(), asset.content_hash, asset.thumbnail_hash,
                                asset.created_at);
    }
    return fresh;
  });
}

Task<std::optional<Asset>> AssetStore::find(std::string tenant, std::string id, Due due) {
  return database_.read(due, [tenant, id](store::Tx& tx) -> std::optional<Asset> {
    store::Rows rows = tx.query(find_asset, tenant, id);
    if (rows.empty()) return std::nullopt;
    return asset_from(rows[0]);
  });
}

Task<std::vector<Asset>> AssetStore::all(std::string tenant, Due due) {
  return database_.read(
      due, [tenant](store::Tx& tx) { return assets_from(tx.query(all_assets, tenant)); });
}

Task<std::vector<Asset>> AssetStore::page(std::string tenant, std::string after, int limit,
                                          Due due) {
  return database_.read(due, [tenant, after, limit](store::Tx& tx) {
    return assets_from(tx.query(page_assets, tenant, after, limit));
  });
}

}  // namespace antiphon::director
