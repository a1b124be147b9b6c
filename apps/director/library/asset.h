#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "engine/base/clock.h"
#include "engine/search/document.h"

namespace antiphon::director {

/// A clip of a tenant's library.
struct Asset {
  std::string id;  ///< "ast_…"
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  std::string topic;
  Sentiment sentiment = Sentiment::neutral;
  std::string licence;      ///< SPDX name, "CC0-1.0"
  std::string attribution;  ///< who is to be named when it is shown
  std::string content_type;
  std::chrono::milliseconds duration{};
  std::string content_hash;
  std::string thumbnail_hash;
  Timestamp created_at;
};

/// The text fields by which assets are found, in the order of `document_of`.
std::vector<search::Field> asset_fields();

/// How the index reads an asset.
search::Document document_of(const Asset& asset);

/// Paths under which an asset's clip and still picture are served.
std::string media_path(const std::string& asset_id);
std::string thumbnail_path(const std::string& asset_id);

}  // namespace antiphon::director
