-- Agents leave every week, and refuse nothing: where one who is somebody else leaves, nobody is alone for a week only where that
-- left nobody else who hears; where one who may be the maker leaves, only where it left nobody at all. The rest is as 0057 has it.
DROP TRIGGER proposals_alone;
CREATE TRIGGER proposals_alone BEFORE UPDATE ON proposals
WHEN NEW.state = 'counted' AND OLD.state = 'open' AND (
  OLD.counts_at IS NULL OR NEW.settled_at < OLD.counts_at OR NEW.settled_at >= OLD.expires_at
  OR NOT EXISTS (SELECT 1 FROM people p WHERE p.id = OLD.by AND p.active = 1)
  OR EXISTS (
    SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person'
      AND p.role IN (SELECT value FROM json_each(OLD.roles))
      AND p.id NOT IN (SELECT person FROM proposals_one WHERE proposal = OLD.id))
  OR EXISTS (
    SELECT 1 FROM people_left l WHERE l.person <> OLD.by
      AND l.at > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.settled_at, '-7 days')
      AND (l.role IN (SELECT value FROM json_each(OLD.roles)) OR NOT EXISTS (
        SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person'
          AND IIF(l.role = 'agent',
            l.person IN (SELECT person FROM proposals_one WHERE proposal = OLD.id)
              OR p.id NOT IN (SELECT person FROM proposals_one WHERE proposal = OLD.id),
            p.role <> 'agent' AND p.id NOT IN (SELECT person FROM proposals_one WHERE proposal = OLD.id)))))
  OR COALESCE((SELECT at FROM proposals_heard WHERE proposal = OLD.id), '9999')
    > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.settled_at, '-1 day'))
BEGIN
  SELECT RAISE(ABORT, 'proposal_alone');
END;
