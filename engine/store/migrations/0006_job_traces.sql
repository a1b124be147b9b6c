-- The work that asked for a job: its attempts belong to that trace.
ALTER TABLE jobs ADD COLUMN traceparent TEXT NOT NULL DEFAULT '';
