-- call_said: what a log says of a call besides the call itself. `outcome`: how it ended for the called person, in Ofcom's terms for
-- persistent misuse. `presentation`: the number that it showed (of an inbound call: the number of ours that was called), in E.164
-- where it is a number, as written where it is none, and `withheld` where it showed none. `campaign`: what the dialler calls its
-- campaign. NULL: the log does not say. The first log that says anything counts; `by` and `at` say who brought it. A row of its own, so
-- that an earlier Worker goes on with `calls` as it knows them. `salt_high`, `salt_low` and `code` are as dials have them.
-- Kept: as the call.
CREATE TABLE call_said (
  call TEXT PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
  outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'silent', 'message')),
  presentation TEXT,
  campaign TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
) WITHOUT ROWID;
