ALTER TABLE jobs ADD COLUMN result TEXT NOT NULL DEFAULT '';

-- Runners look for the next job tenant by tenant.
DROP INDEX jobs_ready;
CREATE INDEX jobs_turn ON jobs (tenant_id, priority DESC, run_at)
  WHERE state IN ('waiting', 'running');
CREATE INDEX jobs_running ON jobs (tenant_id, kind) WHERE state = 'running';
CREATE INDEX jobs_ended ON jobs (tenant_id, state, finished_at)
  WHERE state IN ('done', 'dead', 'cancelled');

CREATE TABLE job_schedules (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  rule TEXT NOT NULL,
  next_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
