-- The trail leaves the database: closed months as objects, signed heads daily; and mail.

-- audit_payload, rebuilt: its rows outlive those of `audit`, so that nothing binds them to one, and they are erased
-- by a time of their own.
-- audit_payload: what an audit row is about, in full, with the salt of its commitment. Holds personal data. `at` is
-- the audit row's time. Kept: policy retention.auditPayloadMonths, then erased; the chain still verifies.
ALTER TABLE audit_payload RENAME TO audit_payload_before;
CREATE TABLE audit_payload (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  salt TEXT NOT NULL,
  payload TEXT NOT NULL
);
INSERT INTO audit_payload (seq, at, salt, payload)
  SELECT seq, a.at, p.salt, p.payload FROM audit_payload_before p JOIN audit a USING (seq);
DROP TABLE audit_payload_before;
CREATE INDEX audit_payload_at ON audit_payload (at);

-- audit_archives: which rows of the trail have left `audit` for an object in the archive bucket: gzip NDJSON, without
-- payloads. `first_at` and `last_at` are the earliest and the latest time in it, `sha256` and `bytes` are the object's.
-- Kept: always; verification crosses the seam by it.
CREATE TABLE audit_archives (
  first_seq INTEGER PRIMARY KEY,
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  last_hash TEXT NOT NULL,
  key TEXT NOT NULL,
  month TEXT NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at TEXT NOT NULL
);
-- It continues the chain, and its own audit row was written just before, in the same batch.
CREATE TRIGGER audit_archives_chain BEFORE INSERT ON audit_archives
WHEN NEW.first_seq IS NOT (SELECT COALESCE(MAX(last_seq), 0) + 1 FROM audit_archives)
  OR NEW.last_hash IS NOT (SELECT hash FROM audit WHERE seq = NEW.last_seq)
  OR NEW.last_seq >= (SELECT MAX(seq) FROM audit)
  OR 'audit.archived ' || NEW.key IS NOT (SELECT code || ' ' || subject FROM audit ORDER BY seq DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'audit_archive_chain');
END;
CREATE TRIGGER audit_archives_no_update BEFORE UPDATE ON audit_archives
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER audit_archives_no_delete BEFORE DELETE ON audit_archives
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- Of `audit`, only rows that were archived may go. A hash that exists already is refused by the head's trigger, as
-- REPLACE would take the older row away without asking the trigger for deletes.
DROP TRIGGER audit_no_delete;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.seq = 0 OR OLD.seq > (SELECT COALESCE(MAX(last_seq), 0) FROM audit_archives)
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;
DROP TRIGGER audit_head;
CREATE TRIGGER audit_head BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT MAX(seq) + 1 FROM audit)
  OR NEW.prev IS NOT (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)
  OR EXISTS (SELECT 1 FROM audit WHERE hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'audit_head_moved');
END;

-- heads: the newest row of the trail as it left the database, once a day. `signed` is the line that `signature`
-- (Ed25519, base64) and `timestamp` (RFC 3161, base64) are over; `key` is the public key's thumbprint. Kept: always.
CREATE TABLE heads (
  day TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  at TEXT NOT NULL,
  signed TEXT NOT NULL,
  signature TEXT,
  key TEXT,
  timestamp TEXT
) WITHOUT ROWID;
-- Only a timestamp may come later.
CREATE TRIGGER heads_no_update BEFORE UPDATE OF day, seq, hash, at, signed, signature, key ON heads
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER heads_no_delete BEFORE DELETE ON heads
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- outbox: mail on its way. `key` names what the mail is about, so that it is written once. `vals` fills the template
-- as JSON, may hold an invite's secret, and is wiped once the mail was sent or is over. `due` is when it is tried next;
-- a flush moves `due` on first, so that no other one sends it. Past `until` it is not sent any more.
-- Kept: 30 days after it was sent, failed or expired; while it waits, until it is sent.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL,
  recipient TEXT NOT NULL,
  vals TEXT,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'expired')),
  until TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  at TEXT NOT NULL,
  due TEXT NOT NULL,
  sent_at TEXT
);
CREATE INDEX outbox_due ON outbox (due) WHERE state = 'waiting';
CREATE INDEX outbox_at ON outbox (at, id);
