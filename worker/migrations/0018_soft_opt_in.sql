-- A consent may have another basis, `soft-opt-in`: a customer who was offered to opt out of messages (PECR 2003 reg 22(3)).
-- SQLite cannot change a column's check, so the table is made again; its rows stay as they are.

-- consents_now: a subscriber's word that we may call, or what else allows a call or a message to them.
-- Kept: policy retention.dialMonths after they ended; never less, as they are evidence for calls that were made.
CREATE TABLE consents_now (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('consent', 'solicited', 'service', 'soft-opt-in')),
  given_by TEXT NOT NULL,
  given_at TEXT NOT NULL,
  evidence TEXT NOT NULL,
  until TEXT,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL,
  withdrawn_at TEXT
);
INSERT INTO consents_now (id, number, basis, given_by, given_at, evidence, until, by, at, withdrawn_at)
  SELECT id, number, basis, given_by, given_at, evidence, until, by, at, withdrawn_at FROM consents;
DROP TABLE consents;
ALTER TABLE consents_now RENAME TO consents;
CREATE INDEX consents_number ON consents (number);
CREATE INDEX consents_at ON consents (at, id);
CREATE INDEX consents_until ON consents (until) WHERE until IS NOT NULL;
