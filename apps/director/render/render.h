#pragma once

#include "apps/director/edit/edit_views.h"
#include "apps/director/render/render_plan.h"

namespace antiphon::director {

enum class RenderState { waiting, running, ready, failed, cancelled };
std::string_view to_text(RenderState state);

/// Whether it is still to come.
inline bool is_open(RenderState state) {
  return state == RenderState::waiting || state == RenderState::running;
}

/// A film that is made of a take's edit list.
struct Render {
  std::string id;       ///< "ren_…"
  std::string take_id;  ///< "ses_…"
  RenderWish wish;
  RenderState state = RenderState::waiting;
  double progress = 0;                    ///< 0 to 1
  std::string problem = {};               ///< why it failed; "" when it did not
  std::vector<std::string> remarks = {};  ///< what the film does not show
  std::string content_hash = {};          ///< "" until it is ready
  std::int64_t bytes = 0;
  std::chrono::milliseconds length{};
  std::string job_id = {};
  std::string created_by;
  Timestamp created_at;
  std::optional<Timestamp> finished_at = {};
};

struct ScriptClip {
  std::string asset_id;
  std::string hash;
  bool is_still = false;
};

inline auto describe(schema::Tag<ScriptClip>) {
  return schema::object<ScriptClip>("ScriptClip", "A clip's file")
      .field("assetId", &ScriptClip::asset_id, "The clip")
      .field("hash", &ScriptClip::hash, "Its content")
      .field("isStill", &ScriptClip::is_still, "Whether it is a picture");
}

/// The list and its files as they were when a film was asked for: it is made of these, whatever is
/// changed or deleted meanwhile.
struct RenderScript {
  std::chrono::milliseconds length_ms{};
  std::vector<CutView> cuts;
  std::vector<LayoutView> layouts;
  std::vector<CaptionView> captions;
  std::vector<ScriptClip> clips;
  std::string recording_hash;  ///< "" for none
  std::chrono::milliseconds recording_offset_ms{};
  std::chrono::milliseconds recording_length_ms{};
};

inline auto describe(schema::Tag<RenderScript>) {
  return schema::object<RenderScript>("RenderScript", "What a film is made of")
      .field("lengthMs", &RenderScript::length_ms, "Of the take")
      .field("cuts", &RenderScript::cuts, "What is on screen")
      .field("layouts", &RenderScript::layouts, "Where it stands")
      .field("captions", &RenderScript::captions, "What was said")
      .field("clips", &RenderScript::clips, "The files of the cuts")
      .field("recordingHash", &RenderScript::recording_hash, "The recording's file; empty for none")
      .field("recordingOffsetMs", &RenderScript::recording_offset_ms, "Where it begins")
      .field("recordingLengthMs", &RenderScript::recording_length_ms, "How long it is");
}

/// @param clips  the files of the list's clips that are there
RenderScript script_of(const EditList& list, std::vector<ScriptClip> clips);
EditList list_of(const RenderScript& script);

/// The path under which a finished film is served.
std::string film_path(const Render& render);

}  // namespace antiphon::director
