CREATE TABLE greeter_guests (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  visits BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, name)
);
