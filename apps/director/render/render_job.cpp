#include "apps/director/render/render_job.h"

#include <fstream>

#include "apps/director/edit/cmx.h"
#include "apps/director/library/content.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

namespace fs = std::filesystem;

// Shares of the whole.
constexpr double pictures_made = 0.9;
constexpr double joined = 0.97;

std::string picture_name(std::size_t window) { return fmt::format("picture-{:05}.ts", window); }

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  if (!file.flush()) {
    throw Error(Code::unavailable, "The storage for films under way is full or does not work.");
  }
}

}  // namespace

Task<> RenderJob::run(store::JobContext job) {
  auto begun = co_await begin(job);
  if (!begun) co_return;  // given up or deleted
  auto work = std::make_shared<Work>(*std::move(begun));
  std::string problem;
  try {
    co_await make(job, work);
  } catch (const Error& error) {
    bool is_last = job.job().attempts >= job.job().attempts_max;
    if (error.code() == Code::conflict ||
        (!is_lasting(error) && error.code() != Code::not_found && !is_last))
      throw;
    problem = error.message();
  }
  if (!problem.empty()) co_await fail(job, work->render, problem);
}

Task<std::optional<RenderJob::Work>> RenderJob::begin(store::JobContext job) {
  const Call& call = job.call();
  auto wanted = schema::parse<MakeRender>(job.job().payload);
  co_return co_await parts_.database.write(
      Due(call),
      [tenant = call.tenant(), wanted, work = parts_.folder](store::Tx& tx) -> std::optional<Work> {
        auto render = RenderStore::find(tx, tenant, wanted.take_id, wanted.render_id);
        if (!render || !is_open(render->state)) return std::nullopt;
        render->state = RenderState::running;
        RenderStore::update(tx, tenant, *render);
        return Work{.render = *render,
                    .script = RenderStore::script(tx, tenant, wanted.take_id, wanted.render_id),
                    .folder = render_folder(work, render->id)};
      });
}

Task<> RenderJob::make(store::JobContext job, std::shared_ptr<Work> work) {
  const Call& call = job.call();
  RenderFiles files = co_await find_files(call, *work);
  EditList list = list_of(work->script);
  if (work->render.wish.captions) files.subtitles = work->folder / "captions.srt";
  co_await parts_.files.run(WorkClass::batch, call.deadline(),
                            [folder = work->folder, subtitles = files.subtitles,
                             text = to_srt(list.captions)](const StopFlag&) {
                              std::error_code untold;  // told by what is written there
                              fs::create_directories(folder, untold);
                              if (subtitles) write_text(*subtitles, text);
                            });
  // A list without words has no subtitles to draw, and an empty file is none.
  if (list.captions.empty()) files.subtitles.reset();
  work->composition = composition_of(list, work->render.wish, files);
  work->windows = media::windows_of(work->composition);
  bool is_whole = co_await make_pictures(job, work);
  if (is_whole) {
    co_await make_film(job, work);
  } else {
    co_await hand_on(job, work);
  }
}

Task<RenderFiles> RenderJob::find_files(Call call, const Work& work) {
  RenderFiles files;
  for (const ScriptClip& clip : work.script.clips) {
    files.clips[clip.asset_id] = {co_await parts_.blobs.local_file(call.deadline(), clip.hash),
                                  clip.is_still};
  }
  if (!work.script.recording_hash.empty()) {
    files.recording = co_await parts_.blobs.local_file(call.deadline(), work.script.recording_hash);
    auto facts = co_await parts_.film.look_into(*files.recording, call.deadline());
    files.recording_has_sound = !facts.sound_codec.empty();
  }
  co_return files;
}

// @return whether all are made; false: it is time for another job
Task<bool> RenderJob::make_pictures(store::JobContext job, std::shared_ptr<Work> work) {
  const Call& call = job.call();
  Instant hand_on_at = Core::here().clock().steady() + parts_.hand_on_after;
  auto whole = static_cast<double>(work->composition.length);
  for (std::size_t i = 0; i < work->windows.size(); ++i) {
    media::Window window = work->windows[i];
    fs::path picture = work->folder / picture_name(i);
    std::error_code unread;
    if (fs::exists(picture, unread)) continue;
    if (Core::here().clock().steady() >= hand_on_at) co_return false;
    fs::path unfinished = picture.string() + ".part";
    auto tell = [job, window, whole](double done) mutable {
      auto frames =
          static_cast<double>(window.begin) + done * static_cast<double>(window.end - window.begin);
      job.progress(pictures_made * frames / whole);
    };
    co_await parts_.composer.make_picture(work->composition, window, unfinished, tell,
                                          call.deadline());
    fs::rename(unfinished, picture, unread);
    if (unread) throw Error(Code::unavailable, "The folder of a film under way is gone.");
    co_await keep_progress(job, work, pictures_made * static_cast<double>(window.end) / whole);
  }
  co_return true;
}

Task<> RenderJob::keep_progress(store::JobContext job, std::shared_ptr<Work> work, double done) {
  const Call& call = job.call();
  job.progress(done);
  co_await parts_.database.write(
      Due(call), [tenant = call.tenant(), render = work->render, done](store::Tx& tx) {
        auto current = RenderStore::find(tx, tenant, render.take_id, render.id);
        if (!current || current->state != RenderState::running) {
          throw Error(Code::conflict, "The render was given up.");
        }
        current->progress = done;
        RenderStore::update(tx, tenant, *current);
      });
}

Task<> RenderJob::hand_on(store::JobContext job, std::shared_ptr<Work> work) {
  return job.complete([this, tenant = job.call().tenant(), render = work->render](store::Tx& tx) {
    auto current = RenderStore::find(tx, tenant, render.take_id, render.id);
    if (!current || !is_open(current->state)) return;
    current->job_id = enqueue_render(parts_.jobs, tx, tenant, *current);
    RenderStore::update(tx, tenant, *current);
  });
}

Task<> RenderJob::make_film(store::JobContext job, std::shared_ptr<Work> work) {
  const Call& call = job.call();
  fs::path list = work->folder / "pictures.txt";
  fs::path film = work->folder / "film.mp4";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < work->windows.size(); ++i) names.push_back(picture_name(i));
  co_await parts_.files.run(WorkClass::batch, call.deadline(),
                            [list, text = media::picture_list(work->windows, names)](
                                const StopFlag&) { write_text(list, text); });
  auto tell = [job](double done) mutable {
    job.progress(pictures_made + (joined - pictures_made) * done);
  };
  co_await parts_.composer.join(work->composition, list, film, tell, call.deadline());
  co_await keep_progress(job, work, joined);
  auto blob = co_await parts_.ledger.put(call, content_of(film, parts_.files, call.deadline()),
                                         parts_.composer.limits().composed_bytes_max);
  Render made = work->render;
  made.state = RenderState::ready;
  made.progress = 1;
  made.content_hash = blob.blob.hash;
  made.bytes = static_cast<std::int64_t>(blob.blob.bytes);
  made.length = milliseconds(work->composition.length * 1000 / frames_per_second);
  made.finished_at = Core::here().clock().now();
  co_await job.complete([this, tenant = call.tenant(), made, blob](store::Tx& tx) {
    auto current = RenderStore::find(tx, tenant, made.take_id, made.id);
    if (!current || !is_open(current->state)) {
      parts_.ledger.release(tx, tenant, blob.upload);
      return;
    }
    parts_.ledger.release(tx, tenant, made.id);  // of what it was made of
    parts_.ledger.adopt(tx, tenant, blob, made.id);
    RenderStore::update(tx, tenant, made);
  });
  co_await remove_folder(call, made.id);
}

// The job itself is done: what it found out is that there is no film of this list.
Task<> RenderJob::fail(store::JobContext job, Render render, std::string problem) {
  render.state = RenderState::failed;
  render.problem = std::move(problem);
  render.finished_at = Core::here().clock().now();
  co_await job.complete([this, tenant = job.call().tenant(), render](store::Tx& tx) {
    auto current = RenderStore::find(tx, tenant, render.take_id, render.id);
    if (!current || !is_open(current->state)) return;
    parts_.ledger.release(tx, tenant, render.id);
    RenderStore::update(tx, tenant, render);
  });
  co_await remove_folder(job.call(), render.id);
}

Task<> RenderJob::remove_folder(const Call& call, std::string id) {
  return parts_.files.run(WorkClass::batch, call.deadline(),
                          [folder = render_folder(parts_.folder, id)](const StopFlag&) {
                            std::error_code ignored;
                            fs::remove_all(folder, ignored);
                          });
}

Task<int> RenderJob::sweep(Duration unused_for, Instant deadline) {
  return parts_.files.run(WorkClass::batch, deadline,
                          [folder = parts_.folder, unused_for](const StopFlag& stop) {
                            int removed = 0;
                            std::error_code error;
                            auto before = fs::file_time_type::clock::now() - unused_for;
                            for (const auto& entry : fs::directory_iterator(folder, error)) {
                              if (stop.requested()) break;
                              auto written = entry.last_write_time(error);
                              if (error || written >= before) continue;
                              if (fs::remove_all(entry.path(), error) > 0) ++removed;
                            }
                            return removed;
                          });
}

}  // namespace antiphon::director
