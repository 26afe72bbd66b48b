-- Evidence binds below which folder an integration or a webhook names its keys of recordings, as 0059 binds legal holds: whoever moved a
-- folder to another integration had it register, and erase, what is not its own. Columns are only added, and an older Worker goes on
-- writing without them.

-- owners, six more, as recording_holds has them (0059): `rev` counts the states of a row; `changed_at` is when the last one began, null
-- where it is the first; `past` (JSON) has the roots of the earlier ones; `salt_high`, `salt_low` and `code`. Null: from before, until the
-- first run after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE owners ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owners ADD COLUMN changed_at TEXT;
ALTER TABLE owners ADD COLUMN past TEXT;
ALTER TABLE owners ADD COLUMN salt_high INTEGER;
ALTER TABLE owners ADD COLUMN salt_low INTEGER;
ALTER TABLE owners ADD COLUMN code INTEGER;

-- What binds it may change. A prefix changes where an upgrade guessed it, once, and by the rules of a new one: within nobody's, around
-- nobody's, and not where another's recordings are.
DROP TRIGGER owners_fixed;
CREATE TRIGGER owners_fixed BEFORE UPDATE ON owners
WHEN NEW.id IS NOT OLD.id OR ((NEW.prefix IS NOT OLD.prefix OR NEW.at IS NOT OLD.at) AND (
  NOT EXISTS (SELECT 1 FROM owners_guessed g WHERE g.id = OLD.id)
  OR EXISTS (
    SELECT 1 FROM owners o WHERE o.id <> OLD.id
      AND (substr(NEW.prefix, 1, length(o.prefix)) = o.prefix OR substr(o.prefix, 1, length(NEW.prefix)) = NEW.prefix))
  OR NEW.prefix GLOB 'recordings/*'
  OR EXISTS (
    SELECT 1 FROM recordings r WHERE r.state <> 'erased' AND r.store IN ('r2', 's3')
      AND r.object >= NEW.prefix AND r.object < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
      AND r.by <> NEW.id
      AND (r.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'integration')))))
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;

-- marks, three more. `last-bound-folders`: up to which row of the trail its archives were read for the last events of `owners`. None of
-- before has one. `last-bound-mac`: the code under the Worker's key over these marks. Kept: always; without them archives are read again.
INSERT OR REPLACE INTO marks (name, value) SELECT 'last-bound-folders', COALESCE(MAX(last_seq), 0) FROM audit_archives;
