CREATE TABLE idempotency_keys (
  tenant_id TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  route TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status BIGINT,
  content_type TEXT,
  location TEXT,
  body {bytes},
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, principal_id, route, idempotency_key)
);

CREATE INDEX idempotency_keys_oldest ON idempotency_keys (tenant_id, created_at);
