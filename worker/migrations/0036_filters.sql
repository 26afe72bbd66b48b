-- Each filter of a page finds its rows in the order in which the page shows them. Most dials pass, are clear and agree, and are
-- in none of the indexes with a condition, as dials fill the database: a page of those walks back from the newest.
-- What is made of indexes can be run again: D1 undoes a file that broke off, and imports of it may be tried again.

CREATE INDEX IF NOT EXISTS dials_action ON dials (action) WHERE action <> 0;
CREATE INDEX IF NOT EXISTS dials_verdict ON dials (worker_verdict) WHERE worker_verdict <> 0;

CREATE INDEX IF NOT EXISTS audit_code ON audit (code);
CREATE INDEX IF NOT EXISTS audit_actor ON audit (actor);

-- The findings as call-logs/rows.ts has them.
CREATE INDEX IF NOT EXISTS calls_unscreened ON calls (started_at, id) WHERE direction = 'outbound' AND screened IS NULL;
CREATE INDEX IF NOT EXISTS calls_off ON calls (started_at, id) WHERE direction = 'outbound' AND extension = 'off';
CREATE INDEX IF NOT EXISTS calls_inbound ON calls (started_at, id) WHERE direction = 'inbound';
-- What no digest has told yet.
CREATE INDEX IF NOT EXISTS calls_untold ON calls (at) WHERE verdict = 'blocked' AND overridden = 0 AND told = 0;

CREATE INDEX IF NOT EXISTS recordings_region ON recordings (region, started_at, id) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recordings_provider ON recordings (provider, started_at, id) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recordings_flagged ON recordings (started_at, id) WHERE flag IS NOT NULL AND state <> 'erased';
CREATE INDEX IF NOT EXISTS recordings_failing ON recordings (started_at, id) WHERE failures > 0 AND state <> 'erased';

-- The outbox shows what failed first.
CREATE INDEX IF NOT EXISTS outbox_others ON outbox (at, id) WHERE state <> 'failed';
CREATE INDEX IF NOT EXISTS outbox_state ON outbox (state, at, id);

-- A filter by half a number, as 0033 has them for other tables.
CREATE INDEX IF NOT EXISTS dials_ends ON dials (number % 100000);
CREATE INDEX IF NOT EXISTS dials_record_ends ON dials (record_number % 100000) WHERE record_number IS NOT NULL;
CREATE INDEX IF NOT EXISTS calls_ends ON calls (number % 100000);
CREATE INDEX IF NOT EXISTS requests_ends ON requests (number % 100000);

-- Entries that wait for somebody, in the order of their page.
CREATE INDEX IF NOT EXISTS suppressions_asking ON suppressions (at, id) WHERE asks = 1 AND ended_at IS NULL;
CREATE INDEX IF NOT EXISTS consents_reviewing ON consents (at, id) WHERE state = 'review';

-- What jobs look for every five minutes, or a proof counts.
CREATE INDEX IF NOT EXISTS screenings_open ON screenings (at) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS connector_runs_screening ON connector_runs (screening) WHERE screening IS NOT NULL;
CREATE INDEX IF NOT EXISTS recordings_at ON recordings (at);
CREATE INDEX IF NOT EXISTS restricted_over ON restricted (kind, until);

-- holds: as in 0015, but with the type of `request` said: without it SQLite made the whole view for each recording that was
-- looked at, changed or erased, from all items of all requests. Nothing is stored.
DROP VIEW IF EXISTS holds;
CREATE VIEW holds AS
  SELECT id, recording, reason, review_on, by, at, CAST(NULL AS TEXT) AS request FROM recording_holds WHERE released_at IS NULL
  UNION ALL
  SELECT q.id, i.ref, q.ref, q.decide_by, q.by, q.at, q.id
  FROM request_items i JOIN requests q ON q.id = i.request JOIN recordings x ON x.id = i.ref
  WHERE i.kind = 'recording' AND i.verdict <> 'rejected' AND q.kind = 'access' AND q.closed_at IS NULL AND x.state = 'kept';

-- asked, rebuilt: who asks may be a webhook that brings numbers (`hook:twilio`), which is no person.
-- asked: how many numbers somebody asked about or brought in an hour (`2026-11-25T14`) or screened in a day, so that nobody reads
-- a register out. `told`: that the budget was exceeded is on the trail, and mails went out. Kept: 2 days.
ALTER TABLE asked RENAME TO asked_before;
CREATE TABLE asked (
  person TEXT NOT NULL,
  hour TEXT NOT NULL,
  numbers INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
  PRIMARY KEY (person, hour)
) WITHOUT ROWID;
INSERT INTO asked (person, hour, numbers, told) SELECT person, hour, numbers, told FROM asked_before;
DROP TABLE asked_before;

-- asked_days: how many numbers the whole company was told of in a day (UTC). `told`: that they were too many within 28 days
-- went out by mail on that day. No personal data. Kept: 30 days.
CREATE TABLE asked_days (
  day TEXT PRIMARY KEY,
  numbers INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
) WITHOUT ROWID;

-- changes_told: up to which of `changes` the numbers in it counted against an asker, so that they count once, however often it
-- asks and from however many browsers. Kept: 2 days after it was last told.
CREATE TABLE changes_told (
  person TEXT PRIMARY KEY REFERENCES people (id),
  seq INTEGER NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
