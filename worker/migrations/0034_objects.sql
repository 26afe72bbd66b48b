-- Objects of recordings: none is erased sooner than its wait allows, none is stored twice, and what is another one now is
-- looked at by two people.

-- recordings, two more: `waits_until`, before which nothing erases it, whatever its day and whoever asks: it was imported, or
-- reported late. `storing_until`: an upload of its audio is under way, and until when it may last. Kept: until the erasure.
ALTER TABLE recordings ADD COLUMN waits_until TEXT;
ALTER TABLE recordings ADD COLUMN storing_until TEXT;
-- Those that wait now are due already, and have not been tried.
UPDATE recordings SET waits_until = due
WHERE state <> 'erased' AND state = 'kept' AND erase_after <= date('now', '+1 day') AND failures = 0 AND not_before IS NULL
  AND due > strftime('%Y-%m-%dT%H:%M:%fZ', 'now');

-- marks, one more: `recordings-of-files`, where rows of before name a request's file (worker/recordings/objects.ts). The first
-- daily job tells of them and takes it away. Kept: until then.
INSERT INTO marks (name, value)
SELECT 'recordings-of-files', 'to tell' WHERE EXISTS (
  SELECT 1 FROM recordings WHERE state <> 'erased' AND store IN ('r2', 's3') AND object >= 'requests/' AND object < 'requests0'
) OR EXISTS (
  SELECT 1 FROM request_files f CROSS JOIN recordings r ON r.store = f.store AND r.object = f.object AND r.state <> 'erased'
  WHERE f.erased_at IS NULL
);

-- recording_looks: one whose store has another object than was registered, and the officer who looked at that one: both
-- versions (ETags), its size, and why it is taken for the recording. A second person's approval makes it the recording's
-- object. No personal data but the person's id. Kept: until the approval, a newer look or the erasure; both versions are on
-- the trail.
CREATE TABLE recording_looks (
  recording TEXT PRIMARY KEY REFERENCES recordings (id),
  before TEXT NOT NULL,
  now TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  why TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL
) WITHOUT ROWID;

-- A new prefix takes nothing that somebody else's keys are in: neither another integration's or webhook's live recordings, nor
-- keys that the Worker makes. What officers imported there stays.
CREATE TRIGGER owners_free BEFORE INSERT ON owners
WHEN NEW.prefix GLOB 'recordings/*' OR EXISTS (
  SELECT 1 FROM recordings r WHERE r.state <> 'erased' AND r.store IN ('r2', 's3')
    AND r.object >= NEW.prefix AND r.object < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
    AND r.by <> NEW.id
    AND (r.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'integration')))
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;
