#include "engine/media/film.h"

#include <algorithm>

#include "engine/media/ffmpeg.h"

namespace antiphon::media {
namespace {

constexpr int frames_per_second_max = 30;

// Even sizes, as the encoders want them; never larger than it is.
std::string fitted(int width_max) {
  return fmt::format("scale=w='trunc(min({},iw)/2)*2':h=-2:flags=bilinear", width_max);
}

double share(std::chrono::milliseconds done, std::chrono::milliseconds all) {
  if (all.count() <= 0) return 0;
  return std::min(1.0, static_cast<double>(done.count()) / static_cast<double>(all.count()));
}

std::vector<std::string> preview_arguments(const FilmFacts& facts, const FilmLimits& limits) {
  std::string filter = fmt::format("fps=fps='min({},source_fps)',{}", frames_per_second_max,
                                   fitted(Film::preview_width_max));
  std::string length = std::to_string(limits.length_max.count());
  if (facts.is_still) {
    length = std::to_string(Film::still_film_length.count());
    filter = fmt::format("{},tpad=stop=-1:stop_mode=clone,fps=10", fitted(Film::preview_width_max));
  }
  // The sound of a clip is not played: it is shown over somebody who talks.
  return {"-map",      "0:v:0",     "-an",
          "-sn",       "-dn",       "-vf",
          filter,      "-t",        length,
          "-pix_fmt",  "yuv420p",   "-c:v",
          "libvpx",    "-deadline", "realtime",
          "-cpu-used", "8",         "-crf",
          "20",        "-b:v",      "2M",
          "-g",        "60",        "-threads",
          "1",         "-fs",       std::to_string(limits.preview_bytes_max),
          "-f",        "webm"};
}

}  // namespace

Task<Descriptor> Film::open(std::filesystem::path path, Instant deadline) {
  return files_.run(WorkClass::request, deadline,
                    [path = std::move(path)](const StopFlag&) { return open_file(path); });
}

Task<FilmFacts> Film::look_into(std::filesystem::path path, Instant deadline) {
  Descriptor file = co_await open(std::move(path), deadline);
  std::string json;
  auto arguments = joined(input_arguments(limits()),
                          {"-show_entries",
                           "format=format_name,duration,bit_rate:stream=codec_type,codec_name,"
                           "pix_fmt,width,height,duration:stream_disposition=attached_pic",
                           "-of", "json", "-i", input_name()});
  ProgramEnd end =
      co_await programs_.run(limits().ffprobe, std::move(arguments), {&file},
                             limits().probe_time_max, into(json, limits().facts_bytes_max));
  if (!end.status.ok() || has_too_many_points(end)) throw explain(end, head_of(file), limits());
  co_return read_facts(json, limits());
}

Task<std::string> Film::make_still(std::filesystem::path path, FilmFacts facts, Instant deadline) {
  Descriptor file = co_await open(std::move(path), deadline);
  // A little into the film, where titles have faded in.
  auto seconds = std::min(facts.length / 4, std::chrono::milliseconds(3000)).count() / 1000.0;
  std::vector<std::string> place;
  if (seconds > 0) place = {"-ss", fmt::format("{:.3f}", seconds)};
  auto arguments = joined(joined({"-nostdin"}, input_arguments(limits())), std::move(place));
  arguments = joined(std::move(arguments),
                     {"-threads", "1",         "-i",   input_name(), "-map",
                      "0:v:0",    "-frames:v", "1",    "-vf",        fitted(still_width_max),
                      "-pix_fmt", "yuvj420p",  "-c:v", "mjpeg",      "-q:v",
                      "4",        "-threads",  "1",    "-f",         "image2pipe",
                      "pipe:1"});
  std::string picture;
  ProgramEnd end =
      co_await programs_.run(limits().ffmpeg, std::move(arguments), {&file},
                             limits().still_time_max, into(picture, limits().still_bytes_max));
  if (!end.status.ok()) throw explain(end, head_of(file), limits());
  if (picture.empty()) {
    throw Error(Code::unprocessable, "The file is cut off or broken: no picture can be decoded.")
        .detail(end.complaint);
  }
  co_return picture;
}

Task<std::chrono::milliseconds> Film::make_preview(std::filesystem::path path, FilmFacts facts,
                                                   std::filesystem::path out,
                                                   OnProgress on_progress, Instant deadline) {
  Descriptor file = co_await open(std::move(path), deadline);
  auto arguments = joined(joined({"-nostdin", "-y"}, input_arguments(limits())),
                          {"-threads", "1", "-i", input_name()});
  arguments = joined(std::move(arguments), preview_arguments(facts, limits()));
  arguments = joined(std::move(arguments), {"file:" + out.string(), "-progress", "pipe:1"});
  ProgressLines progress;
  auto expected = facts.is_still ? still_film_length : facts.length;
  ProgramEnd end = co_await programs_.run(limits().ffmpeg, std::move(arguments), {&file},
                                          limits().preview_time_max, [&](std::string_view piece) {
                                            if (progress.add(piece)) {
                                              on_progress(share(progress.done(), expected));
                                            }
                                          });
  if (!end.status.ok()) throw explain(end, head_of(file), limits());
  if (progress.done().count() == 0) {
    throw Error(Code::unprocessable, "The file is cut off or broken: no picture can be decoded.")
        .detail(end.complaint);
  }
  check_size(out, limits().preview_bytes_max);
  co_return progress.done();
}

Task<> Film::make_seekable(std::filesystem::path path, FilmFacts facts, std::filesystem::path out,
                           Instant deadline) {
  std::string type = seekable_type(facts);
  if (type.empty()) {
    throw Error(Code::unsupported,
                fmt::format("A recording is WebM, Matroska or MP4; this is {}.", facts.container));
  }
  Descriptor file = co_await open(std::move(path), deadline);
  auto arguments = joined(joined({"-nostdin", "-y"}, input_arguments(limits())),
                          {"-i", input_name(), "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"});
  arguments = joined(std::move(arguments),
                     type == "video/webm"
                         ? std::vector<std::string>{"-cues_to_front", "1", "-f", "webm"}
                         : std::vector<std::string>{"-movflags", "+faststart", "-f", "mp4"});
  arguments = joined(std::move(arguments),
                     {"-fs", std::to_string(limits().copy_bytes_max), "file:" + out.string()});
  std::string ignored;
  ProgramEnd end =
      co_await programs_.run(limits().ffmpeg, std::move(arguments), {&file}, limits().copy_time_max,
                             into(ignored, limits().facts_bytes_max));
  if (!end.status.ok()) throw explain(end, head_of(file), limits());
  check_size(out, limits().copy_bytes_max);
}

}  // namespace antiphon::media
