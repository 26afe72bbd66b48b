-- What nobody may change afterwards, whoever writes: of consents, their reviews and uses, of entries of the list, of duties;
-- and what a link does not do that an officer hands over.

-- A consent is reviewed by a person, after it was entered.
CREATE TRIGGER consents_unreviewed BEFORE INSERT ON consents
WHEN NEW.reviewed_by IS NOT NULL OR NEW.reviewed_at IS NOT NULL OR NEW.review IS NOT NULL OR NEW.state = 'refused'
BEGIN
  SELECT RAISE(ABORT, 'consent_reviewed');
END;
CREATE TRIGGER consents_reviewer BEFORE UPDATE ON consents
WHEN OLD.state = 'review' AND NEW.state <> 'review' AND NEW.reviewed_by IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.reviewed_by AND kind = 'person' AND active = 1)
BEGIN
  SELECT RAISE(ABORT, 'consent_reviewer');
END;

-- A use stays with its consent; an attempt may turn out to have been answered.
CREATE TRIGGER consent_uses_stay BEFORE DELETE ON consent_uses
WHEN EXISTS (SELECT 1 FROM consents WHERE id = OLD.consent)
BEGIN
  SELECT RAISE(ABORT, 'consent_use_fixed');
END;
CREATE TRIGGER consent_uses_fixed BEFORE UPDATE ON consent_uses
WHEN NEW.consent IS NOT OLD.consent OR NEW.ref IS NOT OLD.ref
  OR (OLD.what = 'talked' AND NEW.what <> 'talked')
BEGIN
  SELECT RAISE(ABORT, 'consent_use_fixed');
END;

-- An entry is of its number and kind for ever, and what is over stays over.
CREATE TRIGGER suppressions_fixed BEFORE UPDATE ON suppressions
WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind
  OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
BEGIN
  SELECT RAISE(ABORT, 'suppression_fixed');
END;

-- A duty is not replaced: one that is there stays as it is.
CREATE TRIGGER duties_new BEFORE INSERT ON duties
WHEN EXISTS (SELECT 1 FROM duties WHERE request = NEW.request AND kind = NEW.kind)
BEGIN
  SELECT RAISE(IGNORE) FROM duties WHERE request = NEW.request AND kind = NEW.kind AND round = NEW.round;
  SELECT RAISE(ABORT, 'request_moved') FROM duties
    WHERE request = NEW.request AND kind = NEW.kind AND met_at IS NULL AND void_at IS NULL;
END;

-- request_links, one more: `handed`, an officer got it to hand it over: it opens letters and the copy, and whoever has it
-- does not speak for the requester.
ALTER TABLE request_links ADD COLUMN handed INTEGER NOT NULL DEFAULT 0 CHECK (handed IN (0, 1));
