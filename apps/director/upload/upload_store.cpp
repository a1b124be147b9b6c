#include "apps/director/upload/upload_store.h"

#include "engine/base/error.h"

namespace antiphon::director {
namespace {

#define UPLOAD_COLUMNS \
  "id, created_by, bytes, received, metadata, state, asset_id, problem, created_at, expires_at"

constexpr store::Statement insert_upload{"director.uploads.insert",
                                         "INSERT INTO director_uploads (tenant_id, " UPLOAD_COLUMNS
                                         ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
constexpr store::Statement find_upload{"director.uploads.find",
                                       "SELECT " UPLOAD_COLUMNS
                                       " FROM director_uploads WHERE tenant_id = $1 AND id = $2"};
#undef UPLOAD_COLUMNS
constexpr store::Statement update_upload{
    "director.uploads.update",
    "UPDATE director_uploads SET received = $3, state = $4, asset_id = $5, problem = $6, "
    "expires_at = $7, bytes = $8 WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement delete_upload{
    "director.uploads.delete", "DELETE FROM director_uploads WHERE tenant_id = $1 AND id = $2"};
constexpr store::Statement open_uploads{
    "director.uploads.open",
    "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN bytes = 0 THEN received ELSE bytes END), 0) "
    "AS BIGINT) FROM director_uploads WHERE tenant_id = $1 AND state = 'open'"};
constexpr store::Statement expired_uploads{
    "director.uploads.expired",
    "SELECT id FROM director_uploads WHERE tenant_id = $1 AND expires_at < $2 "
    "ORDER BY expires_at LIMIT $3"};

constexpr store::Statement every_upload_statement[] = {
    insert_upload, find_upload, update_upload, delete_upload, open_uploads, expired_uploads};

UploadState parse_upload_state(const std::string& name) {
  for (UploadState state : {UploadState::open, UploadState::taken, UploadState::refused}) {
    if (to_text(state) == name) return state;
  }
  throw Error(Code::internal, "An upload cannot be read.").detail("unknown state " + name);
}

}  // namespace

std::string_view to_text(UploadState state) {
  switch (state) {
    case UploadState::open: return "open";
    case UploadState::taken: return "taken";
    case UploadState::refused: return "refused";
  }
  return "refused";
}

std::span<const store::Statement> UploadStore::statements() { return every_upload_statement; }

void UploadStore::insert(store::Tx& tx, const std::string& tenant, const PartialUpload& upload) {
  tx.execute(insert_upload, tenant, upload.id, upload.created_by, upload.bytes, upload.received,
             upload.metadata, to_text(upload.state), upload.asset_id, upload.problem,
             upload.created_at, upload.expires_at);
}

std::optional<PartialUpload> UploadStore::find(store::Tx& tx, const std::string& tenant,
                                               const std::string& id) {
  store::Rows rows = tx.query(find_upload, tenant, id);
  if (rows.empty()) return std::nullopt;
  store::Row row = rows[0];
  return PartialUpload{.id = row.text(0),
                       .created_by = row.text(1),
                       .bytes = static_cast<std::uint64_t>(row.integer(2)),
                       .received = static_cast<std::uint64_t>(row.integer(3)),
                       .metadata = row.text(4),
                       .state = parse_upload_state(row.text(5)),
                       .asset_id = row.text(6),
                       .problem = row.text(7),
                       .created_at = row.time(8),
                       .expires_at = row.time(9)};
}

void UploadStore::update(store::Tx& tx, const std::string& tenant, const PartialUpload& upload) {
  tx.execute(update_upload, tenant, upload.id, upload.received, to_text(upload.state),
             upload.asset_id, upload.problem, upload.expires_at, upload.bytes);
}

bool UploadStore::remove(store::Tx& tx, const std::string& tenant, const std::string& id) {
  return tx.execute(delete_upload, tenant, id) == 1;
}

OpenUploads UploadStore::open(store::Tx& tx, const std::string& tenant) {
  store::Rows rows = tx.query(open_uploads, tenant);
  return {rows[0].integer(0), rows[0].integer(1)};
}

std::vector<std::string> UploadStore::expired(store::Tx& tx, const std::string& tenant,
                                              Timestamp now, int limit) {
  std::vector<std::string> ids;
  for (store::Row row : tx.query(expired_uploads, tenant, now, limit)) ids.push_back(row.text(0));
  return ids;
}

}  // namespace antiphon::director
