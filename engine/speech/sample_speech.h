#pragma once

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>

#include "engine/async/child.h"
#include "engine/async/core.h"
#include "engine/base/error.h"
#include "engine/base/temporary_folder.h"
#include "engine/speech/media.h"

// Sound for tests: speech made with flite, silence, files. Never part of a release.
namespace antiphon::speech::samples {

/// A folder of the test's own that goes with it.
class Folder {
 public:
  std::filesystem::path operator/(const std::string& name) const { return folder_.path() / name; }
  std::filesystem::path write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.path() / name, std::ios::binary) << content;
    return folder_.path() / name;
  }

 private:
  TemporaryFolder folder_;
};

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Runs a program that must succeed.
inline Task<> run_program(ChildSpec spec) {
  auto child = spawn(spec);
  ExitStatus status = co_await child->wait();
  ENSURE(status.ok(), "the test's tools work");
}

/// A WAV file of flite's voice `slt` (a woman's) or `rms` (a man's).
inline Task<std::filesystem::path> say_to_file(const Folder& folder, std::string voice,
                                               std::string text) {
  auto path = folder / (voice + ".wav");
  co_await run_program(
      {.program = "flite", .arguments = {"-voice", voice, "-t", text, "-o", path.string()}});
  co_return path;
}

/// Speech at 16 kHz.
inline Task<std::vector<Sample>> say(std::string voice, std::string text) {
  Folder folder;
  auto path = co_await say_to_file(folder, voice, text);
  co_return (co_await decode_file(path)).samples;
}

/// The faint noise of a quiet microphone.
inline std::vector<Sample> silence(double seconds) {
  std::vector<Sample> samples(static_cast<std::size_t>(seconds * sample_rate_hz));
  std::uint32_t state = 1;
  for (Sample& sample : samples) {
    state = state * 1'664'525 + 1'013'904'223;
    sample = static_cast<Sample>(state >> 30);
  }
  return samples;
}

inline std::vector<Sample> join(std::initializer_list<std::vector<Sample>> parts) {
  std::vector<Sample> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/// A sine.
inline std::vector<Sample> tone(double hertz, double seconds, int rate, double peak = 8'000) {
  std::vector<Sample> samples(static_cast<std::size_t>(seconds * rate));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    double turn = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate;
    samples[i] = static_cast<Sample>(peak * std::sin(turn));
  }
  return samples;
}

inline std::size_t open_descriptors() {
  std::filesystem::directory_iterator listing("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(listing), end(listing)));
}

/// Waits until no more than `count` are open, for 20 s at most; gives whether it came so far.
inline Task<bool> descriptors_come_down_to(std::size_t count) {
  auto deadline = Core::here().clock().steady() + std::chrono::seconds(20);
  while (open_descriptors() > count && Core::here().clock().steady() < deadline) {
    co_await sleep_for(std::chrono::milliseconds(1));
  }
  co_return open_descriptors() <= count;
}

}  // namespace antiphon::speech::samples
