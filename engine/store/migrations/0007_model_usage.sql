-- What models were used for and what it cost, added up by day (UTC, microseconds of its midnight).
-- Below a tenant, an account is whoever has a limit of its own; '' for none.
CREATE TABLE model_usage (
  tenant_id TEXT NOT NULL,
  day BIGINT NOT NULL,
  account TEXT NOT NULL,
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  calls BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  cache_hits BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  tokens_in BIGINT NOT NULL,
  tokens_cached BIGINT NOT NULL,
  tokens_out BIGINT NOT NULL,
  cost_micros BIGINT NOT NULL,
  latency_ms BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, day, account, purpose, model)
);
