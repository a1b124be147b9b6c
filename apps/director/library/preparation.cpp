#include "apps/director/library/preparation.h"

#include "apps/director/library/content.h"
#include "engine/base/temporary_folder.h"

namespace antiphon::director {
namespace {

// A preparation is told to those who watch at most so often.
constexpr double progress_step = 0.05;
// Shares of the whole.
constexpr double looked_into = 0.05;
constexpr double still_made = 0.2;

}  // namespace

Task<> Preparation::run(store::JobContext job) {
  const Call& call = job.call();
  auto wanted = schema::parse<PrepareClip>(job.job().payload);
  auto asset = co_await parts_.database.read(
      Due(call), [tenant = call.tenant(), id = wanted.asset_id](store::Tx& tx) {
        return AssetStore::find(tx, tenant, id);
      });
  if (!asset) co_return;  // deleted meanwhile
  std::string problem;
  try {
    co_await finish(job, co_await prepare(job, *asset));
  } catch (const Error& error) {
    bool is_last = job.job().attempts >= job.job().attempts_max;
    if (error.code() == Code::conflict || (!is_lasting(error) && !is_last)) throw;
    problem = error.message();
  }
  if (!problem.empty()) co_await fail(job, *asset, problem);
}

Task<Preparation::Made> Preparation::prepare(store::JobContext job, Asset asset) {
  const Call& call = job.call();
  auto source = co_await parts_.blobs.local_file(call.deadline(), asset.content_hash);
  auto facts = co_await parts_.film.look_into(source, call.deadline());
  job.progress(looked_into);
  tell_progress(parts_.changes, call.tenant(), asset.id, looked_into);
  std::string still = co_await parts_.film.make_still(source, facts, call.deadline());
  Made made{.asset = std::move(asset)};
  made.blobs.push_back(co_await parts_.ledger.put(call, content_of(std::move(still)),
                                                  parts_.film.limits().still_bytes_max));
  job.progress(still_made);
  tell_progress(parts_.changes, call.tenant(), made.asset.id, still_made);
  made.asset.thumbnail_hash = made.blobs.front().blob.hash;
  made.asset.duration = facts.length;
  made.asset.width = facts.width;
  made.asset.height = facts.height;
  if (!media::plays_in_browsers(facts)) co_await add_preview(job, source, facts, made);
  made.asset.state = ClipState::ready;
  made.asset.problem.clear();
  made.asset.updated_at = call.now();
  co_return made;
}

Task<> Preparation::add_preview(store::JobContext& job, std::filesystem::path source,
                                media::FilmFacts facts, Made& made) {
  const Call& call = job.call();
  TemporaryFolder folder;
  auto preview = folder.path() / "preview.webm";
  auto told = std::make_shared<double>(still_made);
  auto tell = [&job, &made, told, tenant = call.tenant(), this](double done) {
    double all = still_made + (1 - still_made) * done;
    job.progress(all);
    if (all < *told + progress_step) return;
    *told = all;
    tell_progress(parts_.changes, tenant, made.asset.id, all);
  };
  auto length = co_await parts_.film.make_preview(source, facts, preview, tell, call.deadline());
  made.blobs.push_back(
      co_await parts_.ledger.put(call, content_of(preview, parts_.files, call.deadline()),
                                 parts_.film.limits().preview_bytes_max));
  made.asset.preview_hash = made.blobs.back().blob.hash;
  // A file may claim more than it holds.
  if (length < made.asset.duration * 9 / 10 || made.asset.duration.count() == 0) {
    made.asset.duration = length;
  }
}

// What people said of the clip meanwhile stays. Whether the clip is still there.
bool Preparation::put(store::Tx& tx, const std::string& tenant, const Made& made) {
  auto current = AssetStore::find(tx, tenant, made.asset.id);
  if (!current) {
    for (const store::UploadedBlob& blob : made.blobs) {
      parts_.ledger.release(tx, tenant, blob.upload);
    }
    return false;
  }
  for (const store::UploadedBlob& blob : made.blobs) {
    parts_.ledger.adopt(tx, tenant, blob, current->id);
  }
  current->state = made.asset.state;
  current->problem = made.asset.problem;
  current->thumbnail_hash = made.asset.thumbnail_hash;
  current->preview_hash = made.asset.preview_hash;
  current->duration = made.asset.duration;
  current->width = made.asset.width;
  current->height = made.asset.height;
  current->updated_at = made.asset.updated_at;
  AssetStore::update(tx, tenant, *current);
  return true;
}

Task<> Preparation::finish(store::JobContext job, Made made) {
  const std::string& tenant = job.call().tenant();
  co_await job.complete([this, tenant, made](store::Tx& tx) { put(tx, tenant, made); });
  tell_clip(parts_.changes, tenant, made.asset);
}

// The job itself is done: what it found out is that the clip cannot be shown.
Task<> Preparation::fail(store::JobContext job, Asset asset, std::string problem) {
  asset.state = ClipState::failed;
  asset.problem = std::move(problem);
  asset.updated_at = job.call().now();
  co_await finish(std::move(job), {.asset = std::move(asset), .blobs = {}});
}

}  // namespace antiphon::director
