// director_clips CATALOGUE FOLDER: draws every clip of the catalogue and its thumbnail into FOLDER.

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "apps/director/sample/clips/catalogue.h"
#include "apps/director/sample/clips/program.h"
#include "apps/director/sample/clips/scenes.h"

namespace antiphon::clips {

namespace {

constexpr int workers = 2;    // each draws on one thread while its ffmpeg encodes on another
constexpr int niceness = 10;  // a build must not slow the machine's other work

struct Job {
  Entry entry;
  Scene scene;
};

// Pairs each entry with its scene; says every name that stands alone.
std::vector<Job> pair_up(const std::vector<Entry>& entries) {
  std::map<std::string, Scene, std::less<>> scenes;
  for (const auto& scene : all_scenes()) scenes.emplace(scene.name, scene);
  std::vector<Job> jobs;
  std::string wrong;
  for (const auto& entry : entries) {
    auto found = scenes.extract(entry.stem());
    if (found.empty()) {
      wrong += "\n  catalogue.json lists " + entry.file + ", but no scene has that name";
    } else {
      jobs.push_back({entry, found.mapped()});
    }
  }
  for (const auto& [name, scene] : scenes) {
    wrong += "\n  the scene " + name + " has no entry in catalogue.json";
  }
  if (!wrong.empty()) throw std::runtime_error("catalogue and scenes differ:" + wrong);
  return jobs;
}

// One ffmpeg makes both files: the clip, and from the frame `still` the thumbnail.
std::vector<std::string> encoder(const std::string& clip, const std::string& thumbnail, int still) {
  std::string size = std::to_string(width) + "x" + std::to_string(height);
  std::string split = "[0:v]split[whole][copy];[copy]select=eq(n\\," + std::to_string(still) +
                      "),scale=320:180[still]";
  return {"ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr0", "-s", size, "-r",
          std::to_string(frames_per_second), "-i", "pipe:0", "-filter_complex", split,
          // A key frame a second makes seeking quick; the index in front spares a second request.
          "-map", "[whole]", "-c:v", "libvpx", "-deadline", "good", "-cpu-used", "5", "-crf", "14",
          "-b:v", "440k", "-g", "25", "-threads", "1", "-pix_fmt", "yuv420p", "-fflags",
          "+bitexact", "-flags:v", "+bitexact", "-cues_to_front", "1", clip, "-map", "[still]",
          "-frames:v", "1", "-q:v", "4", "-pix_fmt", "yuvj420p", "-fflags", "+bitexact", "-flags:v",
          "+bitexact", "-update", "1", thumbnail};
}

void make_clip(const Job& job, const std::filesystem::path& folder) {
  int frames = job.entry.duration_ms * frames_per_second / 1000;
  int still = std::clamp(static_cast<int>(job.scene.still * frames), 0, frames - 1);
  Program ffmpeg(encoder(folder / job.entry.file, folder / job.entry.thumbnail(), still),
                 Pipe::to_program);
  Canvas canvas;
  for (int frame = 0; frame < frames; ++frame) {
    job.scene.draw(canvas, static_cast<double>(frame) / frames);
    ffmpeg.write(canvas.pixels());
  }
  ffmpeg.finish();
}

void make_all(const std::vector<Job>& jobs, const std::filesystem::path& folder) {
  std::atomic<std::size_t> next = 0;
  std::mutex guard;
  std::exception_ptr failure;
  auto work = [&] {
    try {
      for (auto i = next++; i < jobs.size(); i = next++) make_clip(jobs[i], folder);
    } catch (...) {
      next = jobs.size();
      std::lock_guard lock(guard);
      failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < workers; ++i) threads.emplace_back(work);
  }
  if (failure) std::rethrow_exception(failure);
}

void make_library(const std::filesystem::path& catalogue, const std::filesystem::path& folder) {
  auto jobs = pair_up(load_catalogue(catalogue));
  // From scratch, so that a clip taken out of the catalogue leaves the library too.
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  make_all(jobs, folder);
  std::filesystem::copy_file(catalogue, folder / "catalogue.json");
}

}  // namespace

}  // namespace antiphon::clips

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: director_clips CATALOGUE FOLDER\n";
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a dead encoder is an error to report, not an end
  setpriority(PRIO_PROCESS, 0, antiphon::clips::niceness);
  try {
    antiphon::clips::make_library(words[1], words[2]);
  } catch (const std::exception& error) {
    std::cerr << "director_clips: " << error.what() << "\n";
    return 1;
  }
}
