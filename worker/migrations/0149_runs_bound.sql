-- Evidence binds what an ended run of a connector says. Columns are only added, and an older Worker goes on ending runs without them.

-- connector_runs, three more: `ended_high`, `ended_low` and `ended_code`, as lists have their own (0047), from its end on. Null: running; or from
-- before, until the first run after the upgrade, or ended by an older Worker. Kept: as the row.
ALTER TABLE connector_runs ADD COLUMN ended_high INTEGER;
ALTER TABLE connector_runs ADD COLUMN ended_low INTEGER;
ALTER TABLE connector_runs ADD COLUMN ended_code INTEGER;

-- What has ended stays as it is: of before, it is bound once.
DROP TRIGGER connector_runs_moved;
CREATE TRIGGER connector_runs_moved BEFORE UPDATE ON connector_runs
WHEN NEW.slice NOT BETWEEN OLD.slice AND OLD.slice + 1
  OR (NEW.slice = OLD.slice AND NEW.contacts <> OLD.contacts)
  OR (OLD.state <> 'running' AND (OLD.ended_code IS NOT NULL OR NEW.ended_code IS NULL
    OR (NEW.num, NEW.id, NEW.connector, NEW.trial, NEW.state, NEW.screening, NEW.slice, NEW.cursor, NEW.lease, NEW.due, NEW.moved_at)
      IS NOT (OLD.num, OLD.id, OLD.connector, OLD.trial, OLD.state, OLD.screening, OLD.slice, OLD.cursor, OLD.lease, OLD.due, OLD.moved_at)
    OR (NEW.contacts, NEW.numbers, NEW.clear, NEW.caution, NEW.blocked, NEW.unknown, NEW.none, NEW.invalid, NEW.written, NEW.refused)
      IS NOT (OLD.contacts, OLD.numbers, OLD.clear, OLD.caution, OLD.blocked, OLD.unknown, OLD.none, OLD.invalid, OLD.written, OLD.refused)
    OR (NEW.refusal, NEW.kinds, NEW.reads, NEW.failures, NEW.error, NEW.by, NEW.at, NEW.finished_at)
      IS NOT (OLD.refusal, OLD.kinds, OLD.reads, OLD.failures, OLD.error, OLD.by, OLD.at, OLD.finished_at)))
BEGIN
  SELECT RAISE(ABORT, 'connector_run_moved');
END;
