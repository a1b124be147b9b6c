#include "apps/director/edit/edit_views.h"

#include <cmath>

#include "apps/director/library/asset.h"
#include "engine/base/error.h"

namespace antiphon::director {
namespace {

double seconds(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

milliseconds from_seconds(double time) { return milliseconds(std::llround(time * 1000)); }

CutView view(const Cut& cut, std::int64_t number) {
  return {.number = number,
          .start = seconds(cut.start),
          .end = seconds(cut.end),
          .kind = cut.kind,
          .asset_id = cut.asset_id,
          .title = cut.title,
          .url = cut.kind == CutKind::clip ? media_path(cut.asset_id) : "",
          .transition = cut.transition,
          .confidence = cut.confidence,
          .said = cut.said,
          .chart = cut.chart};
}

std::vector<CutView> views(const std::vector<Cut>& cuts) {
  std::vector<CutView> told;
  for (const Cut& cut : cuts) told.push_back(view(cut, std::ssize(told) + 1));
  return told;
}

Cut cut_of(const CutView& told) {
  return {.start = from_seconds(told.start),
          .end = from_seconds(told.end),
          .kind = told.kind,
          .asset_id = told.asset_id,
          .title = told.chart ? told.chart->title : told.title,
          .transition = told.transition,
          .confidence = told.confidence,
          .said = told.said,
          .chart = told.chart};
}

template <class T>
std::vector<Cut> cuts_of(const std::vector<T>& told) {
  std::vector<Cut> cuts;
  for (const T& cut : told) cuts.push_back(cut_of(cut));
  return cuts;
}

std::vector<LayoutView> views(const std::vector<LayoutChange>& layouts) {
  std::vector<LayoutView> told;
  for (const LayoutChange& change : layouts) told.push_back({seconds(change.start), change.layout});
  return told;
}

std::vector<LayoutChange> layouts_of(const std::vector<LayoutView>& told) {
  std::vector<LayoutChange> layouts;
  for (const LayoutView& change : told) {
    layouts.push_back({from_seconds(change.start), change.layout});
  }
  return layouts;
}

}  // namespace

EditListView view(const EditList& list) {
  EditListView told{.session_id = list.take_id,
                    .duration = seconds(list.length),
                    .layout = list.layouts.front().layout,
                    .layouts = views(list.layouts),
                    .cuts = views(list.cuts),
                    .captions = {},
                    .edited_at = list.edited_at};
  for (const Caption& caption : list.captions) {
    told.captions.push_back({std::ssize(told.captions) + 1, seconds(caption.start),
                             seconds(caption.end), caption.text});
  }
  return told;
}

Edit edit_of(const PutEditList& told, const EditList& before) {
  if (!told.cuts) {
    throw Error({{"/cuts", "required", "cuts must be there: all cuts, or none as an empty list."}});
  }
  Edit edit{.cuts = cuts_of(*told.cuts), .layouts = before.layouts};
  if (told.layouts && !told.layouts->empty()) {
    edit.layouts = layouts_of(*told.layouts);
  } else if (told.layout) {
    edit.layouts = {{milliseconds{}, *told.layout}};
  }
  return edit;
}

StoredEdit stored(const Edit& edit) { return {views(edit.cuts), views(edit.layouts)}; }

Edit edit_of(const StoredEdit& stored) {
  return {cuts_of(stored.cuts), layouts_of(stored.layouts)};
}

std::vector<Caption> captions_from(const std::vector<CaptionView>& told) {
  std::vector<Caption> captions;
  for (const CaptionView& caption : told) {
    captions.push_back({from_seconds(caption.start), from_seconds(caption.end), caption.text});
  }
  return captions;
}

}  // namespace antiphon::director
