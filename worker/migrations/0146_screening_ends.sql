-- Evidence binds what an ended screening says: its state, when it ended, and its counts. Columns are only added, and an older Worker goes on
-- ending screenings without them.

-- screenings, three more: `ended_high`, `ended_low` and `ended_code`, as lists have their own (0047), from its end on. Null: open; or from
-- before, until the first run after the upgrade, or ended by an older Worker. Kept: as the row.
ALTER TABLE screenings ADD COLUMN ended_high INTEGER;
ALTER TABLE screenings ADD COLUMN ended_low INTEGER;
ALTER TABLE screenings ADD COLUMN ended_code INTEGER;

-- What has ended stays as it is: of before, it is bound once.
DROP TRIGGER screenings_over;
CREATE TRIGGER screenings_over BEFORE UPDATE ON screenings
WHEN OLD.state <> 'open' AND (OLD.ended_code IS NOT NULL OR NEW.ended_code IS NULL
  OR (NEW.num, NEW.id, NEW.source, NEW.name, NEW.purpose, NEW.state, NEW.by, NEW.at, NEW.finished_at, NEW.rows)
    IS NOT (OLD.num, OLD.id, OLD.source, OLD.name, OLD.purpose, OLD.state, OLD.by, OLD.at, OLD.finished_at, OLD.rows)
  OR (NEW.numbers, NEW.clear, NEW.caution, NEW.blocked, NEW.unknown, NEW.invalid, NEW.duplicates)
    IS NOT (OLD.numbers, OLD.clear, OLD.caution, OLD.blocked, OLD.unknown, OLD.invalid, OLD.duplicates)
  OR (NEW.salt_high, NEW.salt_low, NEW.code) IS NOT (OLD.salt_high, OLD.salt_low, OLD.code))
BEGIN
  SELECT RAISE(ABORT, 'screening_over');
END;
