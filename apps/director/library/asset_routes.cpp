#include "apps/director/library/asset_routes.h"

#include <charconv>

#include "apps/director/library/clip_news.h"
#include "apps/director/library/content.h"
#include "engine/http/router.h"
#include "engine/schema/input.h"

namespace antiphon::director {
namespace {

constexpr std::string_view assets_path = "/api/v1/director/assets";

// "MICROSECONDS ID", what the list is sorted by.
std::string cursor_behind(const Asset& asset) {
  return http::make_cursor(
      fmt::format("{} {}", store::to_microseconds(asset.created_at), asset.id));
}

AssetPosition position_of(const std::string& cursor) {
  std::string text = http::parse_cursor(cursor);
  std::int64_t microseconds = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), microseconds);
  auto used = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || used >= text.size()) {
    throw Error({{"/cursor", "format", "Expected the nextCursor of a page of this list."}});
  }
  return {store::from_microseconds(microseconds), text.substr(used + 1)};
}

http::Response answer(const TakenIn& taken) {
  AddedAsset added{view(taken.asset), taken.is_new};
  http::Response response = http::json(added, taken.is_new ? 201 : 200);
  response.headers.set("Location", fmt::format("{}/{}", assets_path, taken.asset.id));
  return response;
}

}  // namespace

void AssetRoutes::mount() {
  mount_reading();
  mount_changing();
}

void AssetRoutes::mount_reading() {
  const std::string assets(assets_path);
  auto route = [](std::string path, std::string summary, std::string media_type = "") {
    return http::RouteInfo{.path = std::move(path),
                           .permission = "director:asset:read",
                           .summary = std::move(summary),
                           .media_type = std::move(media_type)};
  };
  services_.router.add(route(assets, "Clips of the library, newest first"), this,
                       &AssetRoutes::list);
  services_.router.add(route(assets + "/search", "Find clips by words"), this,
                       &AssetRoutes::search);
  services_.router.add(route("/api/v1/director/library", "What the library holds"), this,
                       &AssetRoutes::summary);
  services_.router.add(route(assets + "/{assetId}", "A clip"), this, &AssetRoutes::show);
  services_.router.add(
      route(assets + "/{assetId}/media", "The clip as it is shown; takes Range", "video/*"), this,
      &AssetRoutes::media);
  services_.router.add(
      route(assets + "/{assetId}/thumbnail", "A still picture of the clip", "image/jpeg"), this,
      &AssetRoutes::thumbnail);
  services_.router.add(
      route(assets + "/{assetId}/original", "The clip's file as it was sent; takes Range", "*/*"),
      this, &AssetRoutes::original);
}

void AssetRoutes::mount_changing() {
  using http::Method;
  const std::string assets(assets_path);
  services_.router.add({.method = Method::post,
                        .path = assets,
                        .aliases = {assets + "/upload"},
                        .permission = "director:asset:create",
                        .rate = http::RateClass::upload,
                        .summary = "Add a clip: a film or a picture, as a form",
                        .success = 201,
                        .reply = &schema::of<AddedAsset>(),
                        .uploads = {{.doc = "The film or picture", .bytes_max = clip_bytes_max}}},
                       this, &AssetRoutes::add);
  services_.router.add(
      {.method = Method::post,
       .path = assets + "/raw",
       .permission = "director:asset:create",
       .rate = http::RateClass::upload,
       .summary = "Add a clip: the body is the file",
       .description = "The query tells fileName, title, description, tags, topic, sentiment, "
                      "licence and attribution; the Content-Type is not looked at.",
       .success = 201,
       .body_bytes_max = clip_bytes_max,
       .reply = &schema::of<AddedAsset>()},
      this, &AssetRoutes::add_raw);
  services_.router.add({.method = Method::patch,
                        .path = assets + "/{assetId}",
                        .permission = "director:asset:edit",
                        .rate = http::RateClass::write,
                        .summary = "Say something anew of a clip"},
                       this, &AssetRoutes::edit);
  services_.router.add({.method = Method::del,
                        .path = assets + "/{assetId}",
                        .permission = "director:asset:delete",
                        .rate = http::RateClass::write,
                        .summary = "Delete a clip with its file"},
                       this, &AssetRoutes::remove);
  services_.router.add({.method = Method::post,
                        .path = assets + "/{assetId}/prepare",
                        .permission = "director:asset:edit",
                        .rate = http::RateClass::write,
                        .summary = "Prepare a clip again that failed"},
                       this, &AssetRoutes::prepare);
}

Task<http::Page<AssetView>> AssetRoutes::list(Call call, ListAssets query) {
  std::optional<AssetPosition> after;
  if (query.cursor) after = position_of(*query.cursor);
  AssetFilter filter{query.topic, query.state, query.kind, query.content_hash};
  auto assets = co_await assets_.page(call.tenant(), filter, after, query.limit + 1, call);
  http::Page<AssetView> page;
  if (assets.size() > static_cast<std::size_t>(query.limit)) {
    assets.pop_back();
    page.next_cursor = cursor_behind(assets.back());
  }
  for (const Asset& asset : assets) page.items.push_back(view(asset));
  co_return page;
}

Task<AssetView> AssetRoutes::show(Call call, AssetId id) {
  co_return view(co_await find(call, id.asset_id));
}

Task<AssetHits> AssetRoutes::search(Call call, SearchAssets query) {
  AssetHits hits;
  for (const FoundClip& clip : co_await library_.search(
           call.tenant(), query.q, static_cast<std::size_t>(query.limit), call, query.topic)) {
    hits.results.push_back({.asset_id = clip.asset->id,
                            .title = clip.asset->title,
                            .url = media_path(clip.asset->id),
                            .score = clip.hit.confidence,
                            .matches = matches_of(clip.hit),
                            .meaning_share = clip.hit.similarity_share});
  }
  co_return hits;
}

Task<LibrarySummary> AssetRoutes::summary(Call call) {
  LibrarySummary summary;
  for (TopicCount& count : co_await assets_.topics(call.tenant(), call)) {
    summary.assets += count.assets;
    summary.topics.push_back({std::move(count.topic), count.assets});
  }
  auto use = co_await services_.database.read(
      Due(call), [&ledger = services_.blob_ledger, tenant = call.tenant()](store::Tx& tx) {
        return ledger.use(tx, tenant);
      });
  summary.bytes = use.bytes;
  summary.bytes_max = use.bytes_max;
  co_return summary;
}

Task<http::Response> AssetRoutes::add(Call call, AddAsset told, http::Uploads uploads) {
  const http::Upload& upload = uploads.files.at(0);
  SentFile file{upload.file_name, upload.source(call.deadline())};
  co_return answer(co_await intake_.take_in(call, std::move(told), std::move(file)));
}

Task<http::Response> AssetRoutes::add_raw(Call call, http::Request request) {
  AddAssetRaw told;
  schema::Input input(schema::of<AddAssetRaw>(), &told);
  for (const auto& [name, value] : http::parse_query(request.query)) input.text(name, value);
  input.finish();
  SentFile file{told.file_name, content_of(request)};
  co_return answer(co_await intake_.take_in(call, std::move(told), std::move(file)));
}

Task<AssetView> AssetRoutes::edit(Call call, EditAsset edit) {
  Asset asset = co_await services_.database.write(
      call, [edit, tenant = call.tenant(), now = call.now()](store::Tx& tx) {
        auto found = AssetStore::find(tx, tenant, edit.asset_id);
        if (!found) throw Error(Code::not_found, "No such clip.");
        Asset changed = edited(*std::move(found), edit, now);
        AssetStore::update(tx, tenant, changed);
        return changed;
      });
  tell_clip(services_.changes, call.tenant(), asset);
  co_return view(asset);
}

Task<http::NoContent> AssetRoutes::remove(Call call, AssetId id) {
  co_await services_.database.write(call, [&ledger = services_.blob_ledger, tenant = call.tenant(),
                                           asset = id.asset_id](store::Tx& tx) {
    if (!AssetStore::remove(tx, tenant, asset)) throw Error(Code::not_found, "No such clip.");
    ledger.release(tx, tenant, asset);
  });
  tell_clip_deleted(services_.changes, call.tenant(), id.asset_id);
  co_return http::NoContent{};
}

Task<AssetView> AssetRoutes::prepare(Call call, AssetId id) {
  co_return view(co_await intake_.prepare_again(call, id.asset_id));
}

Task<http::Response> AssetRoutes::media(Call call, http::Request request) {
  Asset asset = co_await find(call, request.parameter("assetId"));
  if (!asset.preview_hash.empty()) co_return co_await serve(call, asset.preview_hash, "video/webm");
  auto response = co_await serve(call, asset.content_hash, asset.content_type);
  // A preview may still come in its place.
  if (asset.state != ClipState::ready) {
    std::get<http::File>(response.body).cache_control = "no-cache";
  }
  co_return response;
}

Task<http::Response> AssetRoutes::thumbnail(Call call, http::Request request) {
  Asset asset = co_await find(call, request.parameter("assetId"));
  if (asset.thumbnail_hash.empty()) {
    throw Error(Code::not_found,
                fmt::format("The clip is {} and has no still picture.", to_text(asset.state)));
  }
  co_return co_await serve(call, asset.thumbnail_hash, "image/jpeg");
}

Task<http::Response> AssetRoutes::original(Call call, http::Request request) {
  Asset asset = co_await find(call, request.parameter("assetId"));
  auto response = co_await serve(call, asset.content_hash, asset.content_type);
  response.headers.set("Content-Disposition",
                       attachment(asset.file_name.empty() ? asset.title : asset.file_name));
  co_return response;
}

Task<Asset> AssetRoutes::find(Call call, std::string id) {
  auto asset = co_await assets_.find(call.tenant(), id, call);
  if (!asset) throw Error(Code::not_found, "No such clip.");
  co_return *std::move(asset);
}

// The content is named by its hash, so a kept copy is always right.
Task<http::Response> AssetRoutes::serve(Call call, std::string hash, std::string content_type) {
  return serve_blob(services_.blobs, std::move(call), std::move(hash), std::move(content_type),
                    "private, max-age=86400");
}

}  // namespace antiphon::director
