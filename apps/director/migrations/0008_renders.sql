-- Films that were made of edit lists, and those that are being made.
CREATE TABLE director_renders (
  tenant_id TEXT NOT NULL,
  take_id TEXT NOT NULL,
  id TEXT NOT NULL,
  quality TEXT NOT NULL,
  layout TEXT NOT NULL,
  captions BIGINT NOT NULL,
  state TEXT NOT NULL,
  progress_ppm BIGINT NOT NULL,
  problem TEXT NOT NULL,
  remarks TEXT NOT NULL,
  script TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  job_id TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, take_id, id)
);

CREATE INDEX director_renders_by_state ON director_renders (tenant_id, state);
