-- What a consent is, whom an objection closes, and whose line a number is. Stored rows stay as they are, and are read as
-- what they are worth (shared/do-not-call/kind.ts).

-- consents, more columns. `kind` is NULL in a row from before, and in one that names only its `basis`. `given_by` is the
-- subscriber, `caller` to whom by name; `calls` (JSON) for which kinds of call, `product` about what, `words` in which
-- words, `how` they were given, `proof` where the proof of them lies, `lasting`: for an indefinite time in so many words.
-- `day`: the day that somebody who asked for a call named. `state`: `review` until somebody who may record consents
-- looked at an entry of somebody who may not; `review` are their words. `done_at`: the conversation that was asked for has
-- happened. `keep_until`: how long the law wants its proof; each use moves it.
-- Kept: policy retention.dialMonths after they ended, and never less than until `keep_until`.
ALTER TABLE consents ADD COLUMN kind TEXT
  CHECK (kind IS NULL OR kind IN ('notification', 'prior', 'solicited', 'service', 'soft-opt-in'));
ALTER TABLE consents ADD COLUMN caller TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN calls TEXT NOT NULL DEFAULT '["general"]';
ALTER TABLE consents ADD COLUMN medium TEXT CHECK (medium IS NULL OR medium IN ('call', 'message'));
ALTER TABLE consents ADD COLUMN product TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN how TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN proof TEXT NOT NULL DEFAULT '';
ALTER TABLE consents ADD COLUMN lasting INTEGER NOT NULL DEFAULT 0 CHECK (lasting IN (0, 1));
ALTER TABLE consents ADD COLUMN day TEXT CHECK (day IS NULL OR kind = 'solicited');
ALTER TABLE consents ADD COLUMN state TEXT NOT NULL DEFAULT 'good' CHECK (state IN ('review', 'good', 'refused'));
ALTER TABLE consents ADD COLUMN reviewed_by TEXT REFERENCES people (id);
ALTER TABLE consents ADD COLUMN reviewed_at TEXT;
ALTER TABLE consents ADD COLUMN review TEXT;
ALTER TABLE consents ADD COLUMN done_at TEXT;
ALTER TABLE consents ADD COLUMN keep_until TEXT;
-- The mark of 0019 is read no more.
UPDATE consents SET kind = 'soft-opt-in' WHERE soft_opt_in = 1;
CREATE INDEX consents_review ON consents (at) WHERE state = 'review';
CREATE INDEX consents_day ON consents (day) WHERE day IS NOT NULL;

-- What was said cannot change, what is over stays over, and a review happens once, by somebody else.
CREATE TRIGGER consents_fixed BEFORE UPDATE ON consents
WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.basis IS NOT OLD.basis OR NEW.kind IS NOT OLD.kind
  OR NEW.given_by IS NOT OLD.given_by OR NEW.given_at IS NOT OLD.given_at OR NEW.evidence IS NOT OLD.evidence
  OR NEW.caller IS NOT OLD.caller OR NEW.calls IS NOT OLD.calls OR NEW.medium IS NOT OLD.medium
  OR NEW.product IS NOT OLD.product OR NEW.words IS NOT OLD.words OR NEW.how IS NOT OLD.how
  OR NEW.proof IS NOT OLD.proof OR NEW.lasting IS NOT OLD.lasting OR NEW.day IS NOT OLD.day
  OR NEW.until IS NOT OLD.until OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at
  OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NOT OLD.withdrawn_at)
  OR (OLD.done_at IS NOT NULL AND NEW.done_at IS NOT OLD.done_at)
  OR (OLD.keep_until IS NOT NULL AND COALESCE(NEW.keep_until, '') < OLD.keep_until)
BEGIN
  SELECT RAISE(ABORT, 'consent_fixed');
END;
CREATE TRIGGER consents_reviewed BEFORE UPDATE ON consents
WHEN NEW.state IS NOT OLD.state OR NEW.reviewed_by IS NOT OLD.reviewed_by OR NEW.reviewed_at IS NOT OLD.reviewed_at
  OR NEW.review IS NOT OLD.review
BEGIN
  SELECT RAISE(ABORT, 'consent_reviewed')
    WHERE OLD.state <> 'review' OR NEW.state = 'review' OR NEW.reviewed_by IS NULL OR NEW.reviewed_at IS NULL;
  SELECT RAISE(ABORT, 'own_entry') WHERE NEW.reviewed_by = OLD.by;
END;

-- consent_uses: each call that rested on a consent, and each answered one that it was asked for by: `ref` is the dial's id,
-- or the logged call's where no dial is on record. `what`: an attempt, or they talked.
-- Kept: as the consent.
CREATE TABLE consent_uses (
  consent TEXT NOT NULL REFERENCES consents (id) ON DELETE CASCADE,
  ref TEXT NOT NULL,
  at TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('attempt', 'talked')),
  PRIMARY KEY (consent, ref)
) WITHOUT ROWID;

-- suppressions, more columns. `scope`: whom an objection closes; `unsaid` closes the number. `asks`: compliance is to say
-- whom. `origin`: the entry that it spreads from, on another number of that person or company: it ends with it.
-- `keeps_line`: it tells, and does not close this number, which others share. `at` of one that spreads is when it did.
-- Kept: as before (0008).
ALTER TABLE suppressions ADD COLUMN scope TEXT NOT NULL DEFAULT 'line'
  CHECK (scope IN ('line', 'person', 'company', 'unsaid'));
ALTER TABLE suppressions ADD COLUMN asks INTEGER NOT NULL DEFAULT 0 CHECK (asks IN (0, 1));
ALTER TABLE suppressions ADD COLUMN origin TEXT;
ALTER TABLE suppressions ADD COLUMN keeps_line INTEGER NOT NULL DEFAULT 0 CHECK (keeps_line IN (0, 1));
CREATE INDEX suppressions_asks ON suppressions (at) WHERE asks = 1 AND ended_at IS NULL;
CREATE INDEX suppressions_wide ON suppressions (id) WHERE scope IN ('person', 'company') AND ended_at IS NULL;
CREATE INDEX suppressions_origin ON suppressions (origin) WHERE origin IS NOT NULL;
CREATE UNIQUE INDEX suppressions_spread ON suppressions (origin, number) WHERE origin IS NOT NULL AND ended_at IS NULL;
-- Of a number's own entries one of each kind is live. What spreads to it, or keeps it open, stands beside them.
DROP INDEX suppressions_live;
CREATE UNIQUE INDEX suppressions_live ON suppressions (number, kind)
  WHERE ended_at IS NULL AND origin IS NULL AND keeps_line = 0;

-- An objection that ends, however it does, ends on all numbers.
CREATE TRIGGER suppressions_end AFTER UPDATE OF ended_at ON suppressions
WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.origin IS NULL
BEGIN
  INSERT OR IGNORE INTO changes (seq, kind, ref)
    SELECT (SELECT MAX(seq) FROM audit), 'number', '+' || number FROM suppressions
    WHERE origin = NEW.id AND ended_at IS NULL;
  UPDATE suppressions SET ended_at = NEW.ended_at, ended_by = NEW.ended_by, ended_reason = NEW.ended_reason
    WHERE origin = NEW.id AND ended_at IS NULL;
END;

-- suppression_records: the records of CRMs that an officer named as the person's or the company's who objected.
-- Kept: as the entry.
CREATE TABLE suppression_records (
  suppression TEXT NOT NULL REFERENCES suppressions (id) ON DELETE CASCADE,
  connector INTEGER NOT NULL REFERENCES connectors (num) ON DELETE CASCADE,
  object TEXT NOT NULL,
  record TEXT NOT NULL,
  PRIMARY KEY (suppression, connector, object, record)
) WITHOUT ROWID;

-- parties: whose line a number is, as somebody or something says it; `detail` is the register's entry, the CRM's record or
-- the officer's words. Sources that disagree say nothing.
-- Kept: while nobody ended it, and 24 months after; wiped by a subscriber's erasure.
CREATE TABLE parties (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  party TEXT NOT NULL CHECK (party IN ('consumer', 'sole-trader', 'partnership', 'company')),
  source TEXT NOT NULL CHECK (source IN ('officer', 'connector', 'register', 'import')),
  detail TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  ended_at TEXT,
  ended_by TEXT
);
CREATE UNIQUE INDEX parties_live ON parties (number, source, detail) WHERE ended_at IS NULL;
CREATE INDEX parties_connector ON parties (detail) WHERE source = 'connector' AND ended_at IS NULL;
CREATE INDEX parties_number ON parties (number);
CREATE INDEX parties_at ON parties (at, id);
CREATE INDEX parties_ended ON parties (ended_at) WHERE ended_at IS NOT NULL;

-- restricted: what an erasure left, as it proves that a past call was lawful (UK GDPR art 17(3)(e)): no list shows
-- it, and no verdict rests on it; a proof for the authority or a court does. `kind` and `ref` as in request_items.
-- Kept: until `until`, when it is erased with what it names.
CREATE TABLE restricted (
  kind TEXT NOT NULL CHECK (kind IN ('dial', 'call', 'consent')),
  ref TEXT NOT NULL,
  until TEXT NOT NULL,
  request TEXT NOT NULL,
  PRIMARY KEY (kind, ref)
) WITHOUT ROWID;
CREATE INDEX restricted_until ON restricted (until);

-- request_items, one more column: `kept_until`, until when a refused item is kept as such a proof.
ALTER TABLE request_items ADD COLUMN kept_until TEXT;
