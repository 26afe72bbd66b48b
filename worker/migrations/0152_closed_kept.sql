-- Closed months of kept recordings' rows in the bucket ARCHIVE (worker/recordings/closed/README.md). Tables are only added. An earlier Worker
-- does not look there: `cleardial audit reopen` puts all back into `recordings` first.

-- closed_kept_files: objects with rows of kept recordings that have left the database; as `closed_files` (0130). `first` and `last`: their
-- numbers, milliseconds of the call's start times 1024 and a place. No personal data. Kept: as the recordings.
CREATE TABLE closed_kept_files (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  members TEXT NOT NULL,
  at TEXT NOT NULL
);

-- closed_kept: under which number a closed recording is: by the first 64 bits of its `ref`, and of SHA-256 of its `id` and of its store and
-- object. No personal data. Kept: as the recordings; it goes with one that is put back.
CREATE TABLE closed_kept (
  name INTEGER NOT NULL,
  num INTEGER NOT NULL,
  PRIMARY KEY (name, num)
) WITHOUT ROWID;

-- closed_kept_numbers: which closed recordings a telephone number has. Kept: as the recordings; it goes with one that is put back.
CREATE TABLE closed_kept_numbers (
  number INTEGER NOT NULL,
  num INTEGER NOT NULL,
  PRIMARY KEY (number, num)
) WITHOUT ROWID;
CREATE INDEX closed_kept_numbers_ends ON closed_kept_numbers (number % 100000);

-- closed_kept_out: closed recordings whose lines no longer count: they came back into `recordings`. `gone` (1): they were erased since.
-- Kept: until their file is written without them, or is gone.
CREATE TABLE closed_kept_out (
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL, -- of recordings
  gone INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX closed_kept_out_id ON closed_kept_out (id);
CREATE INDEX closed_kept_out_gone ON closed_kept_out (num) WHERE gone = 1;
CREATE TRIGGER closed_kept_out_erased AFTER UPDATE OF state ON recordings WHEN NEW.state = 'erased'
BEGIN
  UPDATE closed_kept_out SET gone = 1 WHERE id = NEW.id;
END;

-- closed_kept_days: how many recordings of a file are to be erased on which day. `was`: their day as the file has it; `day`, and, where policy
-- changed since, `months` and `rule`: as they are now, and come back. `started_on` and `claims`: as `recording_days` (0133). No personal data.
-- Kept: as the recordings.
CREATE TABLE closed_kept_days (
  first INTEGER NOT NULL, -- of closed_kept_files
  by TEXT NOT NULL,
  provider TEXT NOT NULL,
  store TEXT NOT NULL,
  region TEXT NOT NULL,
  started_on TEXT NOT NULL,
  claims INTEGER NOT NULL,
  was TEXT NOT NULL,
  day TEXT NOT NULL,
  months INTEGER,
  rule TEXT,
  n INTEGER NOT NULL,
  PRIMARY KEY (first, by, provider, store, region, started_on, claims, was)
) WITHOUT ROWID;
CREATE INDEX closed_kept_days_day ON closed_kept_days (day);
CREATE INDEX closed_kept_days_region ON closed_kept_days (region, n);

-- closed_kept_quarters: how many closed recordings arrived, and how many of their calls began, in a quarter of an hour (since 1970), by region
-- and whether the recording was announced. No personal data. Kept: as the recordings.
CREATE TABLE closed_kept_quarters (
  quarter INTEGER NOT NULL,
  region TEXT NOT NULL,
  announced INTEGER NOT NULL,
  arrived INTEGER NOT NULL,
  began INTEGER NOT NULL,
  PRIMARY KEY (quarter, region, announced)
) WITHOUT ROWID;

-- closed_kept_folders: in which folders of the company's own stores an integration or a webhook has audio of a file's recordings, where these
-- are not below its own prefix: nobody else gets a prefix there (owners_free). Kept: as the file.
CREATE TABLE closed_kept_folders (
  first INTEGER NOT NULL, -- of closed_kept_files
  by TEXT NOT NULL,
  folder TEXT NOT NULL,
  PRIMARY KEY (first, by, folder)
) WITHOUT ROWID;
CREATE INDEX closed_kept_folders_folder ON closed_kept_folders (folder);

CREATE TRIGGER closed_kept_files_gone AFTER DELETE ON closed_kept_files
BEGIN
  DELETE FROM closed_kept_days WHERE first = OLD.first;
  DELETE FROM closed_kept_folders WHERE first = OLD.first;
END;

-- One that is closed arrives no second time, whatever the statement.
DROP TRIGGER recordings_once;
CREATE TRIGGER recordings_once BEFORE INSERT ON recordings
WHEN NEW.state <> 'erased' AND length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AND (EXISTS (
  SELECT 1 FROM closed_recordings
  WHERE name = (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$')
) OR EXISTS (
  SELECT 1 FROM closed_kept
  WHERE name = (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$')
))
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: recordings.ref');
END;

-- A row still goes never, but for one that a file has: with its certificate, or kept and not being erased.
DROP TRIGGER recordings_no_delete;
CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recordings
WHEN NOT (OLD.state = 'erased' AND OLD.certified IS NOT NULL AND EXISTS (
  SELECT 1 FROM closed_recordings c
  CROSS JOIN closed_certificates f ON f.first = (SELECT MAX(w.first) FROM closed_certificates w WHERE w.first <= c.num)
  WHERE c.name = (('0x' || substr(OLD.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(OLD.ref, 9, 8)) ->> '$')
    AND c.num <= f.last
)) AND NOT (OLD.state = 'kept' AND EXISTS (
  SELECT 1 FROM closed_kept c
  CROSS JOIN closed_kept_files f ON f.first = (SELECT MAX(w.first) FROM closed_kept_files w WHERE w.first <= c.num)
  WHERE c.name = (('0x' || substr(OLD.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(OLD.ref, 9, 8)) ->> '$')
    AND c.num <= f.last
))
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

-- recording_days counts closed recordings as well, as closed_kept_days has them: one that leaves it counts there.
CREATE TRIGGER closed_kept_days_came AFTER INSERT ON closed_kept_days
BEGIN
  INSERT INTO recording_days
  SELECT NEW.day, IIF(NEW.rule IS NULL, NEW.started_on, ''), NEW.rule IS NULL AND NEW.claims, NEW.n WHERE TRUE
  ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER closed_kept_days_changed AFTER UPDATE ON closed_kept_days
BEGIN
  UPDATE recording_days SET n = n - OLD.n
  WHERE erase_after = OLD.day AND started_on = IIF(OLD.rule IS NULL, OLD.started_on, '')
    AND claims = (OLD.rule IS NULL AND OLD.claims);
  INSERT INTO recording_days
  SELECT NEW.day, IIF(NEW.rule IS NULL, NEW.started_on, ''), NEW.rule IS NULL AND NEW.claims, NEW.n WHERE TRUE
  ON CONFLICT DO UPDATE SET n = n + excluded.n;
  DELETE FROM recording_days WHERE erase_after IN (OLD.day, NEW.day) AND n = 0;
END;
CREATE TRIGGER closed_kept_days_gone AFTER DELETE ON closed_kept_days
BEGIN
  UPDATE recording_days SET n = n - OLD.n
  WHERE erase_after = OLD.day AND started_on = IIF(OLD.rule IS NULL, OLD.started_on, '')
    AND claims = (OLD.rule IS NULL AND OLD.claims);
  DELETE FROM recording_days WHERE erase_after = OLD.day AND n < 1;
END;
CREATE TRIGGER recording_days_went AFTER DELETE ON recordings
WHEN OLD.state <> 'erased' AND OLD.id <= (SELECT value FROM marks WHERE name = 'recordings-counted')
BEGIN
  UPDATE recording_days SET n = n - 1
  WHERE erase_after = OLD.erase_after
    AND (started_on, claims) = (
      SELECT IIF(policys, OLD.started_on, ''),
        policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= OLD.started_at AND OLD.started_at < until)
      FROM (SELECT OLD.state = 'kept' AND OLD.rule = 'retention' AND OLD.started_on IS NOT NULL AS policys));
  DELETE FROM recording_days WHERE erase_after = OLD.erase_after AND n < 1;
END;

-- Nobody gets a prefix below which another's closed recordings lie.
DROP TRIGGER owners_free;
CREATE TRIGGER owners_free BEFORE INSERT ON owners
WHEN NEW.prefix GLOB 'recordings/*' OR EXISTS (
  SELECT 1 FROM recordings r WHERE r.state <> 'erased' AND r.store IN ('r2', 's3')
    AND r.object >= NEW.prefix AND r.object < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
    AND r.by <> NEW.id
    AND (r.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'integration')))
  OR EXISTS (
  SELECT 1 FROM closed_kept_folders k
  WHERE k.folder >= NEW.prefix AND k.folder < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0' AND k.by <> NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;

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
      AND (r.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'integration')))
  OR EXISTS (
    SELECT 1 FROM closed_kept_folders k
    WHERE k.folder >= NEW.prefix AND k.folder < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0' AND k.by <> NEW.id)))
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;
