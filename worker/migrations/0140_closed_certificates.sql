-- Closed months of certificates of erasure in the bucket ARCHIVE (worker/recordings/certificates/README.md). Tables are only added. An earlier
-- Worker does not look there: `cleardial audit reopen` puts all back into `recordings` first.

-- closed_certificates: objects with emptied rows of erased recordings, each with its certificate, that have left the database; as
-- `closed_files` (0130). `first` and `last`: their numbers, milliseconds of the erasure times 1024 and a place. No personal data.
-- Kept: always, as certificates.
CREATE TABLE closed_certificates (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  members TEXT NOT NULL,
  at TEXT NOT NULL
);

-- closed_recordings: under which number a closed recording is: by the first 64 bits of its `ref`, and of SHA-256 of its `id`. No personal
-- data. Kept: always, as certificates.
CREATE TABLE closed_recordings (
  name INTEGER NOT NULL,
  num INTEGER NOT NULL,
  PRIMARY KEY (name, num)
) WITHOUT ROWID;

-- closed_erasures: how many of them arrived in a quarter of an hour (since 1970), and how many were erased in one. No personal data.
-- Kept: always, as certificates.
CREATE TABLE closed_erasures (
  quarter INTEGER PRIMARY KEY,
  arrived INTEGER NOT NULL,
  erased INTEGER NOT NULL
);

-- One that is closed arrives no second time, whatever the statement.
CREATE TRIGGER recordings_once BEFORE INSERT ON recordings
WHEN NEW.state <> 'erased' AND length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AND EXISTS (
  SELECT 1 FROM closed_recordings
  WHERE name = (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$')
)
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: recordings.ref');
END;

-- A row still goes never, but for one with its certificate that a file has.
DROP TRIGGER recordings_no_delete;
CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recordings
WHEN OLD.state <> 'erased' OR OLD.certified IS NULL OR NOT EXISTS (
  SELECT 1 FROM closed_recordings c
  CROSS JOIN closed_certificates f ON f.first = (SELECT MAX(w.first) FROM closed_certificates w WHERE w.first <= c.num)
  WHERE c.name = (('0x' || substr(OLD.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(OLD.ref, 9, 8)) ->> '$')
    AND c.num <= f.last
)
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;
