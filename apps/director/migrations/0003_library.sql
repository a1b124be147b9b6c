-- What is known of a clip beyond its contents, and how far its preparation is. `bytes` is 0 for one
-- from before the ledger of blobs knew of clips; a job brings it there.
ALTER TABLE director_assets ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE director_assets ADD COLUMN kind TEXT NOT NULL DEFAULT 'film';
ALTER TABLE director_assets ADD COLUMN state TEXT NOT NULL DEFAULT 'ready';
ALTER TABLE director_assets ADD COLUMN problem TEXT NOT NULL DEFAULT '';
ALTER TABLE director_assets ADD COLUMN job_id TEXT NOT NULL DEFAULT '';
ALTER TABLE director_assets ADD COLUMN width BIGINT NOT NULL DEFAULT 0;
ALTER TABLE director_assets ADD COLUMN height BIGINT NOT NULL DEFAULT 0;
ALTER TABLE director_assets ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE director_assets ADD COLUMN preview_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE director_assets ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX director_assets_by_age ON director_assets (tenant_id, created_at, id);
CREATE INDEX director_assets_by_topic ON director_assets (tenant_id, topic, created_at, id);
CREATE INDEX director_assets_by_state ON director_assets (tenant_id, state, created_at, id);

-- Which tenants were given the starter library: what they delete of it stays deleted.
CREATE TABLE director_starters (
  tenant_id TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id)
);
INSERT INTO director_starters (tenant_id, given_at)
SELECT tenant_id, MIN(created_at) FROM director_assets GROUP BY tenant_id;
