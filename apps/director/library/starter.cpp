#include "apps/director/library/starter.h"

#include <fstream>
#include <iterator>

#include "apps/director/library/clip_news.h"
#include "apps/director/library/content.h"
#include "engine/base/ids.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

/// One entry of catalogue.json.
struct CatalogueEntry {
  std::string file;
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  std::string topic;
  Sentiment sentiment = Sentiment::neutral;
  std::string licence;
  std::string attribution;
  std::int64_t duration_ms = 0;
};

auto describe(schema::Tag<CatalogueEntry>) {
  return schema::object<CatalogueEntry>("CatalogueEntry", "A clip of the starter library")
      .field("file", &CatalogueEntry::file, "The clip, beside the catalogue")
      .field("title", &CatalogueEntry::title, "Its title")
      .field("description", &CatalogueEntry::description, "What can be seen")
      .field("tags", &CatalogueEntry::tags, "Words it is found by")
      .field("topic", &CatalogueEntry::topic, "Its topic")
      .field("sentiment", &CatalogueEntry::sentiment, "How it feels")
      .field("licence", &CatalogueEntry::licence, "SPDX name")
      .field("attribution", &CatalogueEntry::attribution, "Who is to be named")
      .field("durationMs", &CatalogueEntry::duration_ms, "Its length", schema::unit("ms"));
}

// All are drawn in this size (sample/clips/canvas.h).
constexpr std::int64_t clip_width = 640;
constexpr std::int64_t clip_height = 360;

// SQLite has many writes share a commit. PostgreSQL would run them again, one after the other: all
// charge the same tenant.
int loaded_at_once(const store::Database& database) {
  return database.dialect() == store::Dialect::sqlite ? 8 : 1;
}

// The picture of "sea.webm" is "sea.jpg".
std::string thumbnail_of(const std::string& file) {
  return std::filesystem::path(file).replace_extension(".jpg").string();
}

std::string content_type_of(const std::string& file) {
  return file.ends_with(".webm") ? "video/webm" : "video/mp4";
}

Asset asset_of(const CatalogueEntry& entry, const store::Blob& clip, const store::Blob& picture,
               Timestamp now) {
  return {.title = entry.title,
          .description = entry.description,
          .tags = entry.tags,
          .topic = entry.topic,
          .sentiment = entry.sentiment,
          .licence = entry.licence,
          .attribution = entry.attribution,
          .content_type = content_type_of(entry.file),
          .duration = std::chrono::milliseconds(entry.duration_ms),
          .content_hash = clip.hash,
          .thumbnail_hash = picture.hash,
          .created_at = now,
          .file_name = entry.file,
          .width = clip_width,
          .height = clip_height,
          .bytes = static_cast<std::int64_t>(clip.bytes),
          .updated_at = now};
}

}  // namespace

// What several tasks load together.
struct StarterLibrary::Loading {
  std::vector<CatalogueEntry> entries;
  std::size_t next = 0;
  std::vector<Entry> loaded;
  std::exception_ptr failure;
};

Task<> StarterLibrary::load(store::JobContext job, std::shared_ptr<Loading> loading) {
  const Call& call = job.call();
  while (loading->next < loading->entries.size() && !loading->failure) {
    const CatalogueEntry& entry = loading->entries[loading->next++];
    Entry loaded{.clip = co_await put(call, entry.file),
                 .picture = co_await put(call, thumbnail_of(entry.file))};
    loaded.asset = asset_of(entry, loaded.clip.blob, loaded.picture.blob, call.now());
    loaded.asset.id = make_id("ast", parts_.random);
    loading->loaded.push_back(std::move(loaded));
    job.progress(static_cast<double>(loading->loaded.size()) /
                 static_cast<double>(loading->entries.size()));
  }
}

Task<> StarterLibrary::import(store::JobContext job) {
  const Call& call = job.call();
  std::string json = co_await read_file(parts_.folder / "catalogue.json", call.deadline());
  auto loading = std::make_shared<Loading>();
  loading->entries = schema::parse<std::vector<CatalogueEntry>>(json);
  TaskGroup loaders([loading](const std::exception_ptr& error) { loading->failure = error; });
  for (int i = 0; i < loaded_at_once(parts_.database); ++i) loaders.spawn(load(job, loading));
  co_await loaders.join();
  if (loading->failure) std::rethrow_exception(loading->failure);
  co_await job.complete(
      [this, tenant = call.tenant(), now = call.now(), all = loading->loaded](store::Tx& tx) {
        for (const Entry& entry : all) store(tx, tenant, entry);
        AssetStore::give_starter(tx, tenant, now);
      });
  for (const Entry& entry : loading->loaded) {
    tell_clip(parts_.changes, call.tenant(), entry.asset);
  }
  parts_.changes.publish(Library::changed, call.tenant());
}

// A content that the tenant has already is passed over.
void StarterLibrary::store(store::Tx& tx, const std::string& tenant, const Entry& entry) const {
  bool is_new = AssetStore::insert(tx, tenant, entry.asset);
  for (const store::UploadedBlob& blob : {entry.clip, entry.picture}) {
    if (is_new) {
      parts_.ledger.adopt(tx, tenant, blob, entry.asset.id);
    } else {
      parts_.ledger.release(tx, tenant, blob.upload);
    }
  }
}

Task<store::UploadedBlob> StarterLibrary::put(Call call, std::string file) {
  std::string bytes = co_await read_file(parts_.folder / file, call.deadline());
  co_return co_await parts_.ledger.put(call, content_of(std::move(bytes)), clip_bytes_max);
}

Task<std::string> StarterLibrary::read_file(std::filesystem::path path, Instant deadline) {
  return parts_.files.run(WorkClass::batch, deadline, [path](const StopFlag&) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      throw Error(Code::unavailable, "The starter library lacks " + path.filename().string() + ".")
          .detail(path.string());
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
  });
}

}  // namespace antiphon::director
