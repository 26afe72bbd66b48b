-- Whom an objection closes is widened and never narrowed, also in several steps: compliance is asked once, when it is entered,
-- and a line that others share is left open by that answer alone.
DROP TRIGGER suppressions_widened;
CREATE TRIGGER suppressions_widened BEFORE UPDATE OF scope, keeps_line, asks ON suppressions
WHEN OLD.kind = 'objection' AND OLD.origin IS NULL AND OLD.ended_at IS NULL AND (
  (NEW.scope <> OLD.scope AND (NEW.scope = 'unsaid' OR OLD.scope = 'company' OR (OLD.scope = 'person' AND NEW.scope <> 'company')))
  OR (NEW.keeps_line > OLD.keeps_line AND (OLD.asks = 0 OR OLD.scope NOT IN ('unsaid', 'person') OR NEW.scope <> 'person'))
  OR NEW.asks > OLD.asks)
BEGIN
  SELECT RAISE(ABORT, 'suppression_moved');
END;
