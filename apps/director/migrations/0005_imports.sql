-- Lists of clips that are brought in together. The same list is the same import, so that one that
-- broke off goes on.
CREATE TABLE director_imports (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  list_hash TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX director_imports_by_list ON director_imports (tenant_id, list_hash);
CREATE INDEX director_imports_by_age ON director_imports (tenant_id, created_at, id);

CREATE TABLE director_import_lines (
  tenant_id TEXT NOT NULL,
  import_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  file TEXT NOT NULL,
  told TEXT NOT NULL,
  state TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (tenant_id, import_id, number)
);

CREATE INDEX director_import_lines_by_state
  ON director_import_lines (tenant_id, import_id, state, number);
