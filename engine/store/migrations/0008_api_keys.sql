-- Keys of machines are tokens with a name, which may cost so much in all (0: no limit).
ALTER TABLE tokens ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN budget_micros BIGINT NOT NULL DEFAULT 0;
