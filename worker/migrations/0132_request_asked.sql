-- request_asked: on which day (UTC) a connected system was asked, for a request, what it holds of somebody with this number (`look`), or
-- had records erased that were found by it (`erase`), and how often: for the report of what was sent to whom. `host`: where.
-- Kept: as the request.
CREATE TABLE request_asked (
  number INTEGER NOT NULL,
  day TEXT NOT NULL,
  host TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('look', 'erase')),
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  times INTEGER NOT NULL,
  items INTEGER NOT NULL,
  PRIMARY KEY (number, day, host, what, request)
) WITHOUT ROWID;
CREATE INDEX request_asked_of ON request_asked (request);

-- Of looks before, the last of each system is known.
INSERT INTO request_asked (number, day, host, what, request, times, items)
SELECT CAST(j.value AS INTEGER), substr(s.looked_at, 1, 10), s.host, 'look', s.request, 1, 1
FROM request_systems s CROSS JOIN json_each(s.sought, '$.numbers') j
WHERE s.looked_at IS NOT NULL AND s.host <> '' AND (s.problem IS NULL OR s.problem NOT IN ('no-search', 'removed'))
ON CONFLICT DO NOTHING;
