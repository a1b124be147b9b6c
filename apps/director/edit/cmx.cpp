#include "apps/director/edit/cmx.h"

#include <algorithm>
#include <set>

#include "apps/director/edit/one_line.h"
#include "engine/base/error.h"

namespace antiphon::director {
namespace {

constexpr std::string_view recording_reel = "TAKE";
constexpr std::string_view black_reel = "BL";
constexpr std::string_view auxiliary_reel = "AX";
constexpr std::size_t reel_length = 8;

/// A stretch of the picture track, in frames of the take.
struct Stretch {
  std::string reel;
  std::string name;
  std::string source;  ///< id of the clip; "" for none
  std::int64_t source_in = 0;
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::int64_t fade = 0;  ///< from the one before it; 0: a cut

  std::int64_t source_out() const { return source_in + out - in; }
};

// Eight letters and digits of the clip's id; where two clips would have the same, a number parts
// them.
class Reels {
 public:
  const std::string& of(const std::string& asset_id) {
    std::string& reel = reels_[asset_id];
    if (!reel.empty()) return reel;
    std::string letters;
    for (char c : asset_id.substr(asset_id.find('_') + 1)) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 || letters.size() == reel_length) break;
      letters.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    }
    reel = letters.empty() ? "CLIP" : letters;
    for (int number = 2; !taken_.insert(reel).second; ++number) {
      std::string digits = std::to_string(number);
      reel = letters.substr(0, reel_length - digits.size()) + digits;
    }
    return reel;
  }

 private:
  std::map<std::string, std::string> reels_;
  std::set<std::string> taken_{std::string(recording_reel), std::string(black_reel),
                               std::string(auxiliary_reel)};
};

/// Lays the picture track out, without a gap.
class Track {
 public:
  explicit Track(const EditList& list) : list_(list), end_(frame_of(list.length)) {
    if (list.recording) {
      recorded_from_ = frame_of(list.recording->offset);
      recorded_to_ = std::min(end_, frame_of(list.recording->end()));
    }
  }

  std::vector<Stretch> lay() {
    for (const Cut& cut : list_.cuts) {
      if (cut.kind == CutKind::clip) add_clip(cut);
    }
    add_background(end_);
    return std::move(track_);
  }

 private:
  std::int64_t at() const { return track_.empty() ? 0 : track_.back().out; }

  void add_clip(const Cut& cut) {
    std::int64_t in = frame_of(cut.start);
    std::int64_t out = std::min(frame_of(cut.end), end_);
    if (in >= out) return;
    add_background(in);
    track_.push_back({.reel = reels_.of(cut.asset_id),
                      .name = cut.title,
                      .source = cut.asset_id,
                      .in = in,
                      .out = out,
                      .fade = fade_of(cut)});
  }

  // What is behind the clips, until `to`. The clip before it fades out within its own time.
  void add_background(std::int64_t to) {
    if (at() >= to) return;
    std::int64_t fade = 0;
    if (!track_.empty()) {
      fade = track_.back().fade;
      track_.back().out -= fade;
    }
    for (std::int64_t from = at(); from < to; from = at()) {
      bool is_recorded = from >= recorded_from_ && from < recorded_to_;
      std::int64_t out = is_recorded             ? std::min(to, recorded_to_)
                         : from < recorded_from_ ? std::min(to, recorded_from_)
                                                 : to;
      track_.push_back({.reel = std::string(is_recorded ? recording_reel : black_reel),
                        .name = is_recorded ? "Recording" : "Black",
                        .source_in = is_recorded ? from - recorded_from_ : 0,
                        .in = from,
                        .out = out,
                        .fade = std::exchange(fade, 0)});
    }
  }

  const EditList& list_;
  std::int64_t end_;
  std::int64_t recorded_from_ = 0;
  std::int64_t recorded_to_ = 0;  ///< as `recorded_from_`: nothing is recorded
  Reels reels_;
  std::vector<Stretch> track_;
};

/// Writes events.
class CmxWriter {
 public:
  explicit CmxWriter(const std::string& title)
      : text_(fmt::format("TITLE: {}\nFCM: NON-DROP FRAME\n", title)) {}

  void add_cut(const Stretch& to, std::string_view channel) {
    begin_event();
    add_line(to.reel, channel, "C", "", to.source_in, to.source_out(), to.in, to.out);
    add_comment("FROM CLIP NAME", to.name);
    if (!to.source.empty()) add_comment("SOURCE FILE", to.source);
  }

  void add_dissolve(const Stretch& from, const Stretch& to) {
    begin_event();
    std::int64_t left = from.source_out();
    add_line(from.reel, "V", "C", "", left, left, to.in, to.in);
    add_line(to.reel, "V", "D", fmt::format("{:03}", to.fade), to.source_in, to.source_out(), to.in,
             to.out);
    add_comment("FROM CLIP NAME", from.name);
    add_comment("TO CLIP NAME", to.name);
    if (!to.source.empty()) add_comment("SOURCE FILE", to.source);
  }

  void add_comment(std::string_view name, std::string_view value) {
    text_ += fmt::format("* {}: {}\n", name, one_line(value));
  }

  std::string finish() {
    if (events_ > cmx_events_max) {
      throw Error(Code::unprocessable,
                  fmt::format("CMX 3600 has room for {} events, and this list makes {}. Take the "
                              "list as JSON.",
                              cmx_events_max, events_));
    }
    return std::move(text_);
  }

 private:
  void begin_event() {
    ++events_;
    text_ += '\n';
  }

  void add_line(std::string_view reel, std::string_view channel, std::string_view type,
                std::string_view length, std::int64_t source_in, std::int64_t source_out,
                std::int64_t in, std::int64_t out) {
    text_ +=
        fmt::format("{:03}  {:8} {:5} {:4} {:3} {} {} {} {}\n", events_, reel, channel, type,
                    length, timecode(source_in), timecode(source_out), timecode(in), timecode(out));
  }

  std::string text_;
  std::size_t events_ = 0;
};

std::string_view name_of(Layout layout) {
  switch (layout) {
    case Layout::fullscreen: return "fullscreen";
    case Layout::pip: return "pip";
    case Layout::side_by_side: return "sideBySide";
  }
  return "fullscreen";
}

void add_remarks(CmxWriter& writer, const EditList& list) {
  for (const LayoutChange& change : list.layouts) {
    writer.add_comment(
        "LAYOUT", fmt::format("{} {}", timecode(frame_of(change.start)), name_of(change.layout)));
  }
  for (const Cut& cut : list.cuts) {
    if (cut.kind != CutKind::chart) continue;
    writer.add_comment("CHART", fmt::format("{} {} {}", timecode(frame_of(cut.start)),
                                            timecode(frame_of(cut.end)), cut.title));
  }
}

}  // namespace

std::int64_t fade_of(const Cut& cut) {
  if (cut.transition == Transition::cut) return 0;
  return std::min(fade_frames, (frame_of(cut.end) - frame_of(cut.start)) / 2);
}

std::string timecode(std::int64_t frame) {
  std::int64_t seconds = frame / frames_per_second;
  return fmt::format("{:02}:{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                     frame % frames_per_second);
}

std::string to_cmx(const EditList& list) {
  CmxWriter writer(list.take_id);
  std::vector<Stretch> track = Track(list).lay();
  Stretch before{.reel = std::string(black_reel), .name = "Black"};
  for (const Stretch& stretch : track) {
    if (stretch.fade > 0) {
      writer.add_dissolve(before, stretch);
    } else {
      writer.add_cut(stretch, "V");
    }
    before = stretch;
  }
  if (list.recording) {
    std::int64_t in = frame_of(list.recording->offset);
    std::int64_t out = std::min(frame_of(list.recording->end()), frame_of(list.length));
    writer.add_cut({.reel = std::string(recording_reel), .name = "Recording", .in = in, .out = out},
                   "A");
  }
  add_remarks(writer, list);
  return writer.finish();
}

}  // namespace antiphon::director
