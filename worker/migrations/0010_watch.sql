-- Watching: the numbers in `watched` (0009) are looked at again when something changes that concerns them, and who
-- turned is told of: on the desk, by mail, by webhooks.

-- watching: one row. All changes of single numbers (table `changes`) up to `seq` have been looked at for good, and the
-- ends of entries and consents up to `day`. `rev` grows with each step: of two runs at once the later one is refused
-- and goes no further. A row of `changes` that was not looked at stays beyond its two days. Kept: always.
CREATE TABLE watching (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  day TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 0
);
INSERT INTO watching (id, seq, day) SELECT 1, MAX(seq), date('now') FROM audit;
CREATE TRIGGER watching_moved BEFORE UPDATE OF rev ON watching WHEN NEW.rev IS NOT OLD.rev + 1
BEGIN
  SELECT RAISE(ABORT, 'watch_moved');
END;

-- watch_lists: how far the watching of each register has come. All watched numbers have been looked at under its version
-- `seen`, and for good under `done`: a version that was young when it was looked at is looked at once more, as a
-- screening that was under way may have judged by the one before. `upto`: the version of a pass under way, which began
-- at `began` and has come as far as `block`. Kept: always.
CREATE TABLE watch_lists (
  list INTEGER PRIMARY KEY REFERENCES lists (num),
  done INTEGER NOT NULL DEFAULT 0,
  seen INTEGER NOT NULL DEFAULT 0,
  upto INTEGER,
  block INTEGER NOT NULL DEFAULT -1,
  began TEXT
);
INSERT INTO watch_lists (list, done, seen) SELECT num, head, head FROM lists;

-- watch_again: watched numbers that are to be looked at on a day: a listing's days of grace are over then, a consent or
-- an entry has ended. Kept: until they were looked at; 30 days after their day where nobody looks, as policy watches nobody.
CREATE TABLE watch_again (
  day TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (day, number)
) WITHOUT ROWID;
CREATE INDEX consents_until ON consents (until) WHERE until IS NOT NULL;
CREATE INDEX suppressions_until ON suppressions (until) WHERE until IS NOT NULL;

-- turned: a watched number that was clear (or a caution) and is blocked since, or the other way round. `num` is what
-- others read on from: it is never given twice. `reason` is the code of the first reason, `list` its register, `version`
-- the register's version that brought it, `as_of` its date. `seq` is the row of the trail that it was written with;
-- `seen_*` who has looked at it on the desk. Personal data. Kept: policy retention.turnedMonths; an erasure at a
-- subscriber's request takes what was there (worker/privacy-requests/decide.ts), and the entry that keeps the number from being
-- called is then told like any other.
CREATE TABLE turned (
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  number INTEGER NOT NULL,
  from_verdict TEXT NOT NULL CHECK (from_verdict IN ('clear', 'caution', 'blocked')),
  to_verdict TEXT NOT NULL CHECK (to_verdict IN ('clear', 'caution', 'blocked')),
  reason TEXT NOT NULL,
  list TEXT,
  version INTEGER,
  as_of TEXT,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  seen_at TEXT,
  seen_by TEXT,
  CHECK ((from_verdict = 'blocked') <> (to_verdict = 'blocked'))
);
CREATE INDEX turned_number ON turned (number, num);
CREATE INDEX turned_unseen ON turned (num) WHERE seen_at IS NULL;

-- watch_digests: the mails that told of what turned, from row `first` of `turned` to row `last`, and the ids of the people
-- (JSON) whom they went to. Kept: as `turned`.
CREATE TABLE watch_digests (
  last INTEGER PRIMARY KEY,
  first INTEGER NOT NULL,
  people TEXT NOT NULL,
  at TEXT NOT NULL
);

-- Of two runs at once one tells.
CREATE TRIGGER watch_digests_next BEFORE INSERT ON watch_digests
WHEN NEW.first <= (SELECT COALESCE(MAX(last), 0) FROM watch_digests)
BEGIN
  SELECT RAISE(ABORT, 'watch_told');
END;

-- webhooks: addresses that are told of what turned. `secret` signs, so that it is kept as it is; nobody is shown it twice.
-- Rows of `turned` after `since` are for it, and those up to `told` have arrived. `failing_since`: no try has come
-- through since. One that was taken away stays, without its secret, as it says who was told.
-- Kept: retention.turnedMonths after it was taken away.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL,
  since INTEGER NOT NULL,
  told INTEGER NOT NULL,
  failing_since TEXT,
  off_at TEXT,
  off_why TEXT,
  deleted_at TEXT
);

-- webhook_deliveries: the outbox. What is sent is made from the rows `first` to `last` of `turned` at each try: no number
-- is here. A ping has no rows. `due` is the next try. `status` and `answer` are what the address said last, or why
-- there was no answer. Kept: 30 days after the last try, and while it waits.
CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  webhook TEXT NOT NULL REFERENCES webhooks (id),
  kind TEXT NOT NULL CHECK (kind IN ('turned', 'ping')),
  first INTEGER,
  last INTEGER,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  tries INTEGER NOT NULL DEFAULT 0,
  due TEXT NOT NULL,
  at TEXT NOT NULL,
  tried_at TEXT,
  status INTEGER,
  answer TEXT
);
CREATE UNIQUE INDEX webhook_deliveries_next ON webhook_deliveries (webhook) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook, at);
