-- What was recorded of a take with camera and microphone: one for a take; a later one takes the
-- place of the one before.
CREATE TABLE director_recordings (
  tenant_id TEXT NOT NULL,
  take_id TEXT NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  problem TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  content_type TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  offset_ms BIGINT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  job_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, take_id)
);
