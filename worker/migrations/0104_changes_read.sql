-- What changed in a CRM is read every minute, between the runs through all of it.

-- connector_changes: how far the changes of a CRM were read, a row a connector that can be asked for them. `upto`: all that was made or
-- changed before is known here; a run that was done knows all from before it began. While a reading goes on `since` is from when it
-- asks, `began` when it began and `cursor` where it resumes. `read_at`: when the last one that came to its end began. `lease`: until
-- when somebody reads; `due`: when it is tried again after a failure; `failures` in a row, and `error` the last one. `screening`: the
-- one in which the numbers of `day` are recorded, with `part` the next part of it, and `contacts` and `invalid` what it counts. `heard`:
-- the newest row of `changes` when a reading last began: records of numbers that changed since, and that somebody objected on, are
-- read by their ids.
-- Kept: as the connector. An earlier Worker does not look at it, and reads nothing between its runs.
CREATE TABLE connector_changes (
  connector INTEGER PRIMARY KEY REFERENCES connectors (num) ON DELETE CASCADE,
  upto TEXT NOT NULL,
  since TEXT,
  began TEXT,
  cursor TEXT,
  read_at TEXT,
  lease TEXT,
  due TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  screening TEXT,
  day TEXT,
  part INTEGER NOT NULL DEFAULT 0,
  contacts INTEGER NOT NULL DEFAULT 0,
  invalid INTEGER NOT NULL DEFAULT 0,
  heard INTEGER
);
-- A run that began meanwhile stores by itself what it reads, and knows its records by its own number.
CREATE TRIGGER connector_changes_alone BEFORE UPDATE OF upto, cursor, part ON connector_changes
WHEN EXISTS (SELECT 1 FROM connector_runs r WHERE r.connector = NEW.connector AND r.state = 'running')
BEGIN
  SELECT RAISE(ABORT, 'connector_run_goes');
END;
