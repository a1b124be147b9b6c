#include "apps/director/render/renders.h"

#include "apps/director/edit/edit_lists.h"
#include "apps/director/library/asset_store.h"
#include "apps/director/recording/recording_store.h"
#include "engine/base/ids.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

Error no_render() { return Error(Code::not_found, "No such render."); }

void expect_take(store::Tx& tx, const std::string& tenant, const std::string& take_id) {
  if (!TakeStore::find(tx, tenant, take_id)) throw Error(Code::not_found, "No such take.");
}

// A clip that is being prepared, or failed, has a file all the same; whether it can be decoded
// shows.
std::vector<Asset> clips_of(store::Tx& tx, const std::string& tenant, const EditList& list) {
  std::vector<Asset> clips;
  std::set<std::string> seen;
  for (const Cut& cut : list.cuts) {
    if (cut.kind != CutKind::clip || !seen.insert(cut.asset_id).second) continue;
    if (auto asset = AssetStore::find(tx, tenant, cut.asset_id)) clips.push_back(*std::move(asset));
  }
  return clips;
}

}  // namespace

std::filesystem::path render_folder(const std::filesystem::path& work, const std::string& id) {
  return work / id;
}

std::string enqueue_render(store::Jobs& jobs, store::Tx& tx, const std::string& tenant,
                           const Render& render) {
  return jobs
      .enqueue(tx, {.tenant = tenant,
                    .kind = std::string(Renders::job_kind),
                    .payload = schema::to_json(MakeRender{render.take_id, render.id})})
      .id;
}

Render Renders::prepare(Call call, std::string take_id, RenderWish wish) const {
  return {.id = make_id("ren", parts_.random),
          .take_id = std::move(take_id),
          .wish = wish,
          .created_by = call.principal().id,
          .created_at = call.now()};
}

Task<> Renders::begin(Call call, Render render) {
  return parts_.database.write(
      call, [this, tenant = call.tenant(), render](store::Tx& tx) { insert(tx, tenant, render); });
}

void Renders::insert(store::Tx& tx, const std::string& tenant, Render render) const {
  EditList list = EditLists::find(tx, tenant, render.take_id);
  if (list.length.count() == 0) {
    throw Error(Code::unprocessable,
                "The take is empty: nothing was said, shown or recorded, so there is no film of "
                "it.");
  }
  auto recording = RecordingStore::find(tx, tenant, render.take_id);
  if (recording && recording->state == RecordingState::processing) {
    throw Error(Code::conflict,
                "The take's recording is being made ready; ask for the film when it is.");
  }
  if (RenderStore::count_open(tx, tenant) >= open_renders_max) {
    throw Error(Code::quota_exceeded,
                fmt::format("{} renders are waiting or running, the most there can be: wait for "
                            "one, or cancel one.",
                            open_renders_max));
  }
  if (RenderStore::of_take(tx, tenant, render.take_id).size() >= kept_renders_max) {
    throw Error(Code::quota_exceeded,
                fmt::format("The take has {} renders, the most there can be: delete one.",
                            kept_renders_max));
  }
  std::set<std::string> known;
  std::vector<ScriptClip> files;
  for (const Asset& clip : clips_of(tx, tenant, list)) {
    known.insert(clip.id);
    files.push_back({clip.id, clip.content_hash, clip.kind == ClipKind::still});
    // One from before the ledger knew of clips (bytes 0) has no claim to share yet.
    if (clip.bytes > 0) parts_.ledger.share(tx, tenant, clip.content_hash, render.id);
  }
  if (list.recording) {
    parts_.ledger.share(tx, tenant, list.recording->content_hash, render.id);
  }
  render.length = list.length;
  render.remarks = remarks_on(list, known);
  render.job_id = enqueue_render(parts_.jobs, tx, tenant, render);
  RenderStore::insert(tx, tenant, render, script_of(list, std::move(files)));
}

Task<std::vector<Render>> Renders::list(Call call, std::string take_id) {
  return parts_.database.read(Due(call), [tenant = call.tenant(), take_id](store::Tx& tx) {
    expect_take(tx, tenant, take_id);
    return RenderStore::of_take(tx, tenant, take_id);
  });
}

Task<Render> Renders::find(Call call, std::string take_id, std::string id) {
  return parts_.database.read(Due(call), [tenant = call.tenant(), take_id, id](store::Tx& tx) {
    auto found = RenderStore::find(tx, tenant, take_id, id);
    if (!found) throw no_render();
    return *std::move(found);
  });
}

Task<> Renders::remove(Call call, std::string take_id, std::string id) {
  auto render = co_await parts_.database.write(
      call, [this, tenant = call.tenant(), take_id, id, now = call.now()](store::Tx& tx) {
        auto found = RenderStore::find(tx, tenant, take_id, id);
        if (!found) throw no_render();
        parts_.ledger.release(tx, tenant, id);
        if (is_open(found->state)) {
          Render given_up = *found;
          given_up.state = RenderState::cancelled;
          given_up.finished_at = now;
          RenderStore::update(tx, tenant, given_up);
        } else {
          RenderStore::remove(tx, tenant, take_id, id);
        }
        return *found;
      });
  if (!is_open(render.state)) co_return;
  co_await parts_.jobs.cancel(call.under(nullptr), render.job_id);
  // Whatever still works there ends by that, or at its next heartbeat.
  co_await parts_.files.run(WorkClass::request, call.deadline(),
                            [folder = render_folder(parts_.folder, id)](const StopFlag&) {
                              std::error_code ignored;
                              std::filesystem::remove_all(folder, ignored);
                            });
}

}  // namespace antiphon::director
