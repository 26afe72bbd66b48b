-- What a connector's run achieved, and with which set-up its fields were tried.

-- connectors, one more column. `proved`: the set-up (as `setup`) with which each field of each kind of record was tried: it took
-- the longest text, and gave it back. NULL, or another than `setup`: it is tried before anything is written. An earlier Worker
-- does not look at it. Kept: as the connector.
ALTER TABLE connectors ADD COLUMN proved TEXT;

-- connector_runs, one more column. `kinds` (JSON): by kind of record, how many were read, written (or would be) and refused, and
-- the CRM's own reason for the last refusal. '{}' in rows of before. Kept: as the run.
ALTER TABLE connector_runs ADD COLUMN kinds TEXT NOT NULL DEFAULT '{}';
