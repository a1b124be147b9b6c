#include "apps/director/edit/edit_list.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/media/film.h"

namespace antiphon::director {
namespace {

// What a browser tells of a film's length and what ffmpeg does may differ by a frame or two.
constexpr milliseconds length_tolerance{100};
constexpr milliseconds shortest_cut{1000 / frames_per_second};

milliseconds own_length(const ScreenMoment& moment) {
  // A still is shown as a film of its own length.
  return moment.length_ms.count() > 0 ? moment.length_ms : media::Film::still_film_length;
}

// Where a take ends: with its sound, its recording, or what happened last. One without either goes
// on until its last picture has ended, and its last words can be read.
milliseconds length_of(const TakeHistory& history, std::span<const Caption> captions) {
  milliseconds length = history.take.duration;
  if (history.recording) length = std::max(length, history.recording->end());
  bool has_sound = length.count() > 0;
  for (const auto& [number, at, moment] : history.moments) {
    length = std::max(length, at);
    bool is_picture = moment.kind == MomentKind::clip || moment.kind == MomentKind::chart;
    if (!has_sound && is_picture) length = std::max(length, at + own_length(moment));
  }
  if (!has_sound && !captions.empty()) length = std::max(length, captions.back().end);
  return length;
}

Cut cut_of(const KeptMoment& kept) {
  const ScreenMoment& moment = kept.moment;
  return {.start = kept.at,
          .end = kept.at + own_length(moment),
          .kind = moment.kind == MomentKind::chart ? CutKind::chart : CutKind::clip,
          .asset_id = moment.asset_id,
          .title = moment.title,
          .transition = moment.transition == "cut" ? Transition::cut : Transition::crossfade,
          .confidence = moment.confidence,
          .said = moment.said,
          .chart = moment.chart};
}

// In their order; what is left of one when the next of its kind comes on.
std::vector<Cut> cuts_of(std::span<const KeptMoment> moments, MomentKind kind,
                         milliseconds length) {
  std::vector<Cut> cuts;
  for (const KeptMoment& kept : moments) {
    if (kept.moment.kind != kind) continue;
    if (!cuts.empty()) cuts.back().end = std::min(cuts.back().end, kept.at);
    cuts.push_back(cut_of(kept));
    cuts.back().end = std::min(cuts.back().end, length);
  }
  std::erase_if(cuts, [](const Cut& cut) { return cut.end - cut.start < shortest_cut; });
  return cuts;
}

std::vector<LayoutChange> layouts_of(Layout first, std::span<const KeptMoment> moments) {
  std::vector<LayoutChange> layouts{{milliseconds{}, first}};
  for (const KeptMoment& kept : moments) {
    if (!kept.moment.layout) continue;
    if (layouts.back().start == kept.at) layouts.pop_back();
    layouts.push_back({kept.at, *kept.moment.layout});
  }
  auto twins = std::ranges::unique(layouts, {}, &LayoutChange::layout);
  layouts.erase(twins.begin(), twins.end());
  return layouts;
}

/// Gathers what is wrong with an edit.
class EditCheck {
 public:
  EditCheck(milliseconds length, const std::map<std::string, KnownClip>& clips)
      : length_(length), clips_(clips) {}

  void check(const Edit& edit) {
    if (edit.cuts.size() > cuts_max) {
      add("/cuts", "max_items",
          fmt::format("There are {} cuts; {} is the most.", edit.cuts.size(), cuts_max));
    }
    const Cut* before = nullptr;
    std::map<CutKind, milliseconds> free_from;
    for (std::size_t i = 0; i < edit.cuts.size() && i < cuts_max; ++i) {
      const Cut& cut = edit.cuts[i];
      place_ = fmt::format("/cuts/{}", i);
      check_times(cut, before, free_from[cut.kind]);
      if (cut.kind == CutKind::clip) check_clip(cut);
      if (cut.kind == CutKind::chart) check_chart(cut);
      free_from[cut.kind] = std::max(free_from[cut.kind], cut.end);
      before = &cut;
    }
    check_layouts(edit.layouts);
    if (!errors_.empty()) throw Error(std::move(errors_));
  }

 private:
  void add(std::string pointer, std::string rule, std::string message) {
    errors_.push_back({std::move(pointer), std::move(rule), std::move(message)});
  }

  static double seconds(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

  void check_times(const Cut& cut, const Cut* before, milliseconds free_from) {
    if (cut.end - cut.start < shortest_cut) {
      add(place_ + "/end", "min",
          fmt::format("A cut lasts at least a frame, {} s: this one goes from {} s to {} s.",
                      seconds(shortest_cut), seconds(cut.start), seconds(cut.end)));
    }
    if (cut.start.count() < 0 || cut.end > length_) {
      add(place_ + (cut.start.count() < 0 ? "/start" : "/end"), "inside",
          fmt::format("The take goes from 0 s to {} s; this cut from {} s to {} s.",
                      seconds(length_), seconds(cut.start), seconds(cut.end)));
    }
    if (before && cut.start < before->start) {
      add(place_ + "/start", "order",
          fmt::format("Cuts stand in the order of their starts: {} s comes after {} s.",
                      seconds(cut.start), seconds(before->start)));
    } else if (cut.start < free_from) {
      add(place_ + "/start", "overlap",
          fmt::format("Another {} is on screen until {} s; this one begins at {} s.",
                      cut.kind == CutKind::clip ? "clip" : "chart", seconds(free_from),
                      seconds(cut.start)));
    }
  }

  void check_clip(const Cut& cut) {
    if (cut.chart) add(place_ + "/chart", "unknown", "A clip has no chart.");
    auto known = clips_.find(cut.asset_id);
    if (known == clips_.end()) {
      add(place_ + "/assetId", "known",
          fmt::format("The library has no clip \"{}\".", cut.asset_id));
      return;
    }
    milliseconds most = known->second.length;
    if (most.count() > 0 && cut.end - cut.start > most + length_tolerance) {
      add(place_ + "/end", "max",
          fmt::format("The clip lasts {} s; this cut {} s.", seconds(most),
                      seconds(cut.end - cut.start)));
    }
  }

  void check_chart(const Cut& cut) {
    if (!cut.chart)
      add(place_ + "/chart", "required", "A cut of the kind chart says what to draw.");
    if (!cut.asset_id.empty()) {
      add(place_ + "/assetId", "unknown", "A chart is no clip: leave assetId out.");
    }
  }

  void check_layouts(const std::vector<LayoutChange>& layouts) {
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      std::string pointer = fmt::format("/layouts/{}/start", i);
      milliseconds start = layouts[i].start;
      if (i == 0 && start.count() != 0) {
        add(pointer, "order", "The first layout holds from 0 s on.");
      } else if (i > 0 && start <= layouts[i - 1].start) {
        add(pointer, "order",
            fmt::format("Layouts stand in the order of their starts: {} s comes after {} s.",
                        seconds(start), seconds(layouts[i - 1].start)));
      } else if (start > length_) {
        add(pointer, "inside",
            fmt::format("The take ends at {} s; this layout begins at {} s.", seconds(length_),
                        seconds(start)));
      }
    }
  }

  milliseconds length_;
  const std::map<std::string, KnownClip>& clips_;
  std::string place_;
  std::vector<FieldError> errors_;
};

}  // namespace

EditList recorded_list(const TakeHistory& history) {
  EditList list{.take_id = history.take.id,
                .layouts = layouts_of(history.take.layout, history.moments),
                .captions = captions_of(history.utterances),
                .recording = history.recording};
  list.length = length_of(history, list.captions);
  std::vector<Cut> clips = cuts_of(history.moments, MomentKind::clip, list.length);
  std::vector<Cut> charts = cuts_of(history.moments, MomentKind::chart, list.length);
  std::ranges::merge(clips, charts, std::back_inserter(list.cuts), {}, &Cut::start, &Cut::start);
  return list;
}

Layout layout_at(std::span<const LayoutChange> layouts, milliseconds time) {
  Layout layout = Layout::fullscreen;
  for (const LayoutChange& change : layouts) {
    if (change.start <= time) layout = change.layout;
  }
  return layout;
}

void check_edit(const Edit& edit, milliseconds length,
                const std::map<std::string, KnownClip>& clips) {
  EditCheck(length, clips).check(edit);
}

std::int64_t frame_of(milliseconds time) {
  constexpr std::int64_t second = 1000;
  return (time.count() * frames_per_second + second / 2) / second;
}

}  // namespace antiphon::director
