-- The canary: each browser tries daily, by a number of ClearDial's own, that each layer of hold holds (docs/canary.md).

-- canary_browsers: a browser in which a page with numbers was in use on a day, in the policy's time zone. `browser` tells apart
-- the browsers that share an integration's token; a person's token is one browser, and it is empty. Whose it is, the token says.
-- Kept: 30 days.
CREATE TABLE canary_browsers (
  day TEXT NOT NULL,
  token TEXT NOT NULL,
  browser TEXT NOT NULL,
  version TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (day, token, browser)
) WITHOUT ROWID;

-- canary_results: what its test of a layer found on that day; `held` 0: the call would have been made. A day's result only gets
-- worse. The statement of the day has the figures.
-- Kept: 30 days.
CREATE TABLE canary_results (
  day TEXT NOT NULL,
  token TEXT NOT NULL,
  browser TEXT NOT NULL,
  layer TEXT NOT NULL,
  held INTEGER NOT NULL CHECK (held IN (0, 1)),
  at TEXT NOT NULL,
  PRIMARY KEY (day, token, browser, layer)
) WITHOUT ROWID;
