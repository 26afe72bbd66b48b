-- Evidence binds status changes, which proofs tell. Many are written at once, so one event of the trail binds them all. Columns are only
-- added, and an older Worker goes on writing without them.

-- turned, five more: `batch` and `place`, which rows were written together with it and where among them it is, and by which the trail
-- names it, as it names no number; `salt_high`, `salt_low` and `code`, as lists have them (0047). Null: from before, which stays, or by
-- an older Worker. Kept: as the row.
ALTER TABLE turned ADD COLUMN batch TEXT;
ALTER TABLE turned ADD COLUMN place INTEGER;
ALTER TABLE turned ADD COLUMN salt_high INTEGER;
ALTER TABLE turned ADD COLUMN salt_low INTEGER;
ALTER TABLE turned ADD COLUMN code INTEGER;
CREATE UNIQUE INDEX turned_batch ON turned (batch, place);

-- turned_batches: the roots (JSON) of the rows that were written together, in their order: also of one that was erased since, as the
-- others are proved by it. Hashes of salted values: no personal data. Kept: until none of its rows is left.
CREATE TABLE turned_batches (
  id TEXT PRIMARY KEY,
  roots TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX turned_batches_at ON turned_batches (at);
