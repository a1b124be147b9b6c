#include "apps/director/library/asset_routes.h"

#include "engine/http/router.h"

namespace antiphon::director {
namespace {

AssetView view(const Asset& asset) {
  return {.asset_id = asset.id,
          .title = asset.title,
          .description = asset.description,
          .tags = asset.tags,
          .topic = asset.topic,
          .sentiment = asset.sentiment,
          .duration = asset.duration.count() / 1000.0,
          .licence = asset.licence,
          .attribution = asset.attribution,
          .url = media_path(asset.id),
          .thumbnail_url = thumbnail_path(asset.id),
          .created_at = asset.created_at};
}

}  // namespace

void AssetRoutes::mount() {
  const std::string assets = "/api/v1/director/assets";
  auto route = [](std::string path, std::string summary, std::string media_type = "") {
    return http::RouteInfo{.path = std::move(path),
                           .permission = "director:asset:read",
                           .summary = std::move(summary),
                           .media_type = std::move(media_type)};
  };
  services_.router.add(route(assets, "Clips of the library"), this, &AssetRoutes::list);
  services_.router.add(route(assets + "/search", "Find clips by words"), this,
                       &AssetRoutes::search);
  services_.router.add(route(assets + "/{assetId}", "A clip"), this, &AssetRoutes::show);
  services_.router.add(
      route(assets + "/{assetId}/media", "The clip itself; takes Range", "video/*"), this,
      &AssetRoutes::media);
  services_.router.add(
      route(assets + "/{assetId}/thumbnail", "A still picture of the clip", "image/jpeg"), this,
      &AssetRoutes::thumbnail);
}

Task<http::Page<AssetView>> AssetRoutes::list(Call call, ListAssets query) {
  std::string after = query.cursor ? http::parse_cursor(*query.cursor) : "";
  auto assets = co_await assets_.page(call.tenant(), after, query.limit + 1, call);
  http::Page<AssetView> page;
  if (assets.size() > static_cast<std::size_t>(query.limit)) {
    assets.pop_back();
    page.next_cursor = http::make_cursor(assets.back().id);
  }
  for (const Asset& asset : assets) page.items.push_back(view(asset));
  co_return page;
}

Task<AssetView> AssetRoutes::show(Call call, AssetId id) {
  co_return view(*co_await find(call, id.asset_id));
}

Task<AssetHits> AssetRoutes::search(Call call, SearchAssets query) {
  AssetHits hits;
  for (const FoundClip& clip : co_await library_.search(
           call.tenant(), query.q, static_cast<std::size_t>(query.limit), call)) {
    hits.results.push_back({.asset_id = clip.asset->id,
                            .title = clip.asset->title,
                            .url = media_path(clip.asset->id),
                            .score = clip.hit.confidence,
                            .matches = matches_of(clip.hit),
                            .meaning_share = clip.hit.similarity_share});
  }
  co_return hits;
}

Task<http::Response> AssetRoutes::media(Call call, http::Request request) {
  auto asset = co_await find(call, request.parameter("assetId"));
  co_return co_await serve(call, asset->content_hash, asset->content_type);
}

Task<http::Response> AssetRoutes::thumbnail(Call call, http::Request request) {
  auto asset = co_await find(call, request.parameter("assetId"));
  co_return co_await serve(call, asset->thumbnail_hash, "image/jpeg");
}

Task<std::shared_ptr<const Asset>> AssetRoutes::find(Call call, std::string id) {
  auto asset = co_await library_.find(call.tenant(), id, call);
  if (!asset) throw Error(Code::not_found, "No such clip.");
  co_return asset;
}

Task<http::Response> AssetRoutes::serve(Call call, std::string hash, std::string content_type) {
  auto path = co_await services_.blobs.local_file(call.deadline(), hash);
  // The content is named by its hash, so a kept copy is always right.
  co_return http::Response{.body = http::File{.path = path,
                                              .content_type = std::move(content_type),
                                              .etag = '"' + hash + '"',
                                              .cache_control = "private, max-age=86400"}};
}

}  // namespace antiphon::director
