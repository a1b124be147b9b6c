#include "engine/media/film.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "engine/base/error.h"
#include "engine/speech/media_source.h"

namespace antiphon::media {
namespace {

constexpr std::string_view input_name = "file:/proc/self/fd/3";
constexpr std::size_t head_bytes = 4096;
constexpr int frames_per_second_max = 30;
// Formats that hold pictures and nothing else: no playlists or scripts that name other files.
constexpr std::string_view formats =
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,asf,mpeg,mpegts,mpegvideo,ogg,gif,png_pipe,"
    "jpeg_pipe,webp_pipe,"
    // Known, so that what is only sound is told as that.
    "wav,flac,mp3,aac,aiff,amr";

std::vector<std::string> input_arguments(const FilmLimits& limits) {
  return {"-v",
          "error",
          "-protocol_whitelist",
          "file,pipe",
          "-format_whitelist",
          std::string(formats),
          "-max_pixels",
          std::to_string(limits.pixels_max)};
}

std::vector<std::string> joined(std::vector<std::string> first, std::vector<std::string> then) {
  first.insert(first.end(), std::make_move_iterator(then.begin()),
               std::make_move_iterator(then.end()));
  return first;
}

Descriptor open_file(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts{};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    throw Error(Code::not_found, "There is no such file.");
  }
  if (facts.st_size == 0) throw Error(Code::unprocessable, "The file is empty: it has no bytes.");
  return file;
}

std::string head_of(const Descriptor& file) {
  std::string head(head_bytes, '\0');
  ssize_t count = ::pread(file.get(), head.data(), head.size(), 0);
  head.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return head;
}

// ffprobe goes on without what is too large, and tells a picture without a size.
bool has_too_many_points(const ProgramEnd& end) {
  return end.complaint.contains("exceeds specified max pixel count") ||
         end.complaint.contains("Picture size");
}

// Why a program could not make anything of a file.
Error explain(const ProgramEnd& end, std::string_view head, const FilmLimits& limits) {
  auto says = [&](std::string_view words) { return end.complaint.contains(words); };
  if (has_too_many_points(end)) {
    return Error(Code::too_large, fmt::format("The picture has more than {} points, the most that "
                                              "is taken.",
                                              limits.pixels_max));
  }
  if (end.status.signal == SIGKILL || end.status.signal == SIGXCPU) {
    return Error(Code::too_large, fmt::format("Decoding took more than {} s of processor time.",
                                              limits.processor_max.count()));
  }
  if (says("annot allocate memory") || says("failed to map segment")) {
    return Error(Code::too_large, fmt::format("Decoding took more than {} MiB of memory.",
                                              limits.memory_bytes_max >> 20));
  }
  std::string_view other = speech::name_of_other_content(head);
  if (!other.empty() && other != "an image") {
    return Error(Code::unsupported, fmt::format("This is {}, not a film or a picture. Give MP4, "
                                                "WebM, MOV, AVI, PNG, JPEG or WebP.",
                                                other));
  }
  return Error(Code::unprocessable,
               "The file is cut off, broken, or of a format that is not handled. Give MP4, WebM, "
               "MOV, AVI, PNG, JPEG or WebP.")
      .detail(fmt::format("{}: {}", end.status.text(), end.complaint));
}

// Takes what is printed into `text`, within a limit.
OnOutput into(std::string& text, std::size_t bytes_max) {
  return [&text, bytes_max](std::string_view piece) {
    if (piece.size() > bytes_max - text.size()) {
      throw Error(Code::too_large, fmt::format("More than {} bytes came of the file.", bytes_max));
    }
    text.append(piece);
  };
}

// Even sizes, as the encoders want them; never larger than it is.
std::string fitted(int width_max) {
  return fmt::format("scale=w='trunc(min({},iw)/2)*2':h=-2:flags=bilinear", width_max);
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
                           "-of", "json", "-i", std::string(input_name)});
  ProgramEnd end =
      co_await programs_.run(limits().ffprobe, std::move(arguments), &file, limits().probe_time_max,
                             into(json, limits().facts_bytes_max));
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
  arguments = joined(std::move(arguments), {"-threads",  "1",
                                            "-i",        std::string(input_name),
                                            "-map",      "0:v:0",
                                            "-frames:v", "1",
                                            "-vf",       fitted(still_width_max),
                                            "-pix_fmt",  "yuvj420p",
                                            "-c:v",      "mjpeg",
                                            "-q:v",      "4",
                                            "-threads",  "1",
                                            "-f",        "image2pipe",
                                            "pipe:1"});
  std::string picture;
  ProgramEnd end =
      co_await programs_.run(limits().ffmpeg, std::move(arguments), &file, limits().still_time_max,
                             into(picture, limits().still_bytes_max));
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
                          {"-threads", "1", "-i", std::string(input_name)});
  arguments = joined(std::move(arguments), preview_arguments(facts, limits()));
  arguments = joined(std::move(arguments), {"file:" + out.string(), "-progress", "pipe:1"});
  std::chrono::milliseconds length{};
  std::string report;
  auto expected = facts.is_still ? still_film_length : facts.length;
  ProgramEnd end = co_await programs_.run(
      limits().ffmpeg, std::move(arguments), &file, limits().preview_time_max,
      [&](std::string_view piece) {
        constexpr std::size_t report_bytes_kept = 4096;
        report.append(piece);
        if (auto done = read_progress(report)) length = *done;
        if (report.size() > report_bytes_kept) report.erase(0, report.size() - report_bytes_kept);
        if (expected.count() > 0) {
          on_progress(std::min(
              1.0, static_cast<double>(length.count()) / static_cast<double>(expected.count())));
        }
      });
  if (!end.status.ok()) throw explain(end, head_of(file), limits());
  if (length.count() == 0) {
    throw Error(Code::unprocessable, "The file is cut off or broken: no picture can be decoded.")
        .detail(end.complaint);
  }
  co_return length;
}

}  // namespace antiphon::media
