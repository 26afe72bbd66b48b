-- Evidence binds people and their tokens, as 0031 and 0035 began it: each state of a row as a whole. Columns are only added, and
-- an older Worker goes on writing without them.

-- people and tokens, five more each: `rev` counts the states of a row, each of which has an event; `changed_at` is when the last
-- one began, null where it is the first; `salt_high`, `salt_low` and `code` are as dials have them. Null: from before, until the
-- first run after the upgrade (worker/trail/adopt.ts), or by an older Worker. Kept: as the row.
ALTER TABLE people ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people ADD COLUMN changed_at TEXT;
ALTER TABLE people ADD COLUMN salt_high INTEGER;
ALTER TABLE people ADD COLUMN salt_low INTEGER;
ALTER TABLE people ADD COLUMN code INTEGER;
ALTER TABLE tokens ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN changed_at TEXT;
ALTER TABLE tokens ADD COLUMN salt_high INTEGER;
ALTER TABLE tokens ADD COLUMN salt_low INTEGER;
ALTER TABLE tokens ADD COLUMN code INTEGER;
