-- What came on screen in a take and when, as it happened; never changed afterwards.
CREATE TABLE director_moments (
  tenant_id TEXT NOT NULL,
  take_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, take_id, number)
);

-- What a person made of it. Without a row the list is as it was recorded.
CREATE TABLE director_edit_lists (
  tenant_id TEXT NOT NULL,
  take_id TEXT NOT NULL,
  body TEXT NOT NULL,
  edited_by TEXT NOT NULL,
  edited_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, take_id)
);

-- Where an utterance begins in the sound; -1 where that was not kept.
ALTER TABLE director_utterances ADD COLUMN begin_ms BIGINT NOT NULL DEFAULT -1;
