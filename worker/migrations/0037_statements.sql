-- statements: what the company's file gets of each day: a signed document of figures (`document`, canonical JSON), made once after
-- the day has ended and never changed. `ends_at` is where the next one begins; `later`: the day's own run did not make it.
-- The trail's event names day and `sha256`. No personal data.
-- Kept: for good.
CREATE TABLE statements (
  day TEXT PRIMARY KEY,
  ends_at TEXT NOT NULL,
  made_at TEXT NOT NULL,
  later INTEGER NOT NULL CHECK (later IN (0, 1)),
  sha256 TEXT NOT NULL,
  document TEXT NOT NULL
);
CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- recipients_before: hosts that data went to before the policy had a register of recipients, by kind. They go on receiving until
-- the policy describes them: `described_at`; from then on the policy alone counts. No personal data.
-- Kept: for good.
CREATE TABLE recipients_before (
  kind TEXT NOT NULL,
  host TEXT NOT NULL,
  at TEXT NOT NULL,
  described_at TEXT,
  PRIMARY KEY (kind, host)
) WITHOUT ROWID;
