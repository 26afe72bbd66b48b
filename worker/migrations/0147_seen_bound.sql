-- turned_marked: who has marked which status changes as seen, and when: the trail binds each, and `turned.seen_at` and `seen_by` are compared
-- with it (worker/watching/seen.ts). `nums` (JSON) are rows of `turned`, from `first` to `last`; one that is gone since stays named. No
-- personal data but who marked them. `salt_high`, `salt_low` and `code`: as lists have them (0047). An older Worker marks without it.
-- Kept: policy retention.turnedMonths, as the rows.
CREATE TABLE turned_marked (
  id TEXT NOT NULL PRIMARY KEY,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  nums TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
CREATE INDEX turned_marked_last ON turned_marked (last, id, first);
CREATE INDEX turned_marked_at ON turned_marked (at);
CREATE TRIGGER turned_marked_no_update BEFORE UPDATE ON turned_marked
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
