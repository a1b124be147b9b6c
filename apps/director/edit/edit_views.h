#pragma once

#include "apps/director/edit/edit_list.h"
#include "engine/schema/describe.h"

namespace antiphon::director {

/// A cut as it is told.
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

/// @param presence  of what a person may leave out
template <class T>
auto cut_fields(schema::Object<T> object, const schema::Attribute& presence) {
  return std::move(object)
      .field("number", static_cast<std::int64_t T::*>(&T::number), "From 1", presence)
      .field("start", static_cast<double T::*>(&T::start), "When it comes on", schema::min(0),
             schema::max(1e6), schema::unit("s"))
      .field("end", static_cast<double T::*>(&T::end), "When it is gone", schema::min(0),
             schema::max(1e6), schema::unit("s"))
      .field("kind", static_cast<CutKind T::*>(&T::kind), "What is on screen", presence)
      .field("assetId", static_cast<std::string T::*>(&T::asset_id), "The clip; empty for a chart",
             schema::max_length(100), presence)
      .field("title", static_cast<std::string T::*>(&T::title), "Its title",
             schema::max_length(1000), presence)
      .field("url", static_cast<std::string T::*>(&T::url),
             "Where the clip is served; empty for a chart", schema::max_length(1000), presence)
      .field("transition", static_cast<Transition T::*>(&T::transition), "How it comes on and goes",
             presence)
      .field("confidence", static_cast<double T::*>(&T::confidence),
             "How well it fitted what was said, 0 to 1", schema::min(0), schema::max(1), presence)
      .field("said", static_cast<std::string T::*>(&T::said),
             "The words that brought it; empty when a person put it there",
             schema::max_length(4000), presence)
      .field("chart", static_cast<std::optional<Chart> T::*>(&T::chart),
             "What is drawn; absent for a clip");
}

inline auto describe(schema::Tag<CutView>) {
  return cut_fields(schema::object<CutView>("Cut", "A stretch of a take with something on screen"),
                    [](schema::Field&) {});
}

/// A cut as it is sent: `number`, `title` and `url` are not looked at.
struct SentCut : CutView {};

inline auto describe(schema::Tag<SentCut>) {
  return cut_fields(schema::object<SentCut>("SentCut",
                                            "A cut as it is sent; number, title and url "
                                            "may stand there and are not looked at"),
                    schema::defaulted);
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
  std::optional<std::vector<SentCut>> cuts;
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
