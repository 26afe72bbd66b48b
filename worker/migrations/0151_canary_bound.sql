-- Evidence binds what the browsers' own tests of a day found. An older Worker goes on storing results, and binds nothing.

-- canary_results: as in 0042, rebuilt with row numbers, and `batch` and `place`, `salt_high`, `salt_low` and `code`, as `turned` has them (0068):
-- the statement of its day binds it, with the others of the day, and a result of that day changes no more. Null: its day has no statement
-- yet; or from before, until the first run after the upgrade, or by an older Worker. Kept: 30 days.
-- canary_results_before: the rows as they were. Kept: until the end of this migration.
CREATE TABLE canary_results_before AS SELECT * FROM canary_results;
DROP TABLE canary_results;
CREATE TABLE canary_results (
  num INTEGER PRIMARY KEY,
  day TEXT NOT NULL,
  token TEXT NOT NULL,
  browser TEXT NOT NULL,
  layer TEXT NOT NULL,
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  at TEXT NOT NULL,
  batch TEXT,
  place INTEGER,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  UNIQUE (day, token, browser, layer)
);
INSERT INTO canary_results (day, token, browser, layer, held, at)
SELECT day, token, browser, layer, held, at FROM canary_results_before ORDER BY day, token, browser, layer;
DROP TABLE canary_results_before;
CREATE UNIQUE INDEX canary_results_batch ON canary_results (batch, place);

-- canary_batches: the roots (JSON) of the results that were bound together, in their order, as `turned_batches` has them. Hashes of salted
-- values: no personal data. Kept: 30 days, and until none of its rows is left.
CREATE TABLE canary_batches (
  id TEXT PRIMARY KEY,
  roots TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX canary_batches_at ON canary_batches (at);
