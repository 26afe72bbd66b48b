-- Recordings have owners: who brought one, under which prefix its keys are, and which object was looked at.

-- owners: the prefix of an integration's keys, by its id, or of a webhook's (`hook:generic`). Nobody else names a key below it.
-- One that is not here is from before there were prefixes: it names what is below nobody's. Kept: always, as recordings name it.
CREATE TABLE owners (
  id TEXT PRIMARY KEY,
  prefix TEXT NOT NULL UNIQUE CHECK (prefix GLOB '[A-Za-z0-9]*/' AND prefix NOT GLOB 'requests/*'),
  at TEXT NOT NULL
) WITHOUT ROWID;
-- Existing integrations that register recordings get the folder that all keys they named are in, if nobody else's are in it
-- and it is no date; one that named none, as it uploads by the Worker, gets its id's. Any other keeps naming what is below
-- nobody's, until an administrator gives it a prefix: what it does today would be refused. So do the webhooks that name keys
-- of the company's own stores.
-- folders: the first folders of live recordings' keys, by who brought them. Kept: until the end of this migration.
CREATE TABLE folders AS
  SELECT DISTINCT by, iif(instr(object, '/') > 0, substr(object, 1, instr(object, '/') - 1), '') AS folder
  FROM recordings
  WHERE store IN ('r2', 's3') AND state <> 'erased' AND object IS NOT 'recordings/' || substr(started_on, 1, 7) || '/' || id;
INSERT INTO owners (id, prefix, at)
SELECT p.id, COALESCE(f.folder, p.own) || '/', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
FROM (
  SELECT id, id AS own FROM people
  WHERE kind = 'integration' AND EXISTS (SELECT 1 FROM json_each(scopes) WHERE value = 'recordings:write')
  UNION ALL SELECT 'hook:generic', 'generic'
  WHERE NOT EXISTS (SELECT 1 FROM folders WHERE folder = 'generic' AND by <> 'hook:generic')
  -- Twilio's keys begin with what the company set there: only the folder that it uses is known.
  UNION ALL SELECT DISTINCT by, by FROM folders WHERE by = 'hook:twilio'
) p LEFT JOIN folders f ON f.by = p.id
WHERE f.folder IS NULL OR (
    f.folder GLOB '[A-Za-z0-9]*' AND f.folder NOT IN ('recordings', 'requests')
    AND f.folder GLOB '*[^-0-9._]*' AND f.folder NOT GLOB '*20[0-9][0-9]*'
    AND NOT EXISTS (SELECT 1 FROM folders o WHERE (o.by = p.id) <> (o.folder = f.folder)));
DROP TABLE folders;

-- No prefix is within another's, in either direction, and none changes.
CREATE TRIGGER owners_apart BEFORE INSERT ON owners
WHEN EXISTS (
  SELECT 1 FROM owners
  WHERE substr(NEW.prefix, 1, length(prefix)) = prefix OR substr(prefix, 1, length(NEW.prefix)) = NEW.prefix
)
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;
CREATE TRIGGER owners_fixed BEFORE UPDATE ON owners
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;

-- recordings, one more: `etag`, the object's version when it was looked at, before this row; null where nobody looked (audio
-- that came through the Worker, that a provider keeps, and rows from before). Kept: until the erasure.
ALTER TABLE recordings ADD COLUMN etag TEXT;

-- An object is of one kind: no recording is a request's file, and no file is a recording.
CREATE TRIGGER recordings_no_file BEFORE INSERT ON recordings
WHEN EXISTS (SELECT 1 FROM request_files WHERE object = NEW.object AND store = NEW.store AND erased_at IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;
CREATE TRIGGER request_files_no_recording BEFORE INSERT ON request_files
WHEN EXISTS (SELECT 1 FROM recordings WHERE store = NEW.store AND object = NEW.object AND state <> 'erased')
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

-- trials: which rows an officer has tried to import (SHA-256 of them as JSON), and when. Kept: 2 days.
CREATE TABLE trials (
  person TEXT NOT NULL REFERENCES people (id),
  rows TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (person, rows)
) WITHOUT ROWID;
