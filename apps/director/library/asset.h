#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/director/analysis/analysis.h"
#include "engine/base/clock.h"
#include "engine/search/document.h"

namespace antiphon::director {

/// What a clip was made of.
enum class ClipKind { film, still };
std::string_view to_text(ClipKind kind);

/// Whether a clip can be shown.
enum class ClipState { processing, ready, failed };
std::string_view to_text(ClipState state);

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
  std::string thumbnail_hash;  ///< "" until there is one
  Timestamp created_at;
  std::string file_name = {};  ///< as it was sent: never a path to write to
  ClipKind kind = ClipKind::film;
  ClipState state = ClipState::ready;
  std::string problem = {};  ///< why it failed; "" when it did not
  std::string job_id = {};   ///< of its newest preparation; "" for none
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t bytes = 0;         ///< of its content; 0: not in the ledger of blobs yet
  std::string preview_hash = {};  ///< what is shown in place of the content; "" for the content
  Timestamp updated_at = {};
};

/// What people say of a clip; what is absent stays as it was.
struct AssetEdit {
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::string> topic;
  std::optional<Sentiment> sentiment;
  std::optional<std::string> licence;
  std::optional<std::string> attribution;
};

Asset edited(Asset asset, const AssetEdit& edit, Timestamp now);

/// A title for a clip without one: its file's name without the ending; "Clip" for none.
std::string title_of_file(std::string_view file_name);

inline constexpr std::size_t file_name_bytes_max = 1024;
inline constexpr std::uint64_t clip_bytes_max = std::uint64_t{2} << 30;

/// The text fields by which assets are found, in the order of `document_of`.
std::vector<search::Field> asset_fields();

/// How the index reads an asset.
search::Document document_of(const Asset& asset);

/// Paths under which an asset's clip, still picture and original file are served.
std::string media_path(const std::string& asset_id);
std::string thumbnail_path(const std::string& asset_id);
std::string original_path(const std::string& asset_id);

}  // namespace antiphon::director
