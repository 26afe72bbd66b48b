-- dials: the evidence of each dial that a page held, let pass or that a person overrode: what the page saw beside what
-- the Worker saw when the dial arrived. `number` is null where what was dialled cannot be read as a number; `written`
-- then keeps it as it was. `seen` is the stamp that the page decided by, `policy` and `lists` are the Worker's own.
-- `refused`: an override that the Worker would not have; the page was told not to dial, but may have gone on where the
-- answer came late. `device_at` is the device's time (a dial may have waited for a connection), `at` the Worker's. No row is ever changed.
-- `key` is the Idempotency-Key that it came under: a browser that was off for a month may send what it does not know
-- to have arrived.
-- Kept: policy retention.dialMonths.
CREATE TABLE dials (
  id TEXT PRIMARY KEY,
  key TEXT,
  number INTEGER,
  written TEXT,
  action TEXT NOT NULL CHECK (action IN ('passed', 'held', 'overridden')),
  verdict TEXT NOT NULL,
  reasons TEXT NOT NULL, -- JSON
  seen TEXT, -- JSON
  worker_verdict TEXT NOT NULL,
  worker_reasons TEXT NOT NULL, -- JSON
  agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)),
  refused INTEGER NOT NULL CHECK (refused = 0 OR (refused = 1 AND action = 'overridden')),
  policy INTEGER NOT NULL,
  lists TEXT NOT NULL, -- JSON
  basis TEXT,
  reason TEXT,
  purpose TEXT NOT NULL,
  host TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  device_at TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE UNIQUE INDEX dials_key ON dials (by, key) WHERE key IS NOT NULL;
CREATE INDEX dials_at ON dials (at, id);
CREATE INDEX dials_number ON dials (number, at, id);
CREATE INDEX dials_by ON dials (by, at, id);
CREATE INDEX dials_disagree ON dials (at, id) WHERE agrees = 0;
CREATE TRIGGER dials_no_update BEFORE UPDATE ON dials BEGIN SELECT RAISE(ABORT, 'dials_append_only'); END;
