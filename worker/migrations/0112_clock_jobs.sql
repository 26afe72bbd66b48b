-- What the clock runs by itself says how it went, so that a job that fails each time, and a clock that has stopped, are seen.

-- clock_jobs: a row a job of the clock (shared/jobs/clock.ts). `known`: since when it is waited for. `ran`: when it last came to an end,
-- and `ended`: to a good one. `failing`: since when each run of it fails, with the last words in `error`, which name nobody.
-- `told`: when people were mailed that it has not ended well for too long; null: they were not, or they heard that it is over.
-- Kept: for good, one row a job; the row of a job that is gone stays, and says nothing any more. An earlier Worker does not look at it, and notes nothing.
CREATE TABLE clock_jobs (
  job TEXT PRIMARY KEY,
  known TEXT NOT NULL,
  ran TEXT,
  ended TEXT,
  failing TEXT,
  error TEXT,
  told TEXT
) WITHOUT ROWID;
-- One of each trigger is waited for from now on, should none run at all.
INSERT INTO clock_jobs (job, known)
SELECT value, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM json_each('["changes", "mails", "archive"]');
