-- What connected systems hold of the people who make requests.

-- request_systems: a row for each request for access or erasure and each CRM that was connected when it was searched or decided, or is
-- while something is owed, with the CRM's name, kind and host as they were then: one that is connected to another since has two. `looked_at`: when the Worker last looked there; `problem`: why it could not tell all
-- (a code, or the CRM's own words without any record); `region`: where the vendor says that the data lies; `records` (JSON): what was
-- found, by kind of record and id, with links, and of what was erased there when. `outcome`, of `done_on`: erased there, given to the
-- requester (`file`: by which file of the request), nothing held, or kept, as that part was refused; null: a task. `how`: an officer's
-- words; `backups_until`: until when the system's backups keep what was erased. `sought` (JSON): by which numbers and address the last look
-- asked, or, since the decision, the next one has to: an erasure takes these from the other tables. The rest binds each state, as of
-- other rows (0054).
-- Kept: as the request.
CREATE TABLE request_systems (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  connector TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  host TEXT NOT NULL,
  looked_at TEXT,
  problem TEXT,
  region TEXT,
  records TEXT NOT NULL DEFAULT '[]',
  outcome TEXT CHECK (outcome IN ('erased', 'given', 'nothing', 'kept')),
  done_on TEXT,
  how TEXT NOT NULL DEFAULT '',
  file TEXT,
  backups_until TEXT,
  sought TEXT NOT NULL DEFAULT '{"numbers":[],"email":null}',
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT,
  past TEXT,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  CHECK ((outcome IS NULL) = (done_on IS NULL))
);
CREATE UNIQUE INDEX request_systems_of ON request_systems (request, connector, kind, host);
