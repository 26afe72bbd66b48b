-- A review that finds a consent good says what the entry does not: whose words they were, how they came, and where the proof lies.
-- What the entry says stays, as 0020 and 0066 have it. An earlier Worker's reviews say none of it, and go on.
DROP TRIGGER consents_fixed;
CREATE TRIGGER consents_fixed BEFORE UPDATE ON consents
WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.basis IS NOT OLD.basis OR NEW.kind IS NOT OLD.kind
  OR NEW.given_by IS NOT OLD.given_by OR NEW.given_at IS NOT OLD.given_at OR NEW.evidence IS NOT OLD.evidence
  OR NEW.caller IS NOT OLD.caller OR NEW.calls IS NOT OLD.calls OR NEW.medium IS NOT OLD.medium
  OR NEW.product IS NOT OLD.product OR NEW.words IS NOT OLD.words
  OR (NEW.how IS NOT OLD.how AND (OLD.how <> '' OR OLD.state <> 'review' OR NEW.state <> 'good'))
  OR (NEW.proof IS NOT OLD.proof AND (OLD.proof <> '' OR OLD.state <> 'review' OR NEW.state <> 'good'))
  OR NEW.lasting IS NOT OLD.lasting OR NEW.day IS NOT OLD.day
  OR NEW.until IS NOT OLD.until OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at
  OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NOT OLD.withdrawn_at)
  OR (OLD.done_at IS NOT NULL AND NEW.done_at IS NOT OLD.done_at)
  OR (OLD.keep_until IS NOT NULL AND COALESCE(NEW.keep_until, '') < OLD.keep_until)
BEGIN
  SELECT RAISE(ABORT, 'consent_fixed');
END;
DROP TRIGGER consents_giver;
CREATE TRIGGER consents_giver BEFORE UPDATE OF giver ON consents
WHEN NEW.giver IS NOT OLD.giver
  AND (OLD.giver IS NOT NULL OR NEW.giver IS NOT 'subscriber' OR OLD.state <> 'review' OR NEW.state <> 'good')
BEGIN
  SELECT RAISE(ABORT, 'consent_fixed');
END;
