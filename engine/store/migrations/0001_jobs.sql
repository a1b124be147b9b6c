CREATE TABLE jobs (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  priority BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  attempts_max BIGINT NOT NULL,
  lease_until BIGINT,
  lease_owner TEXT,
  unique_key TEXT,
  progress DOUBLE PRECISION NOT NULL,
  last_error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX jobs_newest ON jobs (tenant_id, created_at);

CREATE UNIQUE INDEX jobs_unique ON jobs (tenant_id, kind, unique_key)
  WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');

-- Runners take jobs of all tenants: the one index that does not lead with the tenant.
CREATE INDEX jobs_ready ON jobs (priority DESC, run_at)
  WHERE state IN ('waiting', 'running');
