-- Whether recordings that count as announced were: an officer hears the beginning of a random few. Both tables are written once.

-- announced_draws: each recording that was drawn. `among`: of how many it was drawn, those that count as announced, of the days from
-- `from_day` to `to_day`, and were in none of the draws before. `draw` is the same for those of one draw; `began`: the day of the call.
-- It names no number. Kept: policy retention.dialMonths after `at`.
CREATE TABLE announced_draws (
  id TEXT PRIMARY KEY,
  draw TEXT NOT NULL,
  recording TEXT NOT NULL UNIQUE,
  began TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  among INTEGER NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
CREATE INDEX announced_draws_at ON announced_draws (at);

-- announced_heard: what an officer heard in the first seconds of one. Kept: as the draw.
CREATE TABLE announced_heard (
  id TEXT PRIMARY KEY REFERENCES announced_draws (id) ON DELETE CASCADE,
  heard TEXT NOT NULL CHECK (heard IN ('yes', 'no', 'unclear')),
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
) WITHOUT ROWID;
