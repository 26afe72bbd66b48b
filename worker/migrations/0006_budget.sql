-- How many numbers an agent may ask about.

-- asked: how many numbers a person asked about in an hour (`2026-11-25T14`), so that nobody reads a register out through
-- the check. `told`: that the budget was exceeded is on the trail, and mails went out. Kept: 2 days.
CREATE TABLE asked (
  person TEXT NOT NULL REFERENCES people (id),
  hour TEXT NOT NULL,
  numbers INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
  PRIMARY KEY (person, hour)
) WITHOUT ROWID;
