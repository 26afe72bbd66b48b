-- Evidence binds what was left, as 0059 binds legal holds. Columns are only added, and an older Worker goes on writing without them.

-- proposals, six more, as lists have them (0047): each state, so that nobody approved what no one did. Null: from before, until the
-- first run after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE proposals ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE proposals ADD COLUMN changed_at TEXT;
ALTER TABLE proposals ADD COLUMN past TEXT;
ALTER TABLE proposals ADD COLUMN salt_high INTEGER;
ALTER TABLE proposals ADD COLUMN salt_low INTEGER;
ALTER TABLE proposals ADD COLUMN code INTEGER;

-- As it was (0022); but what binds a row of before is no change of it: it names the columns that are one.
DROP TRIGGER proposals_fixed;
CREATE TRIGGER proposals_fixed BEFORE UPDATE OF id, kind, base, changes, effect, why, by, roles, at, expires_at, counts_at, state,
  settled_by, settled_at, version ON proposals
WHEN OLD.state <> 'open'
  OR (NEW.counts_at IS NOT OLD.counts_at AND NEW.counts_at IS NOT NULL)
  OR json_array(NEW.id, NEW.kind, NEW.base, NEW.changes, NEW.effect, NEW.why, NEW.by, NEW.roles, NEW.at, NEW.expires_at)
    IS NOT json_array(OLD.id, OLD.kind, OLD.base, OLD.changes, OLD.effect, OLD.why, OLD.by, OLD.roles, OLD.at, OLD.expires_at)
BEGIN
  SELECT RAISE(ABORT, 'proposal_fixed');
END;

-- letter_templates, three more. Null: as above. Kept: as the row.
ALTER TABLE letter_templates ADD COLUMN salt_high INTEGER;
ALTER TABLE letter_templates ADD COLUMN salt_low INTEGER;
ALTER TABLE letter_templates ADD COLUMN code INTEGER;

-- suppression_records, five more: `id`, by which the trail names the row, as it names no record of a CRM; `at`, when an officer named
-- the record, null in a row from before, or by an older Worker; and seed and code. Null: as above. Kept: as the row.
ALTER TABLE suppression_records ADD COLUMN id TEXT;
ALTER TABLE suppression_records ADD COLUMN at TEXT;
ALTER TABLE suppression_records ADD COLUMN salt_high INTEGER;
ALTER TABLE suppression_records ADD COLUMN salt_low INTEGER;
ALTER TABLE suppression_records ADD COLUMN code INTEGER;
UPDATE suppression_records SET id = lower(hex(randomblob(16)));
CREATE INDEX suppression_records_id ON suppression_records (suppression, connector, id);
-- An older Worker writes none.
CREATE TRIGGER suppression_records_named AFTER INSERT ON suppression_records WHEN NEW.id IS NULL
BEGIN
  UPDATE suppression_records SET id = lower(hex(randomblob(16)))
    WHERE suppression = NEW.suppression AND connector = NEW.connector AND object = NEW.object AND record = NEW.record;
END;

-- tokens_held, three more, and people_held, six more, as lists have them (0047). Null: as above. Kept: as the row.
ALTER TABLE tokens_held ADD COLUMN salt_high INTEGER;
ALTER TABLE tokens_held ADD COLUMN salt_low INTEGER;
ALTER TABLE tokens_held ADD COLUMN code INTEGER;
ALTER TABLE people_held ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE people_held ADD COLUMN changed_at TEXT;
ALTER TABLE people_held ADD COLUMN past TEXT;
ALTER TABLE people_held ADD COLUMN salt_high INTEGER;
ALTER TABLE people_held ADD COLUMN salt_low INTEGER;
ALTER TABLE people_held ADD COLUMN code INTEGER;

-- As they were (0049, 0057); but what binds a row of before is no change of it: they name the columns that are one.
DROP TRIGGER tokens_held_fixed;
CREATE TRIGGER tokens_held_fixed BEFORE UPDATE OF token, by, at ON tokens_held
BEGIN
  SELECT RAISE(ABORT, 'tokens_held');
END;
DROP TRIGGER people_held_fixed;
CREATE TRIGGER people_held_fixed BEFORE UPDATE OF person, by, how, at, ended_at ON people_held
WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
  OR json_array(NEW.person, NEW.by, NEW.how, NEW.at) IS NOT json_array(OLD.person, OLD.by, OLD.how, OLD.at)
BEGIN
  SELECT RAISE(ABORT, 'people_held');
END;
