-- Uploads under way, and what came of them until they are forgotten. `received` is never more than
-- what is on the disk.
CREATE TABLE director_uploads (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  created_by TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  received BIGINT NOT NULL,
  metadata TEXT NOT NULL,
  state TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  problem TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX director_uploads_by_expiry ON director_uploads (tenant_id, expires_at);
CREATE INDEX director_uploads_by_state ON director_uploads (tenant_id, state);
