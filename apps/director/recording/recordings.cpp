#include "apps/director/recording/recordings.h"

#include "apps/director/library/content.h"
#include "apps/director/take/take_store.h"
#include "engine/base/ids.h"
#include "engine/base/temporary_folder.h"
#include "engine/schema/json.h"

namespace antiphon::director {
namespace {

void expect_recordable(const media::FilmFacts& facts) {
  if (!media::seekable_type(facts).empty()) return;
  throw Error(Code::unsupported,
              fmt::format("A recording is what a browser records: WebM, Matroska or MP4 with a "
                          "picture. This is {}.",
                          media::media_type(facts)));
}

Error no_recording() { return Error(Code::not_found, "The take has no recording."); }

}  // namespace

Task<> Recordings::expect_take(Call call, std::string take_id) {
  bool is_there =
      co_await parts_.database.read(Due(call), [tenant = call.tenant(), take_id](store::Tx& tx) {
        return TakeStore::find(tx, tenant, take_id).has_value();
      });
  if (!is_there) throw Error(Code::not_found, "No such take.");
}

Task<> Recordings::take_in(Call call, std::string take_id, std::chrono::milliseconds offset,
                           SentFile file) {
  Call step = call.under(nullptr);
  auto uploaded = co_await parts_.ledger.put(step, std::move(file.content), clip_bytes_max);
  std::exception_ptr failure;
  try {
    auto path = co_await parts_.blobs.local_file(step.deadline(), uploaded.blob.hash);
    auto facts = co_await parts_.film.look_into(path, step.deadline());
    expect_recordable(facts);
    co_return co_await store(call,
                             {.id = make_id("rec", parts_.random),
                              .take_id = std::move(take_id),
                              .content_hash = uploaded.blob.hash,
                              .content_type = media::media_type(facts),
                              .bytes = static_cast<std::int64_t>(uploaded.blob.bytes),
                              .offset = offset,
                              .width = facts.width,
                              .height = facts.height,
                              .created_at = call.now()},
                             uploaded);
  } catch (const Error&) {
    failure = std::current_exception();
  }
  co_await drop(step, uploaded.upload);
  std::rethrow_exception(failure);
}

// The recording, its claim on its content and the job that makes it ready: all or nothing.
Task<> Recordings::store(Call call, Recording recording, store::UploadedBlob uploaded) {
  return parts_.database.write(call, [this, tenant = call.tenant(), recording,
                                      uploaded](store::Tx& tx) {
    if (!TakeStore::find(tx, tenant, recording.take_id)) {
      throw Error(Code::not_found, "No such take.");
    }
    auto before = RecordingStore::find(tx, tenant, recording.take_id);
    parts_.ledger.adopt(tx, tenant, uploaded, recording.id);
    if (before) parts_.ledger.release(tx, tenant, before->id);
    Recording stored = recording;
    stored.job_id =
        parts_.jobs
            .enqueue(tx,
                     {.tenant = tenant,
                      .kind = std::string(job_kind),
                      .payload = schema::to_json(PrepareRecording{recording.take_id, recording.id}),
                      .unique_key = recording.id})
            .id;
    RecordingStore::put(tx, tenant, stored);
  });
}

Task<> Recordings::drop(Call call, std::string upload) {
  return parts_.database.write(Due(call), [this, tenant = call.tenant(), upload](store::Tx& tx) {
    parts_.ledger.release(tx, tenant, upload);
  });
}

Task<Recording> Recordings::find(Call call, std::string take_id) {
  auto found =
      co_await parts_.database.read(Due(call), [tenant = call.tenant(), take_id](store::Tx& tx) {
        if (!TakeStore::find(tx, tenant, take_id)) throw Error(Code::not_found, "No such take.");
        return RecordingStore::find(tx, tenant, take_id);
      });
  if (!found) throw no_recording();
  co_return *std::move(found);
}

Task<> Recordings::remove(Call call, std::string take_id) {
  return parts_.database.write(call, [this, tenant = call.tenant(), take_id](store::Tx& tx) {
    if (!TakeStore::find(tx, tenant, take_id)) throw Error(Code::not_found, "No such take.");
    auto found = RecordingStore::find(tx, tenant, take_id);
    if (!found) throw no_recording();
    RecordingStore::remove(tx, tenant, take_id);
    parts_.ledger.release(tx, tenant, found->id);
  });
}

Task<> Recordings::prepare(store::JobContext job) {
  const Call& call = job.call();
  auto wanted = schema::parse<PrepareRecording>(job.job().payload);
  auto recording = co_await parts_.database.read(
      Due(call), [tenant = call.tenant(), take = wanted.take_id](store::Tx& tx) {
        return RecordingStore::find(tx, tenant, take);
      });
  if (!recording || recording->id != wanted.recording_id) co_return;  // gone, or another's place
  std::string problem;
  try {
    co_await finish(job, co_await make_ready(job, *recording));
  } catch (const Error& error) {
    bool is_last = job.job().attempts >= job.job().attempts_max;
    if (error.code() == Code::conflict || (!is_lasting(error) && !is_last)) throw;
    problem = error.message();
  }
  if (problem.empty()) co_return;
  // What was sent is kept: it may still be fetched.
  recording->state = RecordingState::failed;
  recording->problem = problem;
  co_await finish(job, {.recording = *recording, .blob = {}});
}

Task<Recordings::Made> Recordings::make_ready(store::JobContext job, Recording recording) {
  const Call& call = job.call();
  constexpr double looked_into = 0.1;
  constexpr double copied = 0.6;
  auto source = co_await parts_.blobs.local_file(call.deadline(), recording.content_hash);
  auto facts = co_await parts_.film.look_into(source, call.deadline());
  job.progress(looked_into);
  TemporaryFolder folder(parts_.folder);
  auto out = folder.path() / "recording";
  co_await parts_.film.make_seekable(source, facts, out, call.deadline());
  job.progress(copied);
  auto made = co_await parts_.film.look_into(out, call.deadline());
  auto blob = co_await parts_.ledger.put(call, content_of(out, parts_.files, call.deadline()),
                                         parts_.film.limits().copy_bytes_max);
  recording.state = RecordingState::ready;
  recording.problem.clear();
  recording.content_hash = blob.blob.hash;
  recording.content_type = media::media_type(made);
  recording.bytes = static_cast<std::int64_t>(blob.blob.bytes);
  recording.duration = made.length;
  recording.width = made.width;
  recording.height = made.height;
  co_return Made{.recording = std::move(recording), .blob = std::move(blob)};
}

Task<> Recordings::finish(store::JobContext job, Made made) {
  return job.complete([this, tenant = job.call().tenant(), made](store::Tx& tx) {
    auto current = RecordingStore::find(tx, tenant, made.recording.take_id);
    if (!current || current->id != made.recording.id) {
      if (made.blob) parts_.ledger.release(tx, tenant, made.blob->upload);
      return;
    }
    if (made.blob) {
      parts_.ledger.release(tx, tenant, current->id);
      parts_.ledger.adopt(tx, tenant, *made.blob, current->id);
    }
    RecordingStore::put(tx, tenant, made.recording);
  });
}

}  // namespace antiphon::director
