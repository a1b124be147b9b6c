#include "apps/director/render/render_plan.h"

#include <algorithm>
#include <set>

#include "apps/director/edit/cmx.h"
#include "apps/director/edit/one_line.h"

namespace antiphon::director {
namespace {

media::Arrangement arrangement_of(Layout layout) {
  switch (layout) {
    case Layout::fullscreen: return media::Arrangement::fullscreen;
    case Layout::pip: return media::Arrangement::pip;
    case Layout::side_by_side: return media::Arrangement::side_by_side;
  }
  return media::Arrangement::fullscreen;
}

/// Lays clips over the speaker.
class Layers {
 public:
  Layers(const EditList& list, const RenderWish& wish, std::int64_t length)
      : layouts_(list.layouts), length_(length) {
    if (wish.layout) layouts_ = {{milliseconds{}, *wish.layout}};
  }

  void add(const Cut& cut, std::size_t film) {
    std::int64_t begin = frame_of(cut.start);
    std::int64_t end = std::min(frame_of(cut.end), length_);
    if (begin >= end) return;
    std::int64_t fade = fade_of(cut);
    if (!layers_.empty() && layers_.back().end == begin) hold_last(fade);
    std::size_t first = layers_.size();
    add_parts(begin, end, film);
    layers_[first].fade_in = layers_[first].speaker_fade_in = fade;
    if (first > 0 && touches(layers_[first - 1], begin) &&
        layers_[first - 1].arrangement == layers_[first].arrangement) {
      layers_[first].speaker_fade_in = 0;  // stands there already
    }
    if (end < length_) layers_.back().fade_out = layers_.back().speaker_fade_out = fade;
  }

  std::vector<media::Layer> take() { return std::move(layers_); }

 private:
  // The next one fades in over it: it stays until that is done.
  void hold_last(std::int64_t fade) {
    layers_.back().fade_out = layers_.back().speaker_fade_out = 0;
    layers_.back().end = std::min(layers_.back().end + fade, length_);
  }

  static bool touches(const media::Layer& layer, std::int64_t begin) { return layer.end >= begin; }

  // One layer for each arrangement that it is shown in.
  void add_parts(std::int64_t begin, std::int64_t end, std::size_t film) {
    std::int64_t from = begin;
    for (std::size_t i = 0; i < layouts_.size(); ++i) {
      bool is_last = i + 1 == layouts_.size();
      std::int64_t to = is_last ? end : std::min(end, frame_of(layouts_[i + 1].start));
      if (to <= from) continue;
      layers_.push_back({.film = film,
                         .begin = from,
                         .end = to,
                         .source_begin = from - begin,
                         .arrangement = arrangement_of(layouts_[i].layout)});
      from = to;
    }
  }

  std::vector<LayoutChange> layouts_;
  std::int64_t length_;
  std::vector<media::Layer> layers_;
};

}  // namespace

media::Composition composition_of(const EditList& list, const RenderWish& wish,
                                  const RenderFiles& files) {
  media::Composition whole{.length = std::max<std::int64_t>(1, frame_of(list.length)),
                           .subtitles = files.subtitles};
  if (wish.quality == Quality::hd1080) {
    whole.width = 1920;
    whole.height = 1080;
  }
  if (list.recording && files.recording) {
    whole.speaker = media::Speaker{.path = *files.recording,
                                   .begin = frame_of(list.recording->offset),
                                   .end = frame_of(list.recording->end()),
                                   .has_sound = files.recording_has_sound};
  }
  std::map<std::string, std::size_t> places;
  Layers layers(list, wish, whole.length);
  for (const Cut& cut : list.cuts) {
    auto file = files.clips.find(cut.asset_id);
    if (cut.kind != CutKind::clip || file == files.clips.end()) continue;
    auto [place, is_new] = places.try_emplace(cut.asset_id, whole.films.size());
    if (is_new) whole.films.push_back(file->second);
    layers.add(cut, place->second);
  }
  whole.layers = layers.take();
  return whole;
}

std::vector<std::string> remarks_on(const EditList& list, const std::set<std::string>& known) {
  std::vector<std::string> remarks;
  std::set<std::string> missing;
  std::size_t charts = 0;
  for (const Cut& cut : list.cuts) {
    if (cut.kind == CutKind::chart) {
      ++charts;
    } else if (!known.contains(cut.asset_id) && missing.insert(cut.asset_id).second) {
      remarks.push_back(
          fmt::format("The clip \"{}\" is not in the library any more: what is behind it is shown.",
                      one_line(cut.title)));
    }
  }
  if (charts > 0) {
    remarks.push_back(fmt::format("Charts are not drawn into films: {} of them {} left out.",
                                  charts, charts == 1 ? "is" : "are"));
  }
  if (!list.recording) {
    remarks.push_back(
        "The take has no recording that can be played: the speaker is black, and "
        "there is no sound.");
  }
  return remarks;
}

}  // namespace antiphon::director
