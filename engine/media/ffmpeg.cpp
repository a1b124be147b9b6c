#include "engine/media/ffmpeg.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

#include "engine/media/film.h"
#include "engine/speech/media_source.h"

namespace antiphon::media {
namespace {

constexpr std::size_t head_bytes = 4096;
constexpr std::size_t report_bytes_kept = 4096;
// Formats that hold pictures and nothing else: no playlists or scripts that name other files.
constexpr std::string_view formats =
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,asf,mpeg,mpegts,mpegvideo,ogg,gif,png_pipe,"
    "jpeg_pipe,webp_pipe,"
    // Known, so that what is only sound is told as that.
    "wav,flac,mp3,aac,aiff,amr";

}  // namespace

std::string input_name(std::size_t number) {
  return fmt::format("file:/proc/self/fd/{}", Programs::first_input + static_cast<int>(number));
}

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

OnOutput into(std::string& text, std::size_t bytes_max) {
  return [&text, bytes_max](std::string_view piece) {
    if (piece.size() > bytes_max - text.size()) {
      throw Error(Code::too_large, fmt::format("More than {} bytes came of the file.", bytes_max));
    }
    text.append(piece);
  };
}

void check_size(const std::filesystem::path& made, std::uint64_t bytes_max) {
  std::error_code unread;
  if (std::filesystem::file_size(made, unread) < bytes_max) return;
  throw Error(Code::too_large, fmt::format("The film has more than {} bytes, the most there is "
                                           "room for.",
                                           bytes_max));
}

bool ProgressLines::add(std::string_view piece) {
  report_.append(piece);
  auto done = read_progress(report_);
  if (report_.size() > report_bytes_kept) report_.erase(0, report_.size() - report_bytes_kept);
  if (!done || *done <= done_) return false;
  done_ = *done;
  return true;
}

}  // namespace antiphon::media
