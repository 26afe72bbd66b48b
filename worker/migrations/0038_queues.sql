-- Work runs from queues. Their messages hold ids: the rows here say what is due, who is at it and what failed. An old Worker
-- knows nothing of these columns, and works off what is due by the clock.

-- recordings and outbox, one more each: `queued_until`: the clock has sent a message for the row, and sends another if the row
-- is still due then. Kept: until the row is done.
ALTER TABLE recordings ADD COLUMN queued_until TEXT;
ALTER TABLE outbox ADD COLUMN queued_until TEXT;

-- stores_resting: stores that failed every recording they were asked to erase. They are asked for a few after `until`, and for
-- all others once one of these went well. `since` is the first such failure, `error` the store's last words. No personal data.
-- Kept: until the store has erased a recording.
CREATE TABLE stores_resting (
  store TEXT PRIMARY KEY,
  since TEXT NOT NULL,
  until TEXT NOT NULL,
  error TEXT NOT NULL
) WITHOUT ROWID;

-- work_late: kinds of work whose oldest has waited for too long, and since when that is so. `told`: the day of
-- the last mail. Kept: while it is so.
CREATE TABLE work_late (
  kind TEXT PRIMARY KEY,
  since TEXT NOT NULL,
  told TEXT
) WITHOUT ROWID;

-- requests, one more: `wave`: when the flood began with which it came; null where it came with none. Kept: as the request.
ALTER TABLE requests ADD COLUMN wave TEXT;
CREATE INDEX IF NOT EXISTS requests_public ON requests (at) WHERE by = 'public';
-- How often an address was asked within a day.
CREATE INDEX IF NOT EXISTS requests_email ON requests (email COLLATE NOCASE) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS requests_wave ON requests (wave) WHERE wave IS NOT NULL;
