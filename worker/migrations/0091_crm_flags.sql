-- A CRM's own flags against calls and consents, both ways.

-- connector_records, one more column. `said` (JSON): what stood against calls in the CRM's record when it was read last. `*` is the
-- record's own flag, a number (E.164) the number's own; each with `by` (`theirs`, or `ours` where ClearDial set it) and `at`, when it was
-- first read or set (ISO 8601). What is in it came in or went out, and does neither again until the CRM takes it back. An earlier
-- Worker leaves it alone. Kept: as the row.
ALTER TABLE connector_records ADD COLUMN said TEXT NOT NULL DEFAULT '{}';

-- connector_runs, one more column. `reads`: 1 where the run reads flags and consents alone, and screens nothing. Such a run is stored as a
-- trial, so that an earlier Worker that goes on with it writes nothing. Kept: as the run.
ALTER TABLE connector_runs ADD COLUMN reads INTEGER NOT NULL DEFAULT 0;
