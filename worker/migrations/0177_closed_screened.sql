-- Closed months of screenings' numbers in the bucket ARCHIVE (worker/screening/closed/README.md). Tables are only added. An earlier Worker does
-- not look there: `cleardial audit reopen` puts all back into `screened` and `screened_bound` first.

-- closed_screenings: the months of which numbers leave, or have left: 202608. `over`: 1 once all of it has. No personal data.
-- Kept: policy retention.screeningMonths, from the end of the month.
CREATE TABLE closed_screenings (
  month INTEGER PRIMARY KEY,
  over INTEGER NOT NULL DEFAULT 0,
  at TEXT NOT NULL
);

-- closed_parts: which parts (`num` of screening_parts) leave with which month. No personal data. Kept: as the month.
CREATE TABLE closed_parts (
  num INTEGER PRIMARY KEY,
  month INTEGER NOT NULL
);
CREATE INDEX closed_parts_month ON closed_parts (month, num);

-- closed_screened: the objects. `lists`: 0, with rows of `screened`, from block `first` up to block `last`; 1, with rows of `screened_bound`, of the
-- parts from `first` up to `last`. `rows`, `bytes`, `sha256` and `members` as closed_files has them (0130); `bare`: of the rows, those of parts
-- without a list. A month's objects of a kind do not overlap. No personal data. Kept: as the month, then the object goes as well.
CREATE TABLE closed_screened (
  month INTEGER NOT NULL,
  lists INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  bare INTEGER NOT NULL,
  members TEXT NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (month, lists, first)
);
