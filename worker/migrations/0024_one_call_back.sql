-- An agent's entry holds for one call back, so one of a number waits for its review at a time (worker/do-not-call/waits.ts
-- has the whole rule): two agents who enter one in the same moment do not get two.
CREATE TRIGGER consents_wait BEFORE INSERT ON consents
WHEN NEW.state = 'review' AND NEW.kind IN ('notification', 'prior', 'solicited') AND NEW.medium IS NOT 'message'
  AND EXISTS (
    SELECT 1 FROM consents c
    WHERE c.number = NEW.number AND c.state = 'review' AND c.withdrawn_at IS NULL
      AND c.kind IN ('notification', 'prior', 'solicited') AND c.medium IS NOT 'message'
      AND NOT EXISTS (SELECT 1 FROM restricted x WHERE x.kind = 'consent' AND x.ref = c.id))
BEGIN
  SELECT RAISE(ABORT, 'consent_waits');
END;
