-- The night's sweep compares an entry and a consent with the trail before it says that it goes (worker/jobs/sweep-said.ts).

-- kept_back: rows whose time seems to be over, but that are not as the trail has them: `consents/7312…`, and
-- `restricted/dials/42` where no decision on the trail says that the dial goes. Officers were told of each once. No personal data. Kept: until the row is as the trail has it, or gone.
CREATE TABLE kept_back (
  row TEXT PRIMARY KEY,
  at TEXT NOT NULL
) WITHOUT ROWID;
