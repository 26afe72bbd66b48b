-- call_said_more: what further logs say of a call, behind what the first one says (`call_said`, of the same columns): of each kind what
-- no word before says. It counts where those before say nothing of the kind; else it contradicts them, which is a finding. `place`:
-- which of the call's words it is, `001` being the second. NULL: it says nothing of that, or nothing new. `otherwise`: 1 where it
-- contradicts. A table of its own, as an earlier Worker knows one row of `call_said` a call. `salt_high`, `salt_low` and `code` are as dials have them. Kept: as the call.
CREATE TABLE call_said_more (
  call TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  place TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'silent', 'message')),
  presentation TEXT,
  campaign TEXT,
  otherwise INTEGER NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  PRIMARY KEY (call, place)
) WITHOUT ROWID;
CREATE INDEX call_said_otherwise ON call_said_more (call) WHERE otherwise = 1;
