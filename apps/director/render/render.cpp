#include "apps/director/render/render.h"

#include <fmt/format.h>

namespace antiphon::director {

std::string_view to_text(RenderState state) {
  switch (state) {
    case RenderState::waiting: return "waiting";
    case RenderState::running: return "running";
    case RenderState::ready: return "ready";
    case RenderState::failed: return "failed";
    case RenderState::cancelled: return "cancelled";
  }
  return "failed";
}

RenderScript script_of(const EditList& list, std::vector<ScriptClip> clips) {
  EditListView told = view(list);
  RenderScript script{.length_ms = list.length,
                      .cuts = std::move(told.cuts),
                      .layouts = std::move(told.layouts),
                      .captions = std::move(told.captions),
                      .clips = std::move(clips)};
  if (list.recording) {
    script.recording_hash = list.recording->content_hash;
    script.recording_offset_ms = list.recording->offset;
    script.recording_length_ms = list.recording->duration;
  }
  return script;
}

EditList list_of(const RenderScript& script) {
  Edit edit = edit_of(StoredEdit{script.cuts, script.layouts});
  EditList list{.length = script.length_ms,
                .cuts = std::move(edit.cuts),
                .layouts = std::move(edit.layouts),
                .captions = captions_from(script.captions)};
  if (!script.recording_hash.empty()) {
    list.recording = Recording{.state = RecordingState::ready,
                               .content_hash = script.recording_hash,
                               .duration = script.recording_length_ms,
                               .offset = script.recording_offset_ms};
  }
  return list;
}

std::string film_path(const Render& render) {
  return fmt::format("/api/v1/director/sessions/{}/renders/{}/film", render.take_id, render.id);
}

}  // namespace antiphon::director
