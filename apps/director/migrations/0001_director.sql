CREATE TABLE director_assets (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  topic TEXT NOT NULL,
  sentiment TEXT NOT NULL,
  licence TEXT NOT NULL,
  attribution TEXT NOT NULL,
  content_type TEXT NOT NULL,
  duration_ms BIGINT NOT NULL,
  content_hash TEXT NOT NULL,
  thumbnail_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- The same content is one asset of a tenant.
CREATE UNIQUE INDEX director_assets_by_content ON director_assets (tenant_id, content_hash);

CREATE TABLE director_takes (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  language TEXT NOT NULL,
  layout TEXT NOT NULL,
  status TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  duration_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE INDEX director_takes_by_age ON director_takes (tenant_id, created_at, id);

CREATE TABLE director_utterances (
  tenant_id TEXT NOT NULL,
  take_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  text TEXT NOT NULL,
  end_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, take_id, number)
);
