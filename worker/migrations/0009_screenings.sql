-- Screenings: whole files and whole CRMs checked at once, and the numbers that are watched from then on.

-- screenings: one row for each. `source` is what sent it, `name` the file's or the connector's name, `purpose` the kind of
-- campaign where one was said. `rows`, `invalid` (rows without a number that can be read) and `duplicates` are what the
-- sender counted when it was finished; the other counts grow with each part. A screening that was never finished stays
-- open: what its parts say is true nevertheless.
-- Kept: policy retention.screeningMonths.
CREATE TABLE screenings (
  num INTEGER PRIMARY KEY AUTOINCREMENT, -- `watched` goes on naming one that is gone: no other may take its number
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL CHECK (source IN ('cli', 'desk', 'api', 'connector')),
  name TEXT NOT NULL,
  purpose TEXT,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'cancelled')),
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  finished_at TEXT,
  rows INTEGER NOT NULL DEFAULT 0,
  numbers INTEGER NOT NULL DEFAULT 0,
  clear INTEGER NOT NULL DEFAULT 0,
  caution INTEGER NOT NULL DEFAULT 0,
  blocked INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  invalid INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  CHECK ((state = 'open') = (finished_at IS NULL))
);
CREATE INDEX screenings_at ON screenings (at, num);
CREATE TRIGGER screenings_over BEFORE UPDATE ON screenings WHEN OLD.state <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'screening_over');
END;

-- screening_parts: numbers that were judged in one step, with what was known at that moment: the policy's version, the
-- registers' heads (`lists`, JSON: id, version, asOf) and the newest row of the trail (`seq`). `sha256` is over the
-- numbers as they were sent: the same part sent again is answered as it was. `reasons` (JSON) counts numbers by reason.
-- Kept: as the screening, until no row of `screened` names it.
CREATE TABLE screening_parts (
  num INTEGER PRIMARY KEY AUTOINCREMENT CHECK (num BETWEEN 1 AND 4194303), -- its place in the id of `screened`
  screening INTEGER NOT NULL REFERENCES screenings (num),
  part INTEGER NOT NULL,
  at TEXT NOT NULL,
  seq INTEGER NOT NULL,
  policy INTEGER NOT NULL,
  lists TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  numbers INTEGER NOT NULL,
  clear INTEGER NOT NULL,
  caution INTEGER NOT NULL,
  blocked INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  UNIQUE (screening, part)
);
CREATE INDEX screening_parts_at ON screening_parts (at);
CREATE TRIGGER screening_parts_open BEFORE INSERT ON screening_parts
WHEN (SELECT state FROM screenings WHERE num = NEW.screening) IS NOT 'open'
BEGIN
  SELECT RAISE(ABORT, 'screening_over');
END;
CREATE TRIGGER screening_parts_no_update BEFORE UPDATE ON screening_parts
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- screening_answers: each part's answer (JSON: the distinct outcomes, and which of them each number got, in the order in
-- which the numbers were sent), so that a screening that was interrupted resumes with the answers that it was given. It
-- names no number. Kept: 7 days.
CREATE TABLE screening_answers (
  part INTEGER PRIMARY KEY REFERENCES screening_parts (num),
  at TEXT NOT NULL,
  answer TEXT NOT NULL
);

-- screened: the numbers of a part, one row for each block and verdict (shared/registers/blocks.ts), so that all screenings of one
-- number are a range by its block. id = (number / 10000) << 24 | part.num << 2 | verdict: 0 clear, 1 caution, 2 unknown,
-- 3 blocked. The id is above 2^53: SQL takes it apart, nobody else reads it.
-- It holds personal data: that this number was in the company's records on that day. It is kept as the proof that the
-- number was screened before it was called (PECR 2003 reg 21; UK GDPR art 17(3)(e), the defence of legal claims), so that
-- an erasure at a subscriber's request leaves it. A copy of the subscriber's data names it. Kept: as the screening.
CREATE TABLE screened (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  n INTEGER NOT NULL CHECK (n BETWEEN 1 AND 10000),
  data TEXT NOT NULL
);

-- watched: each number that was screened clear or with a caution, with the day on which it last was, and in which
-- screening, so that people are told when it turns. Only where policy says so (screening.watch).
-- Kept: policy retention.watchedMonths after that day: what is not screened any more is in no file any more. An erasure
-- at a subscriber's request takes it out.
CREATE TABLE watched (
  number INTEGER PRIMARY KEY,
  on_day TEXT NOT NULL,
  screening INTEGER NOT NULL
);
