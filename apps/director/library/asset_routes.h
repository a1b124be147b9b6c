#pragma once

#include "apps/director/library/asset_views.h"
#include "apps/director/library/intake.h"
#include "apps/director/library/library.h"
#include "apps/director/library/word_match.h"
#include "engine/app/services.h"

namespace antiphon::director {

struct SearchAssets {
  std::string q;
  std::int64_t limit = 10;
  std::optional<std::string> topic;
};

inline auto describe(schema::Tag<SearchAssets>) {
  return schema::object<SearchAssets>("SearchAssets")
      .field("q", &SearchAssets::q, "Words to look for", schema::min_length(1),
             schema::max_length(500))
      .field("limit", &SearchAssets::limit, "At most so many", schema::min(1), schema::max(50),
             schema::defaulted)
      .field("topic", &SearchAssets::topic, "Only clips of this topic",
             schema::max_length(clip_topic_length_max));
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

/// Takes in, lists, finds, edits, deletes and serves clips.
class AssetRoutes {
 public:
  AssetRoutes(app::Services& services, AssetStore& assets, Library& library, Intake& intake)
      : services_(services), assets_(assets), library_(library), intake_(intake) {}

  void mount();

 private:
  void mount_reading();
  void mount_changing();
  Task<http::Page<AssetView>> list(Call call, ListAssets query);
  Task<AssetView> show(Call call, AssetId id);
  Task<AssetHits> search(Call call, SearchAssets query);
  Task<LibrarySummary> summary(Call call);
  Task<http::Response> add(Call call, AddAsset told, http::Uploads uploads);
  Task<http::Response> add_raw(Call call, http::Request request);
  Task<AssetView> edit(Call call, EditAsset edit);
  Task<http::NoContent> remove(Call call, AssetId id);
  Task<AssetView> prepare(Call call, AssetId id);
  Task<http::Response> media(Call call, http::Request request);
  Task<http::Response> thumbnail(Call call, http::Request request);
  Task<http::Response> original(Call call, http::Request request);
  Task<Asset> find(Call call, std::string id);
  Task<http::Response> serve(Call call, std::string hash, std::string content_type);

  app::Services& services_;
  AssetStore& assets_;
  Library& library_;
  Intake& intake_;
};

}  // namespace antiphon::director
