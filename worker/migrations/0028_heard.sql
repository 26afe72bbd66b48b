-- When an objection was heard, where it arrived later, as after an outage. Null: when it was entered.
ALTER TABLE suppressions ADD COLUMN heard_at TEXT;
CREATE TRIGGER suppressions_heard BEFORE UPDATE OF heard_at ON suppressions
WHEN NEW.heard_at IS NOT OLD.heard_at
BEGIN
  SELECT RAISE(ABORT, 'entry_fixed');
END;

-- The numbers that an objection tells on: compliance is asked whose they are.
CREATE INDEX suppressions_tells ON suppressions (origin) WHERE origin IS NOT NULL AND keeps_line = 1 AND ended_at IS NULL;
