-- Logged calls of closed months, each in the line of the dial that it was made by (worker/dials/closed/README.md). Tables and columns are only
-- added. An earlier Worker does not look there: `cleardial audit reopen` puts all back into `calls` first.

-- closed_numbers, one more column: `calls`, whether the dial's line has its call (1).
ALTER TABLE closed_numbers ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;

-- closed_out, one more column: `lone` (1): the dial is in `dials` again, and its call, which came back with it, has gone since. The next night
-- writes the file without both.
ALTER TABLE closed_out ADD COLUMN lone INTEGER NOT NULL DEFAULT 0;
CREATE INDEX closed_out_lone ON closed_out (num) WHERE lone = 1;

-- closed_logged: with which dial (`num`) a closed call is: by the first 64 bits of its `ref`, and by those of its `id`. No personal data.
-- Kept: as the dials; it goes with a call that is put back or erased.
CREATE TABLE closed_logged (
  name INTEGER NOT NULL,
  num INTEGER NOT NULL, -- of dials
  PRIMARY KEY (name, num)
) WITHOUT ROWID;

-- closed_logged_quarters: how many closed calls of a provider's began in a quarter of an hour (since 1970). No personal data. Kept: as the calls.
CREATE TABLE closed_logged_quarters (
  quarter INTEGER NOT NULL,
  provider TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (quarter, provider)
) WITHOUT ROWID;

-- closed_logged_days: how many closed calls of a person (people.num) began on a day (since 1970, UTC). Kept: as the calls.
CREATE TABLE closed_logged_days (
  day INTEGER NOT NULL,
  person INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, person)
) WITHOUT ROWID;
