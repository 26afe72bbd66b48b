-- Evidence binds requests and what hangs on them, as 0053 binds facts: what was asked and when, each step's days and decision, duties,
-- items, letters, recipients and the timeline; and screenings with their parts. Columns are only added, and an older Worker goes on
-- writing without them.

-- requests, eight more: `salt_high`, `salt_low` and `code` are of what was asked, which never changes; `changed_at`, `past`,
-- `state_high`, `state_low` and `state_code` of the state, as lists have theirs (0047), which `rev` counts. Null: from before, until
-- the first runs after the upgrade, or by an older Worker. Kept: as the row.
ALTER TABLE requests ADD COLUMN salt_high INTEGER;
ALTER TABLE requests ADD COLUMN salt_low INTEGER;
ALTER TABLE requests ADD COLUMN code INTEGER;
ALTER TABLE requests ADD COLUMN changed_at TEXT;
ALTER TABLE requests ADD COLUMN past TEXT;
ALTER TABLE requests ADD COLUMN state_high INTEGER;
ALTER TABLE requests ADD COLUMN state_low INTEGER;
ALTER TABLE requests ADD COLUMN state_code INTEGER;

-- duties, request_items and request_recipients, six more each, as lists have them (0047). Null: as above. Kept: as the row.
ALTER TABLE duties ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE duties ADD COLUMN changed_at TEXT;
ALTER TABLE duties ADD COLUMN past TEXT;
ALTER TABLE duties ADD COLUMN salt_high INTEGER;
ALTER TABLE duties ADD COLUMN salt_low INTEGER;
ALTER TABLE duties ADD COLUMN code INTEGER;
ALTER TABLE request_items ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request_items ADD COLUMN changed_at TEXT;
ALTER TABLE request_items ADD COLUMN past TEXT;
ALTER TABLE request_items ADD COLUMN salt_high INTEGER;
ALTER TABLE request_items ADD COLUMN salt_low INTEGER;
ALTER TABLE request_items ADD COLUMN code INTEGER;
-- request_items, one more: `found_at`, when a search found it, as `at` is when it was. Null: from before. Kept: as the row.
ALTER TABLE request_items ADD COLUMN found_at TEXT;
ALTER TABLE request_recipients ADD COLUMN rev INTEGER NOT NULL DEFAULT 0;
ALTER TABLE request_recipients ADD COLUMN changed_at TEXT;
ALTER TABLE request_recipients ADD COLUMN past TEXT;
ALTER TABLE request_recipients ADD COLUMN salt_high INTEGER;
ALTER TABLE request_recipients ADD COLUMN salt_low INTEGER;
ALTER TABLE request_recipients ADD COLUMN code INTEGER;

-- request_letters, three more. Null: as above. Kept: as the row.
ALTER TABLE request_letters ADD COLUMN salt_high INTEGER;
ALTER TABLE request_letters ADD COLUMN salt_low INTEGER;
ALTER TABLE request_letters ADD COLUMN code INTEGER;

-- request_events, four more: `ref`, by which the trail names the line; and seed and code. Null: as above. Kept: as the row.
ALTER TABLE request_events ADD COLUMN ref TEXT;
ALTER TABLE request_events ADD COLUMN salt_high INTEGER;
ALTER TABLE request_events ADD COLUMN salt_low INTEGER;
ALTER TABLE request_events ADD COLUMN code INTEGER;
UPDATE request_events SET ref = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX request_events_ref ON request_events (request, ref);
-- An older Worker writes none.
CREATE TRIGGER request_events_named AFTER INSERT ON request_events WHEN NEW.ref IS NULL
BEGIN
  UPDATE request_events SET ref = lower(hex(randomblob(16))) WHERE id = NEW.id;
END;

-- screenings and screening_parts, three more each: of a screening what it is, of a part all of it. Null: from before, which stays, or
-- by an older Worker. Kept: as the row.
ALTER TABLE screenings ADD COLUMN salt_high INTEGER;
ALTER TABLE screenings ADD COLUMN salt_low INTEGER;
ALTER TABLE screenings ADD COLUMN code INTEGER;
ALTER TABLE screening_parts ADD COLUMN salt_high INTEGER;
ALTER TABLE screening_parts ADD COLUMN salt_low INTEGER;
ALTER TABLE screening_parts ADD COLUMN code INTEGER;

-- What these triggers refuse is as before (0008, 0014, 0021); but what binds a row of before is no change of it. They name the columns
-- that are one.
DROP TRIGGER requests_rev;
CREATE TRIGGER requests_rev BEFORE UPDATE OF id, ref, kind, channel, state, name, email, address, number, call_date, call_time, text,
  received_on, days, decide_by, writing, proved_at, asked_on, proof_on, paused_days, identity, verified_at, searched_at, extended_on,
  decision, ground, other, reasons, decided_on, told_at, noticed_at, recipients, suppression, outcome, assignee, closed_at, by, at, rev,
  pauses, narrowed, clarify_on, clarified_days, wave, changed_at, past, state_high, state_low, state_code ON requests
WHEN NEW.rev IS NOT OLD.rev + 1 OR OLD.closed_at IS NOT NEW.closed_at AND OLD.closed_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'request_moved');
END;
DROP TRIGGER requests_refusal;
CREATE TRIGGER requests_refusal BEFORE UPDATE OF state, decision, ground, reasons, told_at, noticed_at ON requests
WHEN NEW.state = 'closed' AND NEW.decision IN ('deny', 'partial') AND (
  NEW.told_at IS NULL OR NEW.noticed_at IS NULL
  OR (NEW.decision = 'deny' AND (COALESCE(NEW.ground, '') = '' OR COALESCE(NEW.reasons, '') = ''))
  OR EXISTS (
    SELECT 1 FROM request_items i WHERE i.request = NEW.id AND i.verdict = 'confirmed' AND i.decision = 'deny'
      AND COALESCE(NULLIF(i.reasons, ''), NULLIF(NEW.reasons, '')) IS NULL
  )
)
BEGIN
  SELECT RAISE(ABORT, 'request_unreasoned');
END;
-- As it was (0021), and asked first, as before: the newest is.
DROP TRIGGER requests_unmet;
CREATE TRIGGER requests_unmet BEFORE UPDATE ON requests
WHEN NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL AND (
  NOT EXISTS (SELECT 1 FROM duties d WHERE d.request = NEW.id)
  OR EXISTS (SELECT 1 FROM duties d WHERE d.request = NEW.id AND d.met_at IS NULL AND d.void_at IS NULL)
)
BEGIN
  SELECT RAISE(ABORT, 'request_unmet');
END;
DROP TRIGGER duties_fixed;
CREATE TRIGGER duties_fixed BEFORE UPDATE OF id, request, kind, round, due, made_at, met_on, met_at, by, void_at ON duties
WHEN OLD.met_at IS NOT NULL OR OLD.void_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.request IS NOT OLD.request
  OR NEW.kind IS NOT OLD.kind OR NEW.round IS NOT OLD.round OR NEW.made_at IS NOT OLD.made_at
BEGIN
  SELECT RAISE(ABORT, 'duty_fixed');
END;

-- A duty that is there already is refused, where it was passed over (0026): the event of the second one would bind no row.
DROP TRIGGER duties_new;
CREATE TRIGGER duties_new BEFORE INSERT ON duties
WHEN EXISTS (SELECT 1 FROM duties WHERE request = NEW.request AND kind = NEW.kind
  AND (round = NEW.round OR met_at IS NULL AND void_at IS NULL))
BEGIN
  SELECT RAISE(ABORT, 'request_moved');
END;
