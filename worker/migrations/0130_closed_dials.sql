-- Closed months of dials in the bucket ARCHIVE (worker/dials/closed/README.md). Tables are only added. An earlier Worker does not look
-- there: `cleardial audit reopen` puts all back into `dials` first.

-- closed_files: objects with dials that have left the database. `first` and `last`: between which row numbers of `dials` they are; files
-- do not overlap. `members` (JSON): of each gzip member [first, last, offset, length, SHA-256]. `rows`, `bytes` and `sha256` are of the
-- object. No personal data. Kept: as the dials.
CREATE TABLE closed_files (
  first INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  members TEXT NOT NULL,
  at TEXT NOT NULL
);

-- closed_numbers: which closed dials a number has. Kept: as the dials; it goes with a dial that is put back or erased.
CREATE TABLE closed_numbers (
  number INTEGER NOT NULL,
  num INTEGER NOT NULL, -- of dials
  PRIMARY KEY (number, num)
) WITHOUT ROWID;
CREATE INDEX closed_numbers_ends ON closed_numbers (number % 100000);

-- closed_calls: how many closed dials arrived in a quarter of an hour (since 1970) and were made in one, by the time zones of their numbers
-- (JSON). No personal data. Kept: as the dials.
CREATE TABLE closed_calls (
  quarter INTEGER NOT NULL,
  made INTEGER NOT NULL,
  zones TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (quarter, made, zones)
) WITHOUT ROWID;

-- closed_out: closed dials whose lines no longer count: they are in `dials` again, or, if they are not, were erased. No personal data.
-- Kept: until their file is written without them, or is gone.
CREATE TABLE closed_out (
  num INTEGER PRIMARY KEY -- of dials
);

-- closed_left: objects that no row names. `until`: until when one that is being written may arrive; '' once it has. `over` (1): it is to
-- be erased, and no commit may name it. No personal data. Kept: until they are erased, and can arrive no more.
CREATE TABLE closed_left (
  key TEXT PRIMARY KEY,
  until TEXT NOT NULL,
  over INTEGER NOT NULL
) WITHOUT ROWID;
