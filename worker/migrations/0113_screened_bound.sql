-- Evidence binds which number got which verdict in a screening, which proofs tell. Nothing of before changes, and an older Worker goes on
-- writing parts without it.

-- screened_bound: one row for each part of a screening, `screening` and `part` as screening_parts has them, with the list of the part's
-- rows in `screened` (worker/screening/bound.ts): for each, in the order of their ids, its block and verdict (8 characters) and 96 bits
-- of SHA-256 over these and its numbers (16 characters). `n` is how many rows they are. `salt_high`, `salt_low` and `code`: as lists have
-- them (0047). A part without a row here is from before, or an older Worker's. The list says no more than `screened` does, and is kept as
-- long, also after an erasure at a subscriber's request, which leaves both. Kept: policy retention.screeningMonths.
CREATE TABLE screened_bound (
  screening INTEGER NOT NULL,
  part INTEGER NOT NULL,
  at TEXT NOT NULL,
  n INTEGER NOT NULL,
  rows TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  UNIQUE (screening, part)
);
CREATE INDEX screened_bound_at ON screened_bound (at);
CREATE TRIGGER screened_bound_no_update BEFORE UPDATE ON screened_bound
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
