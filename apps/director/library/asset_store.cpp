#include "apps/director/library/asset_store.h"

#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

#define ASSET_COLUMNS                                                                        \
  "id, title, description, tags, topic, sentiment, licence, attribution, content_type, "     \
  "duration_ms, content_hash, thumbnail_hash, created_at, file_name, kind, state, problem, " \
  "job_id, width, height, bytes, preview_hash, updated_at"
#define ASSET_PAGE                                                                        \
  "AND (created_at < $2 OR (created_at = $2 AND id < $3)) AND kind = COALESCE($4, kind) " \
  "AND state = COALESCE($5, state) "
#define ASSET_ORDER "ORDER BY created_at DESC, id DESC "

constexpr store::Statement insert_asset{
    "director.assets.insert",
    "INSERT INTO director_assets (tenant_id, " ASSET_COLUMNS
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
    "$19, $20, $21, $22, $23, $24) ON CONFLICT DO NOTHING"};
constexpr store::Statement find_asset{"director.assets.find",
                                      "SELECT " ASSET_COLUMNS
                                      " FROM director_assets WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement find_asset_content{"director.assets.find_content",
                                              "SELECT " ASSET_COLUMNS
                                              " FROM director_assets WHERE tenant_id = $1 "
                                              "AND content_hash = $2"};
constexpr store::Statement all_assets{"director.assets.all",
                                      "SELECT " ASSET_COLUMNS
                                      " FROM director_assets WHERE tenant_id = $1 ORDER BY id"};
constexpr store::Statement page_assets{
    "director.assets.page",
    "SELECT " ASSET_COLUMNS " FROM director_assets WHERE tenant_id = $1 " ASSET_PAGE ASSET_ORDER
    "LIMIT $6"};
// Each has an index of its own: few of a large library may be wanted.
constexpr store::Statement page_topic{"director.assets.page_topic",
                                      "SELECT " ASSET_COLUMNS
                                      " FROM director_assets WHERE tenant_id = $1 " ASSET_PAGE
                                      "AND topic = $6 " ASSET_ORDER "LIMIT $7"};
constexpr store::Statement page_state{"director.assets.page_state",
                                      "SELECT " ASSET_COLUMNS
                                      " FROM director_assets WHERE tenant_id = $1 " ASSET_PAGE
                                      "AND state = $6 " ASSET_ORDER "LIMIT $7"};
constexpr store::Statement unclaimed_assets{
    "director.assets.unclaimed", "SELECT " ASSET_COLUMNS
                                 " FROM director_assets WHERE tenant_id = $1 AND bytes = 0 "
                                 "AND state = 'ready' ORDER BY id"};
constexpr store::Statement count_topics{
    "director.assets.topics",
    "SELECT topic, COUNT(*) FROM director_assets WHERE tenant_id = $1 GROUP BY topic "
    "ORDER BY topic"};
constexpr store::Statement update_asset{
    "director.assets.update",
    "UPDATE director_assets SET title = $3, description = $4, tags = $5, topic = $6, "
    "sentiment = $7, licence = $8, attribution = $9, content_type = $10, duration_ms = $11, "
    "thumbnail_hash = $12, kind = $13, state = $14, problem = $15, job_id = $16, width = $17, "
    "height = $18, bytes = $19, preview_hash = $20, updated_at = $21 "
    "WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement delete_asset{
    "director.assets.delete", "DELETE FROM director_assets WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement find_starter{
    "director.starters.find", "SELECT given_at FROM director_starters WHERE tenant_id = $1"};
constexpr store::Statement insert_starter{
    "director.starters.insert",
    "INSERT INTO director_starters (tenant_id, given_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"};
#undef ASSET_COLUMNS
#undef ASSET_PAGE
#undef ASSET_ORDER

constexpr store::Statement every_asset_statement[] = {
    insert_asset, find_asset,   find_asset_content, all_assets,   page_assets,
    page_topic,   page_state,   unclaimed_assets,   count_topics, update_asset,
    delete_asset, find_starter, insert_starter};

template <class E>
E parse_name(const std::string& name, std::initializer_list<E> all) {
  for (E each : all) {
    if (to_text(each) == name) return each;
  }
  throw Error(Code::internal, "A clip cannot be read.").detail("unknown name " + name);
}

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
          .created_at = row.time(12),
          .file_name = row.text(13),
          .kind = parse_name(row.text(14), {ClipKind::film, ClipKind::still}),
          .state = parse_name(row.text(15),
                              {ClipState::processing, ClipState::ready, ClipState::failed}),
          .problem = row.text(16),
          .job_id = row.text(17),
          .width = row.integer(18),
          .height = row.integer(19),
          .bytes = row.integer(20),
          .preview_hash = row.text(21),
          .updated_at = row.time(22)};
}

std::vector<Asset> assets_from(const store::Rows& rows) {
  std::vector<Asset> assets;
  assets.reserve(rows.size());
  for (const store::Row& row : rows) assets.push_back(asset_from(row));
  return assets;
}

std::optional<Asset> asset_in(const store::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return asset_from(rows[0]);
}

// One at most.
std::vector<Asset> with_content(store::Tx& tx, const std::string& tenant,
                                const AssetFilter& filter) {
  std::vector<Asset> found =
      assets_from(tx.query(find_asset_content, tenant, *filter.content_hash));
  std::erase_if(found, [&](const Asset& asset) {
    return asset.topic != filter.topic.value_or(asset.topic) ||
           to_text(asset.state) != filter.state.value_or(std::string(to_text(asset.state))) ||
           to_text(asset.kind) != filter.kind.value_or(std::string(to_text(asset.kind)));
  });
  return found;
}

// Behind every asset that can be.
const AssetPosition newest{Timestamp::max(), ""};

}  // namespace

std::span<const store::Statement> AssetStore::statements() { return every_asset_statement; }

bool AssetStore::insert(store::Tx& tx, const std::string& tenant, const Asset& asset) {
  return tx.insert_if_new(
      insert_asset, tenant, asset.id, asset.title, asset.description, schema::to_json(asset.tags),
      asset.topic, to_text(asset.sentiment), asset.licence, asset.attribution, asset.content_type,
      asset.duration.count(), asset.content_hash, asset.thumbnail_hash, asset.created_at,
      asset.file_name, to_text(asset.kind), to_text(asset.state), asset.problem, asset.job_id,
      asset.width, asset.height, asset.bytes, asset.preview_hash, asset.updated_at);
}

std::optional<Asset> AssetStore::find(store::Tx& tx, const std::string& tenant,
                                      const std::string& id) {
  return asset_in(tx.query(find_asset, tenant, id));
}

std::optional<Asset> AssetStore::find_content(store::Tx& tx, const std::string& tenant,
                                              const std::string& hash) {
  return asset_in(tx.query(find_asset_content, tenant, hash));
}

bool AssetStore::update(store::Tx& tx, const std::string& tenant, const Asset& asset) {
  return tx.execute(update_asset, tenant, asset.id, asset.title, asset.description,
                    schema::to_json(asset.tags), asset.topic, to_text(asset.sentiment),
                    asset.licence, asset.attribution, asset.content_type, asset.duration.count(),
                    asset.thumbnail_hash, to_text(asset.kind), to_text(asset.state), asset.problem,
                    asset.job_id, asset.width, asset.height, asset.bytes, asset.preview_hash,
                    asset.updated_at) == 1;
}

bool AssetStore::remove(store::Tx& tx, const std::string& tenant, const std::string& id) {
  return tx.execute(delete_asset, tenant, id) == 1;
}

bool AssetStore::has_starter(store::Tx& tx, const std::string& tenant) {
  return !tx.query(find_starter, tenant).empty();
}

void AssetStore::give_starter(store::Tx& tx, const std::string& tenant, Timestamp now) {
  tx.insert_if_new(insert_starter, tenant, now);
}

Task<std::optional<Asset>> AssetStore::find(std::string tenant, std::string id, Due due) {
  return database_.read(due, [tenant, id](store::Tx& tx) { return find(tx, tenant, id); });
}

Task<std::vector<Asset>> AssetStore::find_each(std::string tenant, std::vector<std::string> ids,
                                               Due due) {
  return database_.read(due, [tenant, ids = std::move(ids)](store::Tx& tx) {
    std::vector<Asset> found;
    for (const std::string& id : ids) {
      if (auto asset = find(tx, tenant, id)) found.push_back(*std::move(asset));
    }
    return found;
  });
}

Task<std::optional<Asset>> AssetStore::find_content(std::string tenant, std::string hash, Due due) {
  return database_.read(due,
                        [tenant, hash](store::Tx& tx) { return find_content(tx, tenant, hash); });
}

Task<std::vector<Asset>> AssetStore::all(std::string tenant, Due due) {
  return database_.read(
      due, [tenant](store::Tx& tx) { return assets_from(tx.query(all_assets, tenant)); });
}

Task<std::vector<Asset>> AssetStore::page(std::string tenant, AssetFilter filter,
                                          std::optional<AssetPosition> after, int limit, Due due) {
  AssetPosition from = after.value_or(newest);
  return database_.read(due, [tenant, filter, from, limit](store::Tx& tx) {
    if (filter.content_hash) return with_content(tx, tenant, filter);
    if (filter.topic) {
      return assets_from(tx.query(page_topic, tenant, from.created_at, from.id, filter.kind,
                                  filter.state, *filter.topic, limit));
    }
    if (filter.state) {
      return assets_from(tx.query(page_state, tenant, from.created_at, from.id, filter.kind,
                                  filter.state, *filter.state, limit));
    }
    return assets_from(
        tx.query(page_assets, tenant, from.created_at, from.id, filter.kind, filter.state, limit));
  });
}

Task<std::vector<Asset>> AssetStore::unclaimed(std::string tenant, Due due) {
  return database_.read(
      due, [tenant](store::Tx& tx) { return assets_from(tx.query(unclaimed_assets, tenant)); });
}

Task<std::vector<TopicCount>> AssetStore::topics(std::string tenant, Due due) {
  return database_.read(due, [tenant](store::Tx& tx) {
    std::vector<TopicCount> counts;
    for (store::Row row : tx.query(count_topics, tenant)) {
      counts.push_back({row.text(0), row.integer(1)});
    }
    return counts;
  });
}

}  // namespace antiphon::director
