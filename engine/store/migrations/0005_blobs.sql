-- Who uses a content. Charged once for a tenant, however often it is used.
CREATE TABLE blob_claims (
  tenant_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  is_upload BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, owner, hash)
);

CREATE INDEX blob_claims_of_tenant ON blob_claims (tenant_id, hash);

-- Content is shared between tenants: whether anybody uses it is asked by its hash alone.
CREATE INDEX blob_claims_of_hash ON blob_claims (hash);

CREATE TABLE blob_use (
  tenant_id TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  objects BIGINT NOT NULL,
  bytes_max BIGINT,
  PRIMARY KEY (tenant_id)
);

-- Contents that nobody used any more at that time; the sweep looks again and takes them away.
CREATE TABLE blob_garbage (
  hash TEXT NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL
);
