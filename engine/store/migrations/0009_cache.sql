-- Values that may be forgotten at any time. Keys of a tenant begin with its id.
CREATE TABLE cache_entries (
  cache_key TEXT NOT NULL PRIMARY KEY,
  value {bytes} NOT NULL,
  bytes BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- By which old ones go, and all are counted without their values being read.
CREATE INDEX cache_entries_end ON cache_entries (expires_at, bytes);
