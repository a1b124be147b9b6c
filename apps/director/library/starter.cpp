#include "apps/director/library/starter.h"

#include <fstream>
#include <iterator>

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

// The picture of "sea.webm" is "sea.jpg".
std::string thumbnail_of(const std::string& file) {
  return std::filesystem::path(file).replace_extension(".jpg").string();
}

std::string content_type_of(const std::string& file) {
  return file.ends_with(".webm") ? "video/webm" : "video/mp4";
}

}  // namespace

Task<> StarterLibrary::import(store::JobContext job) {
  const Call& call = job.call();
  std::string json = co_await read_file(parts_.folder / "catalogue.json", call.deadline());
  auto entries = schema::parse<std::vector<CatalogueEntry>>(json);
  std::vector<Asset> assets;
  for (const CatalogueEntry& entry : entries) {
    store::Blob clip = co_await parts_.blobs.put(
        call.deadline(), co_await read_file(parts_.folder / entry.file, call.deadline()));
    store::Blob picture = co_await parts_.blobs.put(
        call.deadline(),
        co_await read_file(parts_.folder / thumbnail_of(entry.file), call.deadline()));
    assets.push_back({.id = make_id("ast", parts_.random),
                      .title = entry.title,
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
                      .created_at = call.now()});
    job.progress(static_cast<double>(assets.size()) / static_cast<double>(entries.size()));
  }
  co_await parts_.assets.insert(call.tenant(), std::move(assets), call);
  parts_.changes.publish(Library::changed, call.tenant());
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
