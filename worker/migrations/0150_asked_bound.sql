-- Evidence binds on which day a connected system was asked about a person for a request. An older Worker goes on counting, and binds nothing.

-- request_asked: as in 0132, rebuilt with an id of its own, by which the trail knows a row, as it names no number; and `salt_high`, `salt_low`
-- and `code`: it is bound by the statement of its day, once that is over, and counts no more. Null: its day has no statement yet; or from
-- before, until the first run after the upgrade, or by an older Worker. Kept: as the request.
-- request_asked_before: the rows as they were. Kept: until the end of this migration.
CREATE TABLE request_asked_before AS SELECT * FROM request_asked;
DROP TABLE request_asked;
CREATE TABLE request_asked (
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  id TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  number INTEGER NOT NULL,
  day TEXT NOT NULL,
  host TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('look', 'erase')),
  times INTEGER NOT NULL,
  items INTEGER NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  UNIQUE (number, day, host, what, request)
);
INSERT INTO request_asked (request, number, day, host, what, times, items)
SELECT request, number, day, host, what, times, items FROM request_asked_before;
DROP TABLE request_asked_before;
CREATE UNIQUE INDEX request_asked_of ON request_asked (request, id);
CREATE INDEX request_asked_day ON request_asked (day);
