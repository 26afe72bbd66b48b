-- consents, one more column. `giver`: whether the subscriber gave it, or another who answered. NULL: nobody said, as in rows
-- of before. Another's word is recorded and counts for nothing: it is refused from the start (`state`, `review`), which an
-- earlier Worker reads as well. Kept: as the consent.
ALTER TABLE consents ADD COLUMN giver TEXT CHECK (giver IS NULL OR giver IN ('subscriber', 'other'));
-- As in 0026, and another's word is never but refused.
DROP TRIGGER consents_unreviewed;
CREATE TRIGGER consents_unreviewed BEFORE INSERT ON consents
WHEN IIF(NEW.giver IS 'other',
  NEW.state <> 'refused' OR NEW.reviewed_by IS NOT NEW.by OR NEW.reviewed_at IS NOT NEW.at OR NEW.review IS NULL,
  NEW.reviewed_by IS NOT NULL OR NEW.reviewed_at IS NOT NULL OR NEW.review IS NOT NULL OR NEW.state = 'refused')
BEGIN
  SELECT RAISE(ABORT, 'consent_reviewed');
END;
CREATE TRIGGER consents_giver BEFORE UPDATE OF giver ON consents WHEN NEW.giver IS NOT OLD.giver
BEGIN
  SELECT RAISE(ABORT, 'consent_fixed');
END;
