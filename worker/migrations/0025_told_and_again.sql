-- Who was told of a proposal that nobody else could approve; what law's rules change in is judged again; recordings of
-- claims-management calls are kept for a year.

-- proposals_told: who but its maker has heard of such a proposal first, by a mail that has left or by having been shown it.
-- It counts a day after somebody has, unless there is nobody else at all. Kept: always, as the proposal is.
CREATE TABLE proposals_told (
  proposal TEXT NOT NULL REFERENCES proposals (id),
  person TEXT NOT NULL REFERENCES people (id),
  how TEXT NOT NULL CHECK (how IN ('mail', 'seen')),
  at TEXT NOT NULL,
  PRIMARY KEY (proposal, person)
) WITHOUT ROWID;
CREATE TRIGGER proposals_told_fixed BEFORE UPDATE ON proposals_told
BEGIN
  SELECT RAISE(ABORT, 'proposal_fixed');
END;
CREATE TRIGGER proposals_told_kept BEFORE DELETE ON proposals_told
BEGIN
  SELECT RAISE(ABORT, 'proposal_fixed');
END;
-- The key of such a mail is proposal:<proposal>:<person> (worker/policy/propose.ts).
CREATE TRIGGER proposals_mailed AFTER UPDATE OF state ON outbox
WHEN NEW.state = 'sent' AND OLD.state <> 'sent' AND NEW.template = 'proposal-alone'
BEGIN
  INSERT OR IGNORE INTO proposals_told (proposal, person, how, at)
    SELECT r.id, p.id, 'mail', NEW.sent_at FROM proposals r JOIN people p ON NEW.key = 'proposal:' || r.id || ':' || p.id
    WHERE r.id = substr(NEW.key, 10, 36) AND p.id <> r.by AND r.state = 'open';
END;

-- As 0022 has it, and: whoever takes away the access or the role of everybody who could refuse is not alone for a week,
-- and nothing counts of which nobody was told a day before.
DROP TRIGGER proposals_alone;
CREATE TRIGGER proposals_alone BEFORE UPDATE ON proposals
WHEN NEW.state = 'counted' AND OLD.state = 'open' AND (
  OLD.counts_at IS NULL OR NEW.settled_at < OLD.counts_at OR NEW.settled_at >= OLD.expires_at
  OR NOT EXISTS (SELECT 1 FROM people p WHERE p.id = OLD.by AND p.active = 1)
  OR EXISTS (
    SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person'
      AND p.role IN (SELECT value FROM json_each(OLD.roles)))
  OR EXISTS (
    SELECT 1 FROM people_left l WHERE l.person <> OLD.by
      AND l.at > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.settled_at, '-7 days')
      AND (l.role IN (SELECT value FROM json_each(OLD.roles)) OR NOT EXISTS (
        SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person' AND p.role <> 'agent')))
  OR (EXISTS (SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person')
    AND NOT EXISTS (
      SELECT 1 FROM proposals_told t WHERE t.proposal = OLD.id
        AND t.at <= strftime('%Y-%m-%dT%H:%M:%fZ', NEW.settled_at, '-1 day'))))
BEGIN
  SELECT RAISE(ABORT, 'proposal_alone');
END;

-- watching, one more: `pass`, the last number that a pass over all watched numbers has judged; null where none is under way.
-- connectors, one more: `again`, a run that began before then does not count, and another is due.
-- This upgrade changes what many numbers are, so both begin at once.
ALTER TABLE watching ADD COLUMN pass INTEGER;
UPDATE watching SET pass = 0 WHERE EXISTS (SELECT 1 FROM watched);
ALTER TABLE connectors ADD COLUMN again TEXT;
UPDATE connectors SET again = strftime('%Y-%m-%dT%H:%M:%fZ', 'now');

-- Recordings of calls that were made while policy let claims-management calls be made (worker/recordings/claims.ts), and
-- that would go before a year is over, get the day on which it is. marks, `claims-lengthened`: how many; the next daily
-- job says so on the trail, and removes it.
-- claims_short: those recordings. Kept: until the end of this migration.
-- The times of such a policy are read once: a window for each recording would take longer than D1 lets a statement.
CREATE TABLE claims_short AS
  WITH p AS MATERIALIZED (
    SELECT at, until FROM (SELECT at, doc, LEAD(at) OVER (ORDER BY version) AS until FROM policies)
    WHERE EXISTS (SELECT 1 FROM json_each(doc, '$.campaigns.runs') WHERE value = 'claims-management'))
  SELECT r.id, MAX(r.months, 12) AS months FROM recordings r
  WHERE r.state = 'kept' AND r.rule IN ('retention', 'outside-regions')
    AND r.erase_after < MIN(
      date(r.started_on, 'start of month', '+12 months', '+' || (CAST(substr(r.started_on, 9) AS INTEGER) - 1) || ' days'),
      date(r.started_on, 'start of month', '+13 months', '-1 day'))
    AND EXISTS (
      SELECT 1 FROM p WHERE r.started_at >= p.at
        AND (p.until IS NULL OR r.started_at < strftime('%Y-%m-%dT%H:%M:%fZ', p.until, '+1 day')));
INSERT INTO marks (name, value) SELECT 'claims-lengthened', COUNT(*) FROM claims_short HAVING COUNT(*) > 0;
UPDATE recordings SET rule = 'retention', months = s.months, erase_after = MIN(
    date(started_on, 'start of month', '+' || s.months || ' months', '+' || (CAST(substr(started_on, 9) AS INTEGER) - 1) || ' days'),
    date(started_on, 'start of month', '+' || (s.months + 1) || ' months', '-1 day'))
  FROM claims_short s WHERE s.id = recordings.id;
DROP TABLE claims_short;
