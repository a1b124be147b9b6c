#include "engine/speech/media.h"

#include <algorithm>
#include <cmath>
#include <csignal>

#include "engine/async/call.h"
#include "engine/async/child.h"
#include "engine/async/core.h"
#include "engine/async/task_group.h"
#include "engine/base/error.h"
#include "engine/speech/media_source.h"

namespace antiphon::speech {
namespace {

constexpr int input_descriptor = 3;
constexpr std::size_t piece_bytes = sample_rate_hz / 10 * sizeof(Sample);
constexpr std::size_t complaint_bytes_max = 4096;
// Formats that hold sound and nothing else: no playlists or scripts that name other files.
constexpr std::string_view formats =
    "wav,w64,aiff,au,caf,flac,mp3,aac,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,avi,flv,asf,"
    "mpeg,mpegts,amr";

ChildSpec ffmpeg(const std::string& program, int input, const MediaLimits& limits) {
  // One second past the limit, to tell too long from just long enough.
  std::string length = std::to_string(limits.length_max.count() + 1);
  return {.program = program,
          .arguments = {"-nostdin",
                        "-v",
                        "error",
                        "-protocol_whitelist",
                        "file,pipe",
                        "-format_whitelist",
                        std::string(formats),
                        "-i",
                        fmt::format("file:/proc/self/fd/{}", input_descriptor),
                        "-map",
                        "0:a:0",
                        "-t",
                        length,
                        "-ac",
                        "1",
                        "-ar",
                        std::to_string(sample_rate_hz),
                        "-threads",
                        "1",
                        "-f",
                        "s16le",
                        "pipe:1"},
          .pipe_out = true,
          .pipe_err = true,
          .descriptors = {{input, input_descriptor}},
          .cpu_max = limits.processor_max,
          .memory_bytes_max = limits.memory_bytes_max};
}

// Keeps the beginning of what ffmpeg complains about and reads the rest away, so that it never
// waits for us.
Task<> collect(std::shared_ptr<Child> child, std::shared_ptr<std::string> complaint) {
  std::array<char, 1024> buffer;
  while (std::size_t count = co_await child->err().read_some(buffer)) {
    std::size_t room = complaint_bytes_max - complaint->size();
    complaint->append(buffer.data(), std::min(count, room));
  }
}

// Whether ffmpeg found the end of a file missing; some formats do not tell.
bool is_cut(std::string_view complaint) {
  constexpr std::string_view signs[] = {"moov atom not found", "File ended prematurely",
                                        "End of file", "[flac @"};
  return std::ranges::any_of(signs, [&](auto sign) { return complaint.contains(sign); });
}

Error cut_off(double seconds, const std::string& complaint) {
  return Error(Code::unprocessable,
               fmt::format("The media is cut off or damaged: {:.1f} s of sound could be decoded.",
                           seconds))
      .detail("ffmpeg: " + complaint);
}

Error explain(const ExitStatus& status, const std::string& complaint, const MediaLimits& limits) {
  auto says = [&](std::string_view words) { return complaint.find(words) != std::string::npos; };
  if (says("matches no streams") || says("does not contain any stream")) {
    return Error(Code::unprocessable, "The media has no sound track.");
  }
  if (says("Decoder (codec")) {
    return Error(Code::unsupported,
                 "The sound is in a codec that is not handled. Give WAV, FLAC, "
                 "MP3, AAC, Opus or Vorbis.");
  }
  if (status.signal == SIGKILL || status.signal == SIGXCPU) {
    return Error(Code::too_large, fmt::format("Decoding took more than {} s of processor time.",
                                              limits.processor_max.count()));
  }
  if (says("annot allocate memory") || says("failed to map segment")) {
    return Error(Code::too_large, fmt::format("Decoding took more than {} MiB of memory.",
                                              limits.memory_bytes_max >> 20));
  }
  if (is_cut(complaint)) return cut_off(0, complaint);
  return Error(Code::unprocessable, "The media is corrupt, or of a format that is not handled.")
      .detail(fmt::format("ffmpeg: {}: {}", status.text(), complaint));
}

class FfmpegReader final : public MediaReader {
 public:
  FfmpegReader(std::unique_ptr<Child> child, MediaLimits limits)
      : child_(std::move(child)), limits_(std::move(limits)) {
    tasks_.spawn(collect(child_, complaint_));
  }
  ~FfmpegReader() override { child_->kill(); }

  Task<std::vector<Sample>> read_some() override {
    if (ended_) co_return std::vector<Sample>();
    std::vector<Sample> samples(sample_rate_hz / 10);
    auto bytes = std::as_writable_bytes(std::span(samples));
    std::size_t count = co_await read_piece({reinterpret_cast<char*>(bytes.data()), piece_bytes});
    samples.resize(count / sizeof(Sample));
    if (count < piece_bytes) co_await conclude();
    if (samples_ > static_cast<std::size_t>(limits_.length_max.count()) * sample_rate_hz) {
      child_->kill();
      throw Error(Code::too_large, fmt::format("The sound is longer than {} s, the most that is "
                                               "decoded.",
                                               limits_.length_max.count()));
    }
    co_return samples;
  }

 private:
  // A whole piece, or less at the end.
  Task<std::size_t> read_piece(std::span<char> into) {
    std::size_t total = 0;
    while (total < into.size()) {
      auto deadline = Core::here().clock().steady() + limits_.idle_max;
      std::size_t count = co_await within(deadline, child_->out().read_some(into.subspan(total)));
      if (count == 0) break;
      total += count;
    }
    samples_ += total / sizeof(Sample);
    co_return total;
  }

  Task<> conclude() {
    ended_ = true;
    co_await tasks_.join();
    ExitStatus status = co_await child_->wait();
    if (!status.ok()) throw explain(status, *complaint_, limits_);
    if (is_cut(*complaint_)) {
      throw cut_off(static_cast<double>(samples_) / sample_rate_hz, *complaint_);
    }
    if (samples_ == 0) throw Error(Code::unprocessable, "The media holds no sound at all.");
  }

  std::shared_ptr<Child> child_;
  MediaLimits limits_;
  std::shared_ptr<std::string> complaint_ = std::make_shared<std::string>();
  std::size_t samples_ = 0;
  bool ended_ = false;
  TaskGroup tasks_{[](const std::exception_ptr&) {}};
};

std::unique_ptr<MediaReader> read_media(Descriptor input, MediaLimits limits) {
  std::string program = find_program(limits.ffmpeg);
  if (program.empty()) {
    throw Error(Code::unavailable, fmt::format("Media cannot be decoded: the program {} is not "
                                               "installed. Install the package ffmpeg.",
                                               limits.ffmpeg));
  }
  auto child = spawn(ffmpeg(program, input.get(), limits));
  return std::make_unique<FfmpegReader>(std::move(child), std::move(limits));
}

Task<Pcm> read_all(std::unique_ptr<MediaReader> reader) {
  Pcm pcm;
  for (;;) {
    auto samples = co_await reader->read_some();
    if (samples.empty()) break;
    pcm.samples.insert(pcm.samples.end(), samples.begin(), samples.end());
  }
  pcm.silent = is_silent(pcm.samples);
  co_return pcm;
}

}  // namespace

std::unique_ptr<MediaReader> read_media_file(const std::filesystem::path& path,
                                             MediaLimits limits) {
  Descriptor input = open_media_file(path, limits);
  return read_media(std::move(input), std::move(limits));
}

std::unique_ptr<MediaReader> read_media_bytes(std::string bytes, MediaLimits limits) {
  Descriptor input = open_media_bytes(bytes, limits);
  return read_media(std::move(input), std::move(limits));
}

Task<Pcm> decode_file(std::filesystem::path path, MediaLimits limits) {
  co_return co_await read_all(read_media_file(path, std::move(limits)));
}

Task<Pcm> decode_bytes(std::string bytes, MediaLimits limits) {
  co_return co_await read_all(read_media_bytes(std::move(bytes), std::move(limits)));
}

bool is_silent(std::span<const Sample> samples) {
  constexpr double rms_max = 32'768 / 1000.0;  // -60 dB
  constexpr std::size_t window = sample_rate_hz / 10;
  while (!samples.empty()) {
    auto part = samples.first(std::min(samples.size(), window));
    double sum = 0;
    for (double sample : part) sum += sample * sample;
    if (std::sqrt(sum / static_cast<double>(part.size())) > rms_max) return false;
    samples = samples.subspan(part.size());
  }
  return true;
}

}  // namespace antiphon::speech
