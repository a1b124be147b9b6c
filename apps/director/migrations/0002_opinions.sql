-- What a creator thinks of a clip. One row for each clip that was ever judged.
CREATE TABLE director_opinions (
  tenant_id TEXT NOT NULL,
  creator_id TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  thumb TEXT NOT NULL,
  standing TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, creator_id, asset_id)
);
