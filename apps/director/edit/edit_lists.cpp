#include "apps/director/edit/edit_lists.h"

#include <algorithm>

#include "apps/director/library/asset_store.h"
#include "apps/director/recording/recording_store.h"
#include "engine/base/error.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

TakeHistory history_of(store::Tx& tx, const std::string& tenant, const std::string& take_id) {
  auto take = TakeStore::find(tx, tenant, take_id);
  if (!take) throw Error(Code::not_found, "No such take.");
  TakeHistory history{.take = *std::move(take),
                      .utterances = TakeStore::utterances(tx, tenant, take_id),
                      .moments = EditStore::moments(tx, tenant, take_id),
                      .recording = RecordingStore::find(tx, tenant, take_id)};
  if (history.recording && history.recording->state != RecordingState::ready) {
    history.recording.reset();
  }
  return history;
}

std::map<std::string, KnownClip> known_clips(store::Tx& tx, const std::string& tenant,
                                             const std::vector<Cut>& cuts) {
  std::map<std::string, KnownClip> known;
  for (const Cut& cut : cuts) {
    if (cut.kind != CutKind::clip || known.contains(cut.asset_id)) continue;
    auto asset = AssetStore::find(tx, tenant, cut.asset_id);
    if (!asset) continue;
    bool is_still = asset->kind == ClipKind::still;
    known[cut.asset_id] = {asset->title, is_still ? milliseconds{} : asset->duration};
  }
  return known;
}

}  // namespace

Task<EditList> EditLists::find(Call call, std::string take_id) {
  return database_.read(Due(call), [tenant = call.tenant(), take_id](store::Tx& tx) {
    return find(tx, tenant, take_id);
  });
}

EditList EditLists::find(store::Tx& tx, const std::string& tenant, const std::string& take_id) {
  EditList list = recorded_list(history_of(tx, tenant, take_id));
  if (auto kept = EditStore::find(tx, tenant, take_id)) {
    Edit edit = edit_of(schema::parse<StoredEdit>(kept->body));
    list.cuts = std::move(edit.cuts);
    list.layouts = std::move(edit.layouts);
    list.edited_at = kept->edited_at;
  }
  return list;
}

Task<EditList> EditLists::put(Call call, PutEditList told) {
  return database_.write(call, [tenant = call.tenant(), told, editor = call.principal().id,
                                now = call.now()](store::Tx& tx) {
    EditList before = find(tx, tenant, told.session_id);
    Edit edit = edit_of(told, before);
    auto known = known_clips(tx, tenant, edit.cuts);
    check_edit(edit, before.length, known);
    for (Cut& cut : edit.cuts) {
      if (cut.kind == CutKind::clip) cut.title = known.at(cut.asset_id).title;
    }
    EditStore::put(tx, tenant, told.session_id, {schema::to_json(stored(edit)), editor, now});
    return find(tx, tenant, told.session_id);
  });
}

Task<EditList> EditLists::reset(Call call, std::string take_id) {
  return database_.write(call, [tenant = call.tenant(), take_id](store::Tx& tx) {
    EditStore::remove(tx, tenant, take_id);
    return find(tx, tenant, take_id);
  });
}

}  // namespace antiphon::director
