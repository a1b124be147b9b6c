#include "engine/media/composition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/media/ffmpeg.h"

namespace antiphon::media {
namespace {

/// A place in the picture.
struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

int even(int points) { return points / 2 * 2; }

Box film_box(const Composition& whole, Arrangement arrangement) {
  bool is_half = arrangement == Arrangement::side_by_side;
  return {0, 0, is_half ? even(whole.width / 2) : whole.width, whole.height};
}

// As on the stage of the pages: a quarter of the width, a fortieth away from the borders.
Box speaker_box(const Composition& whole, Arrangement arrangement) {
  if (arrangement == Arrangement::side_by_side) {
    int half = even(whole.width / 2);
    return {half, 0, whole.width - half, whole.height};
  }
  int width = even(whole.width / 4);
  int height = even(whole.height / 4);
  int margin = even(whole.width / 40);
  return {whole.width - width - margin, whole.height - height - margin, width, height};
}

// Fills the box without bars: what does not fit is cut off.
std::string covering(int width, int height) {
  return fmt::format(
      "scale={0}:{1}:force_original_aspect_ratio=increase:flags=bicubic,crop={0}:{1},setsar=1",
      width, height);
}

std::string fade(std::string_view direction, std::int64_t from, std::int64_t frames) {
  if (frames == 0) return "";
  return fmt::format(",fade={}:s={}:n={}:alpha=1", direction, from, frames);
}

bool meets(const Layer& layer, Window window) {
  return layer.begin < window.end && layer.end > window.begin;
}

/// Puts the arguments and filters of one window together.
class WindowPlanner {
 public:
  WindowPlanner(const Composition& whole, Window window, const FilmLimits& limits)
      : whole_(whole), window_(window), limits_(limits) {
    for (const Layer& layer : whole.layers) {
      if (meets(layer, window)) layers_.push_back(layer);
    }
  }

  Plan plan() {
    plan_.arguments = {"-nostdin", "-y", "-filter_complex_threads", "1"};
    add_background();
    picture_ = "base";
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      add_film(i);
      if (shows_speaker(layers_[i])) add_speaker(i);
    }
    add_subtitles();
    filters_.push_back(fmt::format("[{}]format=yuv420p[out]", picture_));
    add({"-filter_complex",
         fmt::format("{}", fmt::join(filters_, ";")),
         "-map",
         "[out]",
         "-frames:v",
         std::to_string(frames()),
         "-c:v",
         "libx264",
         "-preset",
         "veryfast",
         "-crf",
         "23",
         "-pix_fmt",
         "yuv420p",
         "-threads",
         "2",
         "-g",
         "50",
         "-f",
         "mpegts"});
    return std::move(plan_);
  }

 private:
  std::int64_t frames() const { return window_.end - window_.begin; }

  void add(std::vector<std::string> arguments) {
    plan_.arguments = joined(std::move(plan_.arguments), std::move(arguments));
  }

  // @return its number among the inputs
  std::size_t add_input(const std::filesystem::path& path, std::int64_t from, std::int64_t count,
                        bool is_still) {
    std::size_t number = plan_.inputs.size();
    plan_.inputs.push_back(path);
    add(input_arguments(limits_));
    if (!is_still && from > 0) add({"-ss", seconds_of(from)});
    // A little more than is shown: the last frame may come late.
    if (!is_still) add({"-t", seconds_of(count + composed_frames_per_second)});
    add({"-threads", "1", "-i", input_name(number)});
    return number;
  }

  bool has_speaker() const {
    const auto& speaker = whole_.speaker;
    return speaker && speaker->begin < window_.end && speaker->end > window_.begin;
  }

  bool shows_speaker(const Layer& layer) const {
    return whole_.speaker && layer.arrangement != Arrangement::fullscreen;
  }

  void add_background() {
    std::string filter;
    if (has_speaker()) {
      const Speaker& speaker = *whole_.speaker;
      std::int64_t from = std::max<std::int64_t>(0, window_.begin - speaker.begin);
      std::int64_t lead = std::max<std::int64_t>(0, speaker.begin - window_.begin);
      std::size_t number = add_input(speaker.path, from, frames() - lead, false);
      filter = fmt::format(
          "[{}:v:0]fps={}:start_time=0,{},format=yuv420p,tpad=start={}:stop=-1:"
          "color=black",
          number, composed_frames_per_second, covering(whole_.width, whole_.height), lead);
    } else {
      filter = fmt::format("color=black:s={}x{}:r={},format=yuv420p", whole_.width, whole_.height,
                           composed_frames_per_second);
    }
    auto copies = static_cast<std::size_t>(
        std::ranges::count_if(layers_, [this](const Layer& each) { return shows_speaker(each); }));
    filter += fmt::format(",trim=end_frame={}", frames());
    if (copies > 0) filter += fmt::format(",split={}", copies + 1);
    filter += "[base]";
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (shows_speaker(layers_[i])) filter += fmt::format("[behind{}]", i);
    }
    filters_.push_back(std::move(filter));
  }

  // Where a layer begins and how long it is on, within the window.
  std::int64_t first_of(const Layer& layer) const {
    return std::max<std::int64_t>(0, layer.begin - window_.begin);
  }
  std::int64_t count_of(const Layer& layer) const {
    return std::min(layer.end, window_.end) - window_.begin - first_of(layer);
  }
  // Frames of it that were on before the window.
  std::int64_t gone_of(const Layer& layer) const {
    return std::max<std::int64_t>(0, window_.begin - layer.begin);
  }

  std::string fades(const Layer& layer, std::int64_t in, std::int64_t out) const {
    std::int64_t gone = gone_of(layer);
    std::int64_t last = layer.end - layer.begin - out - gone;
    return (gone == 0 ? fade("in", 0, in) : "") + fade("out", std::max<std::int64_t>(0, last), out);
  }

  void add_film(std::size_t i) {
    const Layer& layer = layers_[i];
    const ComposedFilm& film = whole_.films[layer.film];
    std::size_t number =
        add_input(film.path, layer.source_begin + gone_of(layer), count_of(layer), film.is_still);
    Box box = film_box(whole_, layer.arrangement);
    filters_.push_back(fmt::format(
        "[{}:v:0]fps={}:start_time=0,scale={}:{}:force_original_aspect_ratio=decrease:"
        "force_divisible_by=2:flags=bicubic,setsar=1,pad={}:{}:{}+({}-iw)/2:{}+({}-ih)/2:black,"
        "tpad=stop=-1:stop_mode=clone,trim=end_frame={},format=yuva420p{},setpts=PTS+{}/TB[film{}]",
        number, composed_frames_per_second, box.width, box.height, whole_.width, whole_.height,
        box.x, box.width, box.y, box.height, count_of(layer),
        fades(layer, layer.fade_in, layer.fade_out), seconds_of(first_of(layer)), i));
    lay(fmt::format("film{}", i), {});
  }

  void add_speaker(std::size_t i) {
    const Layer& layer = layers_[i];
    Box box = speaker_box(whole_, layer.arrangement);
    std::int64_t first = first_of(layer);
    filters_.push_back(fmt::format(
        "[behind{}]trim=start_frame={}:end_frame={},setpts=PTS-STARTPTS,{},format=yuva420p{},"
        "setpts=PTS+{}/TB[speaker{}]",
        i, first, first + count_of(layer), covering(box.width, box.height),
        fades(layer, layer.speaker_fade_in, layer.speaker_fade_out), seconds_of(first), i));
    lay(fmt::format("speaker{}", i), box);
  }

  // Lays a picture over what there is so far.
  void lay(const std::string& picture, Box box) {
    std::string both = "with_" + picture;
    filters_.push_back(fmt::format("[{}][{}]overlay={}:{}:eof_action=pass[{}]", picture_, picture,
                                   box.x, box.y, both));
    picture_ = std::move(both);
  }

  // Their times are those of the whole.
  void add_subtitles() {
    if (!whole_.subtitles) return;
    int descriptor = Programs::first_input + static_cast<int>(plan_.inputs.size());
    plan_.inputs.push_back(*whole_.subtitles);
    std::string begin = seconds_of(window_.begin);
    filters_.push_back(
        fmt::format("[{}]setpts=PTS+{}/TB,subtitles=filename=/proc/self/fd/{},setpts=PTS-{}/TB"
                    "[titled]",
                    picture_, begin, descriptor, begin));
    picture_ = "titled";
  }

  const Composition& whole_;
  Window window_;
  const FilmLimits& limits_;
  std::vector<Layer> layers_;
  Plan plan_;
  std::vector<std::string> filters_;
  std::string picture_;
};

// The first frame from `frame` on at which nothing fades.
std::int64_t beyond_fades(const Composition& whole, std::int64_t frame) {
  for (bool moved = true; moved;) {
    moved = false;
    for (const Layer& layer : whole.layers) {
      std::int64_t in = std::max(layer.fade_in, layer.speaker_fade_in);
      std::int64_t out = std::max(layer.fade_out, layer.speaker_fade_out);
      auto leave = [&](std::int64_t from, std::int64_t to) {
        if (frame <= from || frame >= to) return;
        frame = to;
        moved = true;
      };
      leave(layer.begin, layer.begin + in);
      leave(layer.end - out, layer.end);
    }
  }
  return std::min(frame, whole.length);
}

}  // namespace

std::string seconds_of(std::int64_t frames) {
  return fmt::format("{}.{:02}", frames / composed_frames_per_second,
                     frames % composed_frames_per_second * (100 / composed_frames_per_second));
}

std::vector<Window> windows_of(const Composition& composition) {
  std::vector<Window> windows;
  for (std::int64_t begin = 0; begin < composition.length;) {
    std::int64_t end = std::min(begin + window_frames, composition.length);
    std::size_t met = 0;
    for (const Layer& layer : composition.layers) {
      if (!meets(layer, {begin, end}) || ++met <= window_layers) continue;
      // One more than a window has: the next one begins with it.
      if (layer.begin > begin) end = layer.begin;
      break;
    }
    end = beyond_fades(composition, end);
    windows.push_back({begin, end});
    begin = end;
  }
  return windows;
}

Plan plan_window(const Composition& composition, Window window, const FilmLimits& limits) {
  return WindowPlanner(composition, window, limits).plan();
}

Plan plan_joining(const Composition& composition, const std::filesystem::path& list,
                  const FilmLimits& limits) {
  std::string length = seconds_of(composition.length);
  Plan plan{.arguments = {"-nostdin", "-y", "-v", "error", "-protocol_whitelist", "file,pipe",
                          "-format_whitelist", "concat,mpegts", "-f", "concat", "-i",
                          "file:" + list.string()}};
  std::string sound = fmt::format("anullsrc=r=48000:cl=stereo,atrim=end={}[sound]", length);
  if (composition.speaker && composition.speaker->has_sound) {
    const Speaker& speaker = *composition.speaker;
    plan.inputs.push_back(speaker.path);
    plan.arguments = joined(std::move(plan.arguments), input_arguments(limits));
    plan.arguments = joined(std::move(plan.arguments), {"-vn", "-i", input_name(0)});
    std::int64_t delay_ms = speaker.begin * 1000 / composed_frames_per_second;
    sound = fmt::format(
        "[1:a:0]aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,"
        "adelay=delays={}:all=1,apad,atrim=end={}[sound]",
        delay_ms, length);
  }
  plan.arguments = joined(std::move(plan.arguments), {"-filter_complex",
                                                      sound,
                                                      "-map",
                                                      "0:v:0",
                                                      "-map",
                                                      "[sound]",
                                                      "-c:v",
                                                      "copy",
                                                      "-c:a",
                                                      "aac",
                                                      "-b:a",
                                                      "160k",
                                                      "-movflags",
                                                      "+faststart",
                                                      "-fs",
                                                      std::to_string(limits.composed_bytes_max),
                                                      "-progress",
                                                      "pipe:1",
                                                      "-f",
                                                      "mp4"});
  return plan;
}

std::string picture_list(const std::vector<Window>& windows,
                         const std::vector<std::string>& names) {
  std::string list = "ffconcat version 1.0\n";
  for (std::size_t i = 0; i < windows.size(); ++i) {
    list += fmt::format("file {}\nduration {}\n", names[i],
                        seconds_of(windows[i].end - windows[i].begin));
  }
  return list;
}

}  // namespace antiphon::media
