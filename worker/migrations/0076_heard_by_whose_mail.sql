-- A mail about a proposal that counts by itself tells nobody of it where the proposal's maker, or who may be them, set the mail service
-- by which it left (worker/mail/outbox.ts): it may have gone to an account of their own. As 0025 has it otherwise. What was told before stays.
DROP TRIGGER proposals_mailed;
CREATE TRIGGER proposals_mailed AFTER UPDATE OF state ON outbox
WHEN NEW.state = 'sent' AND OLD.state <> 'sent' AND NEW.template = 'proposal-alone'
BEGIN
  INSERT OR IGNORE INTO proposals_told (proposal, person, how, at)
    SELECT r.id, p.id, 'mail', NEW.sent_at FROM proposals r JOIN people p ON NEW.key = 'proposal:' || r.id || ':' || p.id
    WHERE r.id = substr(NEW.key, 10, 36) AND p.id <> r.by AND r.state = 'open'
      AND NOT EXISTS (
        SELECT 1 FROM mail_service m WHERE m.id = 1
          AND (m.by = r.by OR m.by IN (SELECT person FROM proposals_one WHERE proposal = r.id)));
END;
