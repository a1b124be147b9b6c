#include "apps/director/recording/recording_store.h"

#include <fmt/format.h>

#include "engine/base/error.h"
#include "engine/store/jobs.h"

namespace antiphon::director {
namespace {

#define RECORDING_COLUMNS                                                                    \
  "take_id, id, state, problem, content_hash, content_type, bytes, duration_ms, offset_ms, " \
  "width, height, job_id, created_at"

constexpr store::Statement find_recording{
    "director.recordings.find",
    "SELECT " RECORDING_COLUMNS " FROM director_recordings WHERE tenant_id = $1 AND take_id = $2"};
constexpr store::Statement insert_recording{
    "director.recordings.insert", "INSERT INTO director_recordings (tenant_id, " RECORDING_COLUMNS
                                  ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
                                  "$13, $14)"};
#undef RECORDING_COLUMNS
constexpr store::Statement delete_recording{
    "director.recordings.delete",
    "DELETE FROM director_recordings WHERE tenant_id = $1 AND take_id = $2"};

constexpr store::Statement every_recording_statement[] = {find_recording, insert_recording,
                                                          delete_recording};

RecordingState parse_recording_state(const std::string& name) {
  for (RecordingState state :
       {RecordingState::processing, RecordingState::ready, RecordingState::failed}) {
    if (to_text(state) == name) return state;
  }
  throw Error(Code::internal, "A recording cannot be read.").detail("unknown state " + name);
}

}  // namespace

std::string_view to_text(RecordingState state) {
  switch (state) {
    case RecordingState::processing: return "processing";
    case RecordingState::ready: return "ready";
    case RecordingState::failed: return "failed";
  }
  return "failed";
}

std::string recording_path(const std::string& take_id) {
  return fmt::format("/api/v1/director/sessions/{}/recording", take_id);
}

std::span<const store::Statement> RecordingStore::statements() { return every_recording_statement; }

std::optional<Recording> RecordingStore::find(store::Tx& tx, const std::string& tenant,
                                              const std::string& take_id) {
  store::Rows rows = tx.query(find_recording, tenant, take_id);
  if (rows.empty()) return std::nullopt;
  store::Row row = rows[0];
  Recording recording{.id = row.text(1),
                      .take_id = row.text(0),
                      .state = parse_recording_state(row.text(2)),
                      .problem = row.text(3),
                      .content_hash = row.text(4),
                      .content_type = row.text(5),
                      .bytes = row.integer(6),
                      .duration = std::chrono::milliseconds(row.integer(7)),
                      .offset = std::chrono::milliseconds(row.integer(8)),
                      .width = row.integer(9),
                      .height = row.integer(10),
                      .job_id = row.text(11),
                      .created_at = row.time(12)};
  if (recording.state != RecordingState::processing) return recording;
  if (auto why = store::why_given_up(store::Jobs::find(tx, tenant, recording.job_id))) {
    recording.state = RecordingState::failed;
    recording.problem = *std::move(why);
  }
  return recording;
}

void RecordingStore::put(store::Tx& tx, const std::string& tenant, const Recording& recording) {
  remove(tx, tenant, recording.take_id);
  tx.execute(insert_recording, tenant, recording.take_id, recording.id, to_text(recording.state),
             recording.problem, recording.content_hash, recording.content_type, recording.bytes,
             recording.duration.count(), recording.offset.count(), recording.width,
             recording.height, recording.job_id, recording.created_at);
}

bool RecordingStore::remove(store::Tx& tx, const std::string& tenant, const std::string& take_id) {
  return tx.execute(delete_recording, tenant, take_id) == 1;
}

}  // namespace antiphon::director
