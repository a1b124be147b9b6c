#pragma once

#include "apps/director/library/library.h"
#include "apps/director/library/word_match.h"
#include "engine/app/services.h"
#include "engine/http/reply.h"

namespace antiphon::director {

struct AssetView {
  std::string asset_id;
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  std::string topic;
  Sentiment sentiment = Sentiment::neutral;
  double duration = 0;
  std::string licence;
  std::string attribution;
  std::string url;
  std::string thumbnail_url;
  Timestamp created_at;
};

inline auto describe(schema::Tag<AssetView>) {
  return schema::object<AssetView>("AssetView", "A clip of the library")
      .field("assetId", &AssetView::asset_id, "Its id")
      .field("title", &AssetView::title, "Its title")
      .field("description", &AssetView::description, "What can be seen")
      .field("tags", &AssetView::tags, "Words it is found by")
      .field("topic", &AssetView::topic, "Its topic")
      .field("sentiment", &AssetView::sentiment, "How it feels")
      .field("duration", &AssetView::duration, "Its length", schema::unit("s"))
      .field("licence", &AssetView::licence, "SPDX name of its licence")
      .field("attribution", &AssetView::attribution, "Who is to be named")
      .field("url", &AssetView::url, "Where the clip is served")
      .field("thumbnailUrl", &AssetView::thumbnail_url, "A still picture of it")
      .field("createdAt", &AssetView::created_at, "When it was added");
}

struct AssetId {
  std::string asset_id;
};

inline auto describe(schema::Tag<AssetId>) {
  return schema::object<AssetId>("AssetId").field("assetId", &AssetId::asset_id, "Id of the clip",
                                                  schema::id("ast"));
}

struct ListAssets : http::PageQuery {};

inline auto describe(schema::Tag<ListAssets>) {
  return http::page_fields(schema::object<ListAssets>("ListAssets"));
}

struct SearchAssets {
  std::string q;
  std::int64_t limit = 10;
};

inline auto describe(schema::Tag<SearchAssets>) {
  return schema::object<SearchAssets>("SearchAssets")
      .field("q", &SearchAssets::q, "Words to look for", schema::min_length(1),
             schema::max_length(500))
      .field("limit", &SearchAssets::limit, "At most so many", schema::min(1), schema::max(50),
             schema::defaulted);
}

struct AssetHit {
  std::string asset_id;
  std::string title;
  std::string url;
  double score = 0;
  std::vector<WordMatch> matches;
  double meaning_share = 0;
};

inline auto describe(schema::Tag<AssetHit>) {
  return schema::object<AssetHit>("AssetHit", "A clip that was found")
      .field("assetId", &AssetHit::asset_id, "Its id")
      .field("title", &AssetHit::title, "Its title")
      .field("url", &AssetHit::url, "Where the clip is served")
      .field("score", &AssetHit::score, "How well it fits, 0 to 1")
      .field("matches", &AssetHit::matches, "Words that met, with their shares of the score")
      .field("meaningShare", &AssetHit::meaning_share,
             "What the likeness of meanings brought to the score");
}

struct AssetHits {
  std::vector<AssetHit> results;
};

inline auto describe(schema::Tag<AssetHits>) {
  return schema::object<AssetHits>("AssetHits", "Clips that were found, best first")
      .field("results", &AssetHits::results, "Empty when nothing is near");
}

/// Lists, finds and serves clips.
class AssetRoutes {
 public:
  AssetRoutes(app::Services& services, AssetStore& assets, Library& library)
      : services_(services), assets_(assets), library_(library) {}

  void mount();

 private:
  Task<http::Page<AssetView>> list(Call call, ListAssets query);
  Task<AssetView> show(Call call, AssetId id);
  Task<AssetHits> search(Call call, SearchAssets query);
  Task<http::Response> media(Call call, http::Request request);
  Task<http::Response> thumbnail(Call call, http::Request request);
  Task<std::shared_ptr<const Asset>> find(Call call, std::string id);
  Task<http::Response> serve(Call call, std::string hash, std::string content_type);

  app::Services& services_;
  AssetStore& assets_;
  Library& library_;
};

}  // namespace antiphon::director
