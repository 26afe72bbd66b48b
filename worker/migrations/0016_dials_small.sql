-- The evidence of dials, rebuilt: the same facts in a tenth of the bytes, as they fill the database.

-- people, one more: `num`, a small number by which rows that are many name them. Given once, by the trigger.
-- Kept: as the person.
ALTER TABLE people ADD COLUMN num INTEGER;
UPDATE people SET num = (SELECT COUNT(*) FROM people p WHERE p.rowid <= people.rowid);
CREATE UNIQUE INDEX people_num ON people (num);
CREATE TRIGGER people_number AFTER INSERT ON people WHEN NEW.num IS NULL
BEGIN
  UPDATE people SET num = (SELECT COALESCE(MAX(num), 0) + 1 FROM people) WHERE id = NEW.id;
END;

DROP TRIGGER dials_no_update;
DROP INDEX dials_key;
DROP INDEX dials_at;
DROP INDEX dials_number;
DROP INDEX dials_by;
DROP INDEX dials_disagree;
ALTER TABLE dials RENAME TO dials_before;

-- dial_texts: what many dials of a month have in common, once, for `dials` to name it. No personal data but what a page
-- says of reasons. Kept: until no dial of that month is left.
CREATE TABLE dial_texts (
  num INTEGER PRIMARY KEY,
  month TEXT NOT NULL, -- of the dials' `at`
  text TEXT NOT NULL
);
CREATE UNIQUE INDEX dial_texts_text ON dial_texts (text, month);
CREATE TRIGGER dial_texts_no_update BEFORE UPDATE ON dial_texts BEGIN SELECT RAISE(ABORT, 'dials_append_only'); END;

-- dials: the evidence of each dial that a page held, let pass or that a person overrode: what the page saw beside what
-- the Worker saw when the dial arrived. No row is ever changed.
-- `num` holds the Worker's time, and is in the order of time: milliseconds since 1970 times 64, and which of that one. As
-- text it is the dial's id; dials from before this migration keep theirs in `id`, as the trail knows them.
-- `number` is null where what was dialled cannot be read as a number; `written` then keeps it as it was. `late` is by how
-- many milliseconds the device's time is before the Worker's: a dial may have waited for a connection.
-- `action` and the verdicts are places in the lists of `dials_in_words`. `page` (host and purpose), `reasons`, `state`
-- (policy and lists that the Worker decided by) and `seen_state` (those that the page decided by, at `seen_seq`) are texts
-- of `dial_texts`, in JSON. `refused`: an override that the Worker would not have; the page was told not to dial, but may
-- have gone on where the answer came late.
-- `key` is of the Idempotency-Key that it came under, the first 8 bytes of its SHA-256 (before this migration, the key
-- itself): a browser that was off for a month may send what it does not know to have arrived.
-- `salt_high` and `salt_low` are the 16 bytes of the commitment's salt, as backups are JSON and hold no blobs. What the
-- trail's row is about is this row (`dial_payloads`): it is not in audit_payload a second time, and anyone who
-- alters its number or a verdict breaks the trail. Null: from before, with a payload there.
-- Kept: policy retention.dialMonths.
CREATE TABLE dials (
  num INTEGER PRIMARY KEY,
  by INTEGER NOT NULL, -- people.num
  number INTEGER,
  late INTEGER NOT NULL,
  action INTEGER NOT NULL CHECK (action IN (0, 1, 2)),
  refused INTEGER NOT NULL CHECK (refused = 0 OR (refused = 1 AND action = 2)),
  verdict INTEGER NOT NULL CHECK (verdict IN (0, 1, 2, 3)),
  worker_verdict INTEGER NOT NULL CHECK (worker_verdict IN (0, 1, 2, 3)),
  agrees INTEGER NOT NULL CHECK (agrees IN (0, 1)),
  page INTEGER NOT NULL,
  reasons INTEGER NOT NULL,
  worker_reasons INTEGER NOT NULL,
  state INTEGER NOT NULL,
  seen_state INTEGER,
  seen_seq INTEGER,
  key, -- no type: a number, or the text of before
  salt_high INTEGER,
  salt_low INTEGER,
  written TEXT,
  basis TEXT,
  reason TEXT,
  id TEXT,
  -- In milliseconds, stored nowhere.
  at INTEGER AS (num >> 6),
  device_at INTEGER AS ((num >> 6) - late)
);

-- Rows from before: each that leaves the old table arrives in the new one, by slices, as D1 gives a statement 30 seconds;
-- the slices are enough for 10 GB of dials. What one leaves behind is room for the next, so that a database that is nearly
-- full can be moved as well. The payloads of their rows in the trail stay where they are.
-- 24,000 rows a second were measured, on a busy machine. D1 also gives 30 seconds to all of one request, as
-- `wrangler d1 migrations apply` makes it of this file; what takes longer is undone as a whole, and the deployment stops
-- with nothing changed. Beyond half a million dials apply it by `wrangler d1 execute --file`, which imports in its own time,
-- and enter its name into d1_migrations.
CREATE TRIGGER dials_move AFTER DELETE ON dials_before
BEGIN
  INSERT OR IGNORE INTO dial_texts (month, text)
    SELECT substr(OLD.at, 1, 7), value FROM json_each(json_array(
      json_object('host', OLD.host, 'purpose', OLD.purpose), OLD.reasons, OLD.worker_reasons,
      json_object('policy', OLD.policy, 'lists', json(OLD.lists)),
      IIF(OLD.seen IS NULL, OLD.reasons, json_object('policy', OLD.seen ->> 'policy', 'lists', OLD.seen -> 'lists'))));
  INSERT INTO dials (num, by, number, late, action, refused, verdict, worker_verdict, agrees, page, reasons,
    worker_reasons, state, seen_state, seen_seq, key, written, basis, reason, id)
  SELECT
    at * 64 + (SELECT COUNT(*) FROM dials WHERE num BETWEEN t.at * 64 AND t.at * 64 + 63),
    (SELECT num FROM people WHERE id = OLD.by), OLD.number, at - device_at,
    (OLD.action = 'held') + 2 * (OLD.action = 'overridden'), OLD.refused,
    (OLD.verdict = 'caution') + 2 * (OLD.verdict = 'blocked') + 3 * (OLD.verdict = 'unknown'),
    (OLD.worker_verdict = 'caution') + 2 * (OLD.worker_verdict = 'blocked') + 3 * (OLD.worker_verdict = 'unknown'),
    OLD.agrees,
    (SELECT num FROM dial_texts WHERE month = t.month AND text = json_object('host', OLD.host, 'purpose', OLD.purpose)),
    (SELECT num FROM dial_texts WHERE month = t.month AND text = OLD.reasons),
    (SELECT num FROM dial_texts WHERE month = t.month AND text = OLD.worker_reasons),
    (SELECT num FROM dial_texts WHERE month = t.month
       AND text = json_object('policy', OLD.policy, 'lists', json(OLD.lists))),
    (SELECT num FROM dial_texts WHERE month = t.month
       AND text = json_object('policy', OLD.seen ->> 'policy', 'lists', OLD.seen -> 'lists')),
    OLD.seen ->> 'seq', OLD.key, OLD.written, OLD.basis, OLD.reason, OLD.id
  FROM (SELECT substr(OLD.at, 1, 7) AS month, CAST(round(unixepoch(OLD.at, 'subsec') * 1000) AS INTEGER) AS at,
    CAST(round(unixepoch(OLD.device_at, 'subsec') * 1000) AS INTEGER) AS device_at) t;
END;
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before WHERE rowid IN (SELECT rowid FROM dials_before ORDER BY rowid LIMIT 250000);
DELETE FROM dials_before;
DROP TABLE dials_before;

-- What names a dial of before names it as the new ones are named. Where it is gone, it stays as it was.
CREATE UNIQUE INDEX dials_id ON dials (id) WHERE id IS NOT NULL;
UPDATE request_items SET ref = (SELECT CAST(num AS TEXT) FROM dials d WHERE d.id = request_items.ref)
  WHERE kind = 'dial' AND ref IN (SELECT id FROM dials);
UPDATE calls SET dial = (SELECT CAST(num AS TEXT) FROM dials d WHERE d.id = calls.dial)
  WHERE dial IN (SELECT id FROM dials);
DROP INDEX dials_id;

CREATE INDEX dials_number ON dials (number);
CREATE INDEX dials_by ON dials (by);
CREATE INDEX dials_disagree ON dials (agrees) WHERE agrees = 0;
CREATE TRIGGER dials_no_update BEFORE UPDATE ON dials BEGIN SELECT RAISE(ABORT, 'dials_append_only'); END;

-- dials_in_words: the same rows as people and the API read them. Nothing is stored.
CREATE VIEW dials_in_words AS
  SELECT num, COALESCE(d.id, CAST(num AS TEXT)) AS id, number, written,
    '["passed","held","overridden"]' ->> action AS action,
    '["clear","caution","blocked","unknown"]' ->> verdict AS verdict,
    (SELECT text FROM dial_texts t WHERE t.num = d.reasons) AS reasons,
    '["clear","caution","blocked","unknown"]' ->> worker_verdict AS worker_verdict,
    (SELECT text FROM dial_texts t WHERE t.num = d.worker_reasons) AS worker_reasons,
    (SELECT text FROM dial_texts t WHERE t.num = d.state) AS state,
    seen_seq, (SELECT text FROM dial_texts t WHERE t.num = d.seen_state) AS seen_state,
    agrees, refused, basis, reason, key,
    (SELECT text ->> 'purpose' FROM dial_texts t WHERE t.num = d.page) AS purpose,
    (SELECT text ->> 'host' FROM dial_texts t WHERE t.num = d.page) AS host,
    by AS by_num, (SELECT p.id FROM people p WHERE p.num = d.by) AS by,
    (SELECT p.name FROM people p WHERE p.num = d.by) AS by_name,
    strftime('%Y-%m-%dT%H:%M:%fZ', device_at / 1000.0, 'unixepoch') AS device_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at
  FROM dials d;

-- dial_payloads: what the trail's rows of dials are about, letter by letter as it was when they were written; as long as
-- the dials are kept. Nothing is stored.
CREATE VIEW dial_payloads AS
  SELECT num, printf('%016x%016x', salt_high, salt_low) AS salt, json_object(
    'number', '+' || number,
    'verdict', '["clear","caution","blocked","unknown"]' ->> verdict,
    'workerVerdict', '["clear","caution","blocked","unknown"]' ->> worker_verdict) AS payload
  FROM dials WHERE salt_high IS NOT NULL;

-- idempotency, rebuilt with row numbers: without them each row as long as a dial's answer took a page of 4 KB to itself.
-- idempotency: the answer to each request with an Idempotency-Key, so that the same key gives the same answer.
-- `answer` is null where it held a secret. `fingerprint` is SHA-256 of method, path and body. Kept: 2 days.
ALTER TABLE idempotency RENAME TO idempotency_before;
CREATE TABLE idempotency (
  person TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (person, key)
);
INSERT INTO idempotency SELECT person, key, fingerprint, status, answer, at FROM idempotency_before;
DROP TABLE idempotency_before;
