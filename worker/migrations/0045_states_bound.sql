-- Evidence binds what becomes of an entry, a consent and a call, as 0041 began it for people and tokens: each state of a row
-- as a whole. Columns are only added, and an older Worker goes on writing without them.

-- suppressions, consents and calls, three more each: `rev` counts the states of a row, each of which has an event: 0 is from
-- before, or by an older Worker. `changed_at` is when the present one was bound, null where it is the first.
-- people, tokens and those three, one more each: `past` (JSON): the roots of the row's earlier states, so that a row that was
-- altered before a change is still known afterwards. Null: from before, until the first change; of entries and consents until
-- the first run after the upgrade (worker/trail/adopt.ts). Kept: as the row.
ALTER TABLE suppressions ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE suppressions ADD COLUMN changed_at TEXT;
ALTER TABLE suppressions ADD COLUMN past TEXT;
ALTER TABLE consents ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consents ADD COLUMN changed_at TEXT;
ALTER TABLE consents ADD COLUMN past TEXT;
ALTER TABLE calls ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE calls ADD COLUMN changed_at TEXT;
ALTER TABLE calls ADD COLUMN past TEXT;
ALTER TABLE people ADD COLUMN past TEXT;
ALTER TABLE tokens ADD COLUMN past TEXT;
