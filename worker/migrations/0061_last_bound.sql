-- What a check or a job goes by is compared with the event that binds it (worker/trail/agreed.ts), which leaves with its month.

-- last_bound: of each row of the tables that worker/trail/last.ts names, the last event that binds it and has been archived, as
-- `audit` had it: its code says that the Ledger wrote it. No personal data. Kept: always, as the trail.
CREATE TABLE last_bound (
  row TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  code TEXT NOT NULL,
  subject TEXT NOT NULL,
  commitment TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL,
  mac TEXT
) WITHOUT ROWID;

-- As 0003 has it, by the newest archive alone: each continues the one before. To look at all of them for each row that leaves took
-- seconds once there were hundreds, and writes waited.
DROP TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.seq = 0 OR OLD.seq > COALESCE((SELECT last_seq FROM audit_archives ORDER BY first_seq DESC LIMIT 1), 0)
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;
