-- words_due: as in 0035, rebuilt with `job`, by which the trail knows a row, as a request may be decided again after its end; `stays`, JSON
-- as `gone`: the ids of what was refused or is about someone else (null: as the items are, until the first step); `at`, when it was decided; and as other rows that change and are bound: `rev` counts their states, `changed_at` is when the last one began, `past`
-- (JSON) has the roots of the earlier ones, with `salt_high`, `salt_low` and `code`. Null: from before, until the first run after the
-- upgrade, or by an older Worker, which goes on writing, moving and ending such rows without what binds them. Kept: until the job is
-- through, which the trail says.
ALTER TABLE words_due RENAME TO words_due_before;
CREATE TABLE words_due (
  job TEXT NOT NULL PRIMARY KEY DEFAULT (lower(hex(randomblob(16)))),
  request TEXT NOT NULL UNIQUE,
  whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
  words TEXT NOT NULL,
  gone TEXT NOT NULL,
  stays TEXT,
  after INTEGER NOT NULL,
  until INTEGER NOT NULL,
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  rev INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT,
  past TEXT,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
INSERT INTO words_due (request, whole, words, gone, after, until)
  SELECT request, whole, words, gone, after, until FROM words_due_before ORDER BY request;
DROP TABLE words_due_before;
