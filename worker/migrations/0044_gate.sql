-- The telephone system's gate: what it was asked, beside the dial that is its evidence. Columns and tables are only added.

-- gate_lines: where the line of an integration's telephone system is, which decides what dialled digits ring; without a row it is
-- where the policy says. It is said when the integration is made, and never changes. `salt_high`, `salt_low` and `code` are as dials
-- have them. Kept: for good, as the integration.
CREATE TABLE gate_lines (
  integration TEXT PRIMARY KEY, -- people.id
  region TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
CREATE TRIGGER gate_lines_no_update BEFORE UPDATE ON gate_lines BEGIN SELECT RAISE(ABORT, 'gate_line_fixed'); END;
CREATE TRIGGER gate_lines_no_delete BEFORE DELETE ON gate_lines BEGIN SELECT RAISE(ABORT, 'gate_line_fixed'); END;

-- gate_calls: for each dial of the layer `server`, what its system said of the call. `call` is that system's own name of it: the
-- same one gets the same answer. `agent`: who called, as the system names them; `person` (people.num): who that is, as far as it
-- was known then. `caller`: the number that the call shows, as it was said, and `privacy` its SIP header; null where neither was
-- said. `until`: how long the answer holds, in milliseconds. The trail binds it with its dial (worker/dials/bound.ts).
-- Kept: as the dial, policy retention.dialMonths.
CREATE TABLE gate_calls (
  dial INTEGER PRIMARY KEY REFERENCES dials (num) ON DELETE CASCADE,
  by INTEGER NOT NULL, -- people.num
  call TEXT NOT NULL,
  agent TEXT,
  person INTEGER,
  caller TEXT,
  privacy TEXT,
  until INTEGER NOT NULL,
  UNIQUE (by, call)
);
CREATE TRIGGER gate_calls_no_update BEFORE UPDATE ON gate_calls BEGIN SELECT RAISE(ABORT, 'dials_append_only'); END;

-- Calls that no layer saw, as a page of call logs shows them.
CREATE INDEX IF NOT EXISTS calls_unseen ON calls (started_at, id) WHERE direction = 'outbound' AND dial IS NULL;

-- call_lists, one more: `began`, from when on all calls of the provider's list are stored, up to `since`; what is not within is
-- not known, and not zero. Of a list that was fetched before this migration: from now on. Kept: as the row.
ALTER TABLE call_lists ADD COLUMN began TEXT;
UPDATE call_lists SET began = since;
