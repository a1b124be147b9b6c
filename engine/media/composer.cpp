#include "engine/media/composer.h"

#include "engine/media/ffmpeg.h"

namespace antiphon::media {

Task<> Composer::make_picture(Composition composition, Window window, std::filesystem::path out,
                              OnProgress on_progress, Instant deadline) {
  Plan plan = plan_window(composition, window, limits());
  plan.arguments = joined(std::move(plan.arguments), {"-progress", "pipe:1"});
  return run(std::move(plan), std::move(out), limits().compose_time_max, window.end - window.begin,
             std::move(on_progress), deadline);
}

Task<> Composer::join(Composition composition, std::filesystem::path list,
                      std::filesystem::path out, OnProgress on_progress, Instant deadline) {
  co_await run(plan_joining(composition, list, limits()), out, limits().join_time_max,
               composition.length, std::move(on_progress), deadline);
  check_size(out, limits().composed_bytes_max);
}

Task<> Composer::run(Plan plan, std::filesystem::path out, Duration time_max, std::int64_t frames,
                     OnProgress on_progress, Instant deadline) {
  auto inputs = co_await files_.run(WorkClass::batch, deadline,
                                    [paths = std::move(plan.inputs)](const StopFlag&) {
                                      std::vector<Descriptor> opened;
                                      for (const std::filesystem::path& path : paths)
                                        opened.push_back(open_file(path));
                                      return opened;
                                    });
  std::vector<const Descriptor*> given;
  for (const Descriptor& input : inputs) given.push_back(&input);
  plan.arguments.push_back("file:" + out.string());
  ProgressLines progress;
  ProgramEnd end = co_await programs_.run(
      limits().ffmpeg, std::move(plan.arguments), std::move(given), time_max,
      [&](std::string_view piece) {
        if (!progress.add(piece) || frames == 0) return;
        auto whole = static_cast<double>(frames) * 1000 / composed_frames_per_second;
        on_progress(std::min(1.0, static_cast<double>(progress.done().count()) / whole));
      });
  if (!end.status.ok()) throw explain(end, inputs.empty() ? "" : head_of(inputs.front()), limits());
}

}  // namespace antiphon::media
