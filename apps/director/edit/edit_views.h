#pragma once

#include "apps/director/edit/edit_list.h"
#include "engine/schema/describe.h"

namespace antiphon::director {

/// A cut as it is told and taken in; `number`, `title` and `url` are told only.
struct CutView {
  std::int64_t number = 0;
  double start = 0;
  double end = 0;
  CutKind kind = CutKind::clip;
  std::string asset_id;
  std::string title;
  std::string url;
  Transition transition = Transition::crossfade;
  double confidence = 1;
  std::string said;
  std::optional<Chart> chart;
};

inline auto describe(schema::Tag<CutView>) {
  return schema::object<CutView>("Cut", "A stretch of a take with something on screen")
      .field("number", &CutView::number, "From 1; not looked at when it is sent", schema::defaulted)
      .field("start", &CutView::start, "When it comes on", schema::min(0), schema::max(1e6),
             schema::unit("s"))
      .field("end", &CutView::end, "When it is gone", schema::min(0), schema::max(1e6),
             schema::unit("s"))
      .field("kind", &CutView::kind, "What is on screen", schema::defaulted)
      .field("assetId", &CutView::asset_id, "The clip; empty for a chart", schema::max_length(100),
             schema::defaulted)
      .field("title", &CutView::title, "Its title; the library's own when it is sent",
             schema::max_length(1000), schema::defaulted)
      .field("url", &CutView::url, "Where the clip is served; not looked at when it is sent",
             schema::max_length(1000), schema::defaulted)
      .field("transition", &CutView::transition, "How it comes on and goes", schema::defaulted)
      .field("confidence", &CutView::confidence, "How well it fitted what was said, 0 to 1",
             schema::min(0), schema::max(1), schema::defaulted)
      .field("said", &CutView::said, "The words that brought it; empty when a person put it there",
             schema::max_length(4000), schema::defaulted)
      .field("chart", &CutView::chart, "What is drawn; absent for a clip");
}

struct CaptionView {
  std::int64_t number = 0;
  double start = 0;
  double end = 0;
  std::string text;
};

inline auto describe(schema::Tag<CaptionView>) {
  return schema::object<CaptionView>("Caption", "A line of subtitles")
      .field("number", &CaptionView::number, "From 1")
      .field("start", &CaptionView::start, "When it comes on", schema::unit("s"))
      .field("end", &CaptionView::end, "When it is gone", schema::unit("s"))
      .field("text", &CaptionView::text, "What was said");
}

struct LayoutView {
  double start = 0;
  Layout layout = Layout::fullscreen;
};

inline auto describe(schema::Tag<LayoutView>) {
  return schema::object<LayoutView>("LayoutChange", "Where clip and speaker stand from then on")
      .field("start", &LayoutView::start, "From when", schema::min(0), schema::max(1e6),
             schema::unit("s"))
      .field("layout", &LayoutView::layout, "Where they stand");
}

struct EditListView {
  std::string session_id;
  int frame_rate = frames_per_second;
  double duration = 0;
  Layout layout = Layout::fullscreen;
  std::vector<LayoutView> layouts;
  std::vector<CutView> cuts;
  std::vector<CaptionView> captions;
  std::optional<Timestamp> edited_at;
};

inline auto describe(schema::Tag<EditListView>) {
  return schema::object<EditListView>("EditList", "What a take shows, from beginning to end")
      .field("sessionId", &EditListView::session_id, "The take")
      .field("frameRate", &EditListView::frame_rate, "Frames a second of the exported forms")
      .field("duration", &EditListView::duration, "Length of the take", schema::unit("s"))
      .field("layout", &EditListView::layout, "Where clip and speaker stand at first")
      .field("layouts", &EditListView::layouts, "The same from beginning to end")
      .field("cuts", &EditListView::cuts,
             "By their starts; clips overlap no clips, charts no charts")
      .field("captions", &EditListView::captions, "What was said, in subtitles")
      .field("editedAt", &EditListView::edited_at,
             "When a person changed it; absent: it is as it was recorded");
}

EditListView view(const EditList& list);

/// The cuts of a list in the place of those it has.
struct PutEditList {
  std::string session_id;
  std::optional<std::vector<CutView>> cuts;
  std::optional<Layout> layout;
  std::optional<std::vector<LayoutView>> layouts;
};

inline auto describe(schema::Tag<PutEditList>) {
  return schema::object<PutEditList>("PutEditList", "What a person made of a list")
      .field("sessionId", &PutEditList::session_id, "The take", schema::id("ses"))
      .field("cuts", &PutEditList::cuts, "All of them, by their starts; must be there",
             schema::max_items(cuts_max))
      .field("layout", &PutEditList::layout,
             "Where clip and speaker stand all the time; absent: as before")
      .field("layouts", &PutEditList::layouts,
             "The same from beginning to end, in the place of `layout`",
             schema::max_items(cuts_max));
}

/// What is kept of an edit.
struct StoredEdit {
  std::vector<CutView> cuts;
  std::vector<LayoutView> layouts;
};

inline auto describe(schema::Tag<StoredEdit>) {
  return schema::object<StoredEdit>("StoredEdit")
      .field("cuts", &StoredEdit::cuts, "All of them")
      .field("layouts", &StoredEdit::layouts, "From beginning to end");
}

/// @param before  for what is not told
/// @throws Error{fields} when it tells no cuts
Edit edit_of(const PutEditList& told, const EditList& before);
StoredEdit stored(const Edit& edit);
Edit edit_of(const StoredEdit& stored);
std::vector<Caption> captions_from(const std::vector<CaptionView>& told);

}  // namespace antiphon::director
