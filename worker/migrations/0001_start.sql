-- One company's database. Numbers are the digits of their E.164 form as INTEGER; times are ISO 8601 in UTC, dates
-- YYYY-MM-DD. Each table says what it is for and how long its rows are kept.

-- audit: the hash-chained trail, one row for each change of state. No personal data: `subject` is an opaque id,
-- `commitment` is SHA-256(salt || payload). hash = SHA-256 over [seq, at, actor, code, subject, commitment, prev] as
-- JSON. Kept: always; the chain is the proof.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  code TEXT NOT NULL,
  subject TEXT NOT NULL,
  commitment TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
);
INSERT INTO audit VALUES (0, '1970-01-01T00:00:00.000Z', 'system', 'genesis', '', '', '', 'genesis');
CREATE TRIGGER audit_head BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT MAX(seq) + 1 FROM audit)
  OR NEW.prev IS NOT (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'audit_head_moved');
END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- audit_payload: what an audit row is about, in full, with the salt of its commitment. Holds personal data.
-- Kept: policy retention.auditPayloadMonths, then erased; the chain still verifies.
CREATE TABLE audit_payload (
  seq INTEGER PRIMARY KEY REFERENCES audit (seq),
  salt TEXT NOT NULL,
  payload TEXT NOT NULL
);

-- changes: what a page in view must ask for again; `kind` is number, list or policy, `ref` the number or the list's
-- id. Kept: 2 days. A page that slept longer starts afresh.
CREATE TABLE changes (
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('number', 'list', 'policy')),
  ref TEXT NOT NULL,
  PRIMARY KEY (seq, kind, ref)
) WITHOUT ROWID;

-- marks: single values of the deployment. `setup` (when it was set up first), `setup-code …` (SHA-256 of a set-up code
-- that was used, and when: the key refuses a second use) and `changes-floor` (the newest seq that has left `changes`).
-- A change that must not be puts NULL into `setup`, which refuses its whole batch. Kept: always.
CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- idempotency: the answer to each request with an Idempotency-Key, so that the same key gives the same answer.
-- `answer` is null where it held a secret. `fingerprint` is SHA-256 of method, path and body. Kept: 2 days.
CREATE TABLE idempotency (
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (person, key)
) WITHOUT ROWID;

-- people: who may use ClearDial. Kept: while employed, and as long as the trail names them; deactivated, not deleted.
CREATE TABLE people (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('agent', 'manager', 'compliance', 'admin')),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at TEXT NOT NULL
);
CREATE TRIGGER people_last_admin BEFORE UPDATE ON people
WHEN OLD.role = 'admin' AND OLD.active = 1 AND (NEW.role <> 'admin' OR NEW.active = 0)
  AND (SELECT COUNT(*) FROM people WHERE role = 'admin' AND active = 1) = 1
BEGIN
  SELECT RAISE(ABORT, 'last_admin');
END;

-- invites: one use, 24 hours, bound to a role. The code is stored as SHA-256 only. Kept: 30 days after expiry.
CREATE TABLE invites (
  id TEXT PRIMARY KEY,
  code_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
);
CREATE TRIGGER invites_once BEFORE UPDATE OF used_at ON invites
WHEN OLD.used_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'invite_used');
END;

-- tokens: one a device. 256 random bits, stored as SHA-256 only. Kept: 455 days after they
-- were revoked or last used: 90 days beyond the longest that policy lets an unused one live.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id),
  hash TEXT NOT NULL UNIQUE,
  device TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  revoked_at TEXT
);
CREATE INDEX tokens_person ON tokens (person);

-- policies: each save of the calling policy, whole. Kept: always; evidence names the version.
CREATE TABLE policies (
  version INTEGER PRIMARY KEY,
  doc TEXT NOT NULL,
  at TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  why TEXT NOT NULL
);

-- lists: the registers. `num` is the list's place in a block's id. Kept: always.
CREATE TABLE lists (
  num INTEGER PRIMARY KEY CHECK (num BETWEEN 1 AND 63),
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  regions TEXT NOT NULL, -- JSON array of ISO countries
  max_age_days INTEGER NOT NULL,
  head INTEGER NOT NULL DEFAULT 0 -- the version in force; 0: nothing was ever loaded
);
INSERT INTO lists (num, id, name, regions, max_age_days) VALUES
  (1, 'tps', 'TPS', '["GB"]', 28),
  (2, 'ctps', 'CTPS', '["GB"]', 28);

-- versions: each upload of a list, by number. `high` and `low` are the sums of the digests' halves over all blocks.
-- Kept: committed ones as long as evidence names them; abandoned ones 30 days.
CREATE TABLE versions (
  list INTEGER NOT NULL REFERENCES lists (num),
  ver INTEGER NOT NULL CHECK (ver BETWEEN 1 AND 1048575),
  upload INTEGER NOT NULL UNIQUE CHECK (upload BETWEEN 1 AND 33554431), -- the number that staged rows are kept under
  parent INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'committed', 'abandoned')),
  as_of TEXT NOT NULL,
  blocks INTEGER NOT NULL DEFAULT 0,
  numbers INTEGER NOT NULL DEFAULT 0,
  high INTEGER NOT NULL DEFAULT 0,
  low INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  source TEXT NOT NULL,
  sha256 TEXT,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL,
  PRIMARY KEY (list, ver)
) WITHOUT ROWID;

-- blocks: the numbers in force. id = (number / 10000) * 64 + list. Kept: while the list is in force.
CREATE TABLE blocks (
  id INTEGER PRIMARY KEY CHECK (id % 64 BETWEEN 1 AND 63),
  n INTEGER NOT NULL CHECK (n BETWEEN 1 AND 10000),
  digest INTEGER NOT NULL,
  data TEXT NOT NULL
);

-- block_undo: what a version changed in a block, as the symmetric difference to the version before.
-- id = (number / 10000) << 26 | list << 20 | ver. Kept: policy retention.listHistoryMonths.
CREATE TABLE block_undo (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  data TEXT NOT NULL
);

-- staged: blocks of an upload, invisible until it is committed. id = upload << 38 | block. n = 0: the block goes.
-- `undo` is null where the list was empty before. Kept: until the commit, or 7 days.
CREATE TABLE staged (
  id INTEGER PRIMARY KEY CHECK (id > 0),
  n INTEGER NOT NULL CHECK (n BETWEEN 0 AND 10000),
  digest INTEGER NOT NULL,
  data TEXT NOT NULL,
  undo TEXT
);

-- parts: which parts of an upload have arrived, so that one sent twice counts once. Kept: as `staged`.
CREATE TABLE parts (
  upload INTEGER NOT NULL,
  part INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  blocks INTEGER NOT NULL,
  added INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (upload, part)
) WITHOUT ROWID;

-- A list's head moves only from the version that its blocks were compared with, and only to what was really written.
CREATE TRIGGER lists_head BEFORE UPDATE OF head ON lists
WHEN OLD.head IS NOT (SELECT parent FROM versions WHERE list = NEW.num AND ver = NEW.head)
BEGIN
  SELECT RAISE(ABORT, 'list_head_moved');
END;
CREATE TRIGGER versions_commit AFTER UPDATE OF state ON versions
WHEN NEW.state = 'committed' AND NOT EXISTS (
  SELECT 1 FROM (
    SELECT COUNT(*) AS blocks, COALESCE(SUM(n), 0) AS numbers,
      COALESCE(SUM(digest >> 24), 0) AS high, COALESCE(SUM(digest & 16777215), 0) AS low
    FROM blocks WHERE id % 64 = NEW.list
  ) AS real
  WHERE real.blocks = NEW.blocks AND real.numbers = NEW.numbers AND real.high = NEW.high AND real.low = NEW.low
)
BEGIN
  SELECT RAISE(ABORT, 'list_mismatch');
END;
CREATE TRIGGER versions_once BEFORE UPDATE OF state ON versions
WHEN OLD.state <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'list_version_closed');
END;

-- suppressions: in-house do-not-call. An objection has no end date. One live entry a number and kind.
-- Kept: always while live (it is what stops the next call); ended ones 24 months, as history.
CREATE TABLE suppressions (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('objection', 'house')),
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  until TEXT CHECK (until IS NULL OR kind = 'house'),
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL,
  ended_at TEXT,
  ended_by TEXT,
  ended_reason TEXT
);
CREATE UNIQUE INDEX suppressions_live ON suppressions (number, kind) WHERE ended_at IS NULL;
CREATE INDEX suppressions_at ON suppressions (at, id);

-- consents: a subscriber's word that we may call, or the service relation that the call is about.
-- Kept: policy retention.dialMonths after they ended; never less, as they are evidence for calls that were made.
CREATE TABLE consents (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('consent', 'solicited', 'service')),
  given_by TEXT NOT NULL,
  given_at TEXT NOT NULL,
  evidence TEXT NOT NULL,
  until TEXT,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL,
  withdrawn_at TEXT
);
CREATE INDEX consents_number ON consents (number);
CREATE INDEX consents_at ON consents (at, id);
