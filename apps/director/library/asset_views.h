#pragma once

#include "apps/director/library/asset.h"
#include "apps/director/library/new_clip.h"
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
  std::string kind;
  std::string state;
  std::string problem;
  std::string job_id;
  std::string file_name;
  std::string content_type;
  std::string content_hash;
  std::int64_t bytes = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::string url;
  std::string thumbnail_url;
  std::string original_url;
  Timestamp created_at;
  Timestamp updated_at;
};

template <class T>
auto asset_fields_of(schema::Object<T> object) {
  return std::move(object)
      .field("assetId", static_cast<std::string T::*>(&T::asset_id), "Its id")
      .field("title", static_cast<std::string T::*>(&T::title), "Its title")
      .field("description", static_cast<std::string T::*>(&T::description), "What can be seen")
      .field("tags", static_cast<std::vector<std::string> T::*>(&T::tags), "Words it is found by")
      .field("topic", static_cast<std::string T::*>(&T::topic), "Its topic")
      .field("sentiment", static_cast<Sentiment T::*>(&T::sentiment), "How it feels")
      .field("duration", static_cast<double T::*>(&T::duration), "Its length", schema::unit("s"))
      .field("licence", static_cast<std::string T::*>(&T::licence), "SPDX name of its licence")
      .field("attribution", static_cast<std::string T::*>(&T::attribution), "Who is to be named")
      .field("kind", static_cast<std::string T::*>(&T::kind), "film or still")
      .field("state", static_cast<std::string T::*>(&T::state),
             "processing, ready (to be shown) or failed")
      .field("problem", static_cast<std::string T::*>(&T::problem),
             "Why it failed; empty when it did not")
      .field("jobId", static_cast<std::string T::*>(&T::job_id),
             "The job that prepares it; empty for none")
      .field("fileName", static_cast<std::string T::*>(&T::file_name),
             "Name of its file, as it was sent")
      .field("contentType", static_cast<std::string T::*>(&T::content_type),
             "Media type of its file, by what it is")
      .field("contentHash", static_cast<std::string T::*>(&T::content_hash),
             "SHA-256 of its file, in hexadecimal digits")
      .field("bytes", static_cast<std::int64_t T::*>(&T::bytes), "Size of its file")
      .field("width", static_cast<std::int64_t T::*>(&T::width), "In points")
      .field("height", static_cast<std::int64_t T::*>(&T::height), "In points")
      .field("url", static_cast<std::string T::*>(&T::url), "Where the clip is served")
      .field("thumbnailUrl", static_cast<std::string T::*>(&T::thumbnail_url),
             "A still picture of it")
      .field("originalUrl", static_cast<std::string T::*>(&T::original_url),
             "Where its file is served as it was sent")
      .field("createdAt", static_cast<Timestamp T::*>(&T::created_at), "When it was added")
      .field("updatedAt", static_cast<Timestamp T::*>(&T::updated_at), "When it last changed");
}

inline auto describe(schema::Tag<AssetView>) {
  return asset_fields_of(schema::object<AssetView>("AssetView", "A clip of the library"));
}

struct AddedAsset : AssetView {
  bool is_new = true;
};

inline auto describe(schema::Tag<AddedAsset>) {
  return asset_fields_of(schema::object<AddedAsset>("AddedAsset", "A clip that was sent"))
      .field("isNew", &AddedAsset::is_new,
             "false (status 200): the library had this content already; its clip is as it was");
}

AssetView view(const Asset& asset);

struct AssetId {
  std::string asset_id;
};

inline auto describe(schema::Tag<AssetId>) {
  return schema::object<AssetId>("AssetId").field("assetId", &AssetId::asset_id, "Id of the clip",
                                                  schema::id("ast"));
}

struct ListAssets : http::PageQuery {
  std::optional<std::string> topic;
  std::optional<std::string> state;
  std::optional<std::string> kind;
  std::optional<std::string> content_hash;
};

inline auto describe(schema::Tag<ListAssets>) {
  return http::page_fields(
      schema::object<ListAssets>("ListAssets")
          .field("topic", &ListAssets::topic, "Only those of this topic",
                 schema::max_length(clip_topic_length_max))
          .field("state", &ListAssets::state, "Only those in this state",
                 schema::one_of({"processing", "ready", "failed"}))
          .field("kind", &ListAssets::kind, "Only these", schema::one_of({"film", "still"}))
          .field("contentHash", &ListAssets::content_hash, "Only the one with this content",
                 schema::min_length(64), schema::max_length(64)));
}

/// What a form sends beside the file.
struct AddAsset : NewClip {};

inline auto describe(schema::Tag<AddAsset>) {
  return new_clip_fields(schema::object<AddAsset>("AddAsset", "What is told of a clip"));
}

/// What stands in the query when the body is the file itself.
struct AddAssetRaw : NewClip {
  std::string file_name;
};

inline auto describe(schema::Tag<AddAssetRaw>) {
  return new_clip_fields(schema::object<AddAssetRaw>("AddAssetRaw", "What is told of a clip"))
      .field("fileName", &AddAssetRaw::file_name, "Name of the file", schema::defaulted);
}

struct EditAsset : AssetEdit {
  std::string asset_id;
};

inline auto describe(schema::Tag<EditAsset>) {
  return schema::object<EditAsset>("EditAsset", "What is said anew of a clip")
      .field("assetId", &EditAsset::asset_id, "Id of the clip", schema::id("ast"))
      .field("title", static_cast<std::optional<std::string> EditAsset::*>(&EditAsset::title),
             "Its title", schema::min_length(1), schema::max_length(clip_title_length_max))
      .field("description",
             static_cast<std::optional<std::string> EditAsset::*>(&EditAsset::description),
             "What can be seen", schema::max_length(clip_description_length_max))
      .field("tags",
             static_cast<std::optional<std::vector<std::string>> EditAsset::*>(&EditAsset::tags),
             "Words it is found by", schema::max_items(clip_tags_max))
      .field("topic", static_cast<std::optional<std::string> EditAsset::*>(&EditAsset::topic),
             "Its topic", schema::max_length(clip_topic_length_max))
      .field("sentiment", static_cast<std::optional<Sentiment> EditAsset::*>(&EditAsset::sentiment),
             "How it feels")
      .field("licence", static_cast<std::optional<std::string> EditAsset::*>(&EditAsset::licence),
             "SPDX name of its licence", schema::max_length(clip_licence_length_max))
      .field("attribution",
             static_cast<std::optional<std::string> EditAsset::*>(&EditAsset::attribution),
             "Who is to be named", schema::max_length(clip_attribution_length_max));
}

struct TopicView {
  std::string topic;
  std::int64_t assets = 0;
};

inline auto describe(schema::Tag<TopicView>) {
  return schema::object<TopicView>("TopicView", "A topic of the library")
      .field("topic", &TopicView::topic, "Its name; empty for clips without one")
      .field("assets", &TopicView::assets, "How many clips have it");
}

struct LibrarySummary {
  std::int64_t assets = 0;
  std::vector<TopicView> topics;
  std::int64_t bytes = 0;
  std::int64_t bytes_max = 0;
};

inline auto describe(schema::Tag<LibrarySummary>) {
  return schema::object<LibrarySummary>("LibrarySummary", "What the library holds")
      .field("assets", &LibrarySummary::assets, "How many clips")
      .field("topics", &LibrarySummary::topics, "By their names")
      .field("bytes", &LibrarySummary::bytes, "What all files of the tenant weigh")
      .field("bytesMax", &LibrarySummary::bytes_max, "Its quota");
}

}  // namespace antiphon::director
