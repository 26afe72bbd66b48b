-- Evidence binds two more things that somebody wrote once: the name that a sender gave a request's file, and who a log's agent is, as the
-- desk says it. An older Worker goes on writing both without what binds them.

-- request_files, six more, as recordings have them for their audio (0047): `name_rev` counts the states of `name` (as it came, and erased
-- with its file); `name_changed_at` is when the last one began, null where it is the first; `name_past` (JSON) has the roots of the earlier
-- ones; `name_high`, `name_low` and `name_code`. Null: from before, until the first run after the upgrade, or by an older Worker. Kept: as
-- the row.
ALTER TABLE request_files ADD COLUMN name_rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request_files ADD COLUMN name_changed_at TEXT;
ALTER TABLE request_files ADD COLUMN name_past TEXT;
ALTER TABLE request_files ADD COLUMN name_high INTEGER;
ALTER TABLE request_files ADD COLUMN name_low INTEGER;
ALTER TABLE request_files ADD COLUMN name_code INTEGER;

-- call_agents: as in 0014, rebuilt with an id of its own, by which the trail knows it, as `agent` may be anybody's name or number; and
-- `salt_high`, `salt_low` and `code`. No row changes: who is said to be another has a new one. Null: from before, until the first run after
-- the upgrade, or by an older Worker. Kept: until said otherwise.
ALTER TABLE call_agents RENAME TO call_agents_before;
CREATE TABLE call_agents (
  id TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
  agent TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL REFERENCES people (id),
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
INSERT INTO call_agents (agent, person, by, at) SELECT agent, person, by, at FROM call_agents_before ORDER BY at, agent;
DROP TABLE call_agents_before;
