-- Who may be one person is a tie between persons: it outlives tokens, and nothing that an administrator does alone ends it.

-- people_held: `person` may be `by`. `how`: 'code', they came in by a code that `by` was shown (or by one of a browser that came so);
-- 'address', `by` chose their address alone, and a mail to it may be read by `by`. `ended_at`: when the person showed that they are
-- another (worker/people/one.ts); what was proposed before stays under it. No personal data but the ids of people. Kept: always.
CREATE TABLE people_held (
  person TEXT NOT NULL REFERENCES people (id),
  by TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('code', 'address')),
  at TEXT NOT NULL,
  ended_at TEXT,
  PRIMARY KEY (person, by, how, at),
  CHECK (person <> by)
) WITHOUT ROWID;
CREATE INDEX people_held_by ON people_held (by);
CREATE TRIGGER people_held_fixed BEFORE UPDATE ON people_held
WHEN OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
  OR json_array(NEW.person, NEW.by, NEW.how, NEW.at) IS NOT json_array(OLD.person, OLD.by, OLD.how, OLD.at)
BEGIN
  SELECT RAISE(ABORT, 'people_held');
END;
CREATE TRIGGER people_held_kept BEFORE DELETE ON people_held
BEGIN
  SELECT RAISE(ABORT, 'people_held');
END;
-- Also of an older Worker.
CREATE TRIGGER tokens_held_tie AFTER INSERT ON tokens_held
BEGIN
  INSERT OR IGNORE INTO people_held (person, by, how, at)
    SELECT t.person, NEW.by, 'code', NEW.at FROM tokens t WHERE t.id = NEW.token AND t.person <> NEW.by;
END;

-- Of before: everybody whose token came so, also where it was revoked. Not where a mail or the provider revoked it, which made a token
-- at the same time, nor a further browser that was ended of somebody who has one from before it.
INSERT INTO people_held (person, by, how, at)
SELECT t.person, h.by, 'code', MIN(h.at) FROM tokens_held h JOIN tokens t ON t.id = h.token
WHERE t.person <> h.by AND (t.revoked_at IS NULL OR NOT EXISTS (
  SELECT 1 FROM tokens o WHERE o.person = t.person AND o.id NOT IN (SELECT token FROM tokens_held)
    AND (o.created_at = t.revoked_at OR (o.created_at < t.created_at AND o.revoked_at IS NULL))))
GROUP BY t.person, h.by;
-- What such a person made for themself since is no other's. The oldest tie names whose.
INSERT INTO tokens_held (token, by, at)
SELECT t.id, h.by, h.at FROM tokens t JOIN people_held h ON h.person = t.person
WHERE t.id NOT IN (SELECT token FROM tokens_held) AND t.created_at >= h.at
  AND NOT EXISTS (SELECT 1 FROM people_held e WHERE e.person = h.person AND (e.at, e.by) < (h.at, h.by));

-- may_be_one: `person` may be `holder`, or somebody of whom that is so, for what is from before `until`. Each is one with themself.
-- Nothing is stored. as_one is for an older Worker: what has not ended.
DROP TRIGGER proposals_held;
DROP VIEW as_one;
CREATE VIEW may_be_one AS
  WITH RECURSIVE one(holder, person, until) AS (
    SELECT by, by, '9999' FROM people_held
    UNION SELECT o.holder, h.person, MIN(o.until, COALESCE(h.ended_at, '9999')) FROM one o JOIN people_held h ON h.by = o.person
  )
  SELECT holder, person, until FROM one;
CREATE VIEW as_one AS SELECT holder, person FROM may_be_one WHERE until = '9999';
-- Whom they invited before is whoever's they are, also once they are themselves.
INSERT OR IGNORE INTO people_held (person, by, how, at)
SELECT o.person, o.holder, 'code', MIN(h.at) FROM may_be_one o JOIN people_held h ON h.person = o.person
WHERE o.holder <> o.person GROUP BY o.person, o.holder;

-- proposals_one: who may be one with the maker of a proposal, or both a third person.
CREATE VIEW proposals_one AS
  SELECT r.id AS proposal, b.person FROM proposals r JOIN may_be_one a ON a.person = r.by AND a.until > r.at
  JOIN may_be_one b ON b.holder = a.holder AND b.until > r.at;

-- As 0049 has it.
CREATE TRIGGER proposals_held BEFORE UPDATE ON proposals
WHEN NEW.state = 'approved' AND OLD.state = 'open'
  AND EXISTS (SELECT 1 FROM proposals_one o WHERE o.proposal = OLD.id AND o.person = NEW.settled_by)
BEGIN
  SELECT RAISE(ABORT, 'proposal_held');
END;

-- proposals_heard: since when somebody has heard of a proposal who is not its maker, nor may be: null where nobody has. Who may be the
-- maker and holds one of its roles has heard too. Where there are none but such people, all of them have; where there is nobody
-- else at all, it is when it was made.
CREATE VIEW proposals_heard AS
  SELECT r.id AS proposal, (
    SELECT CASE
      WHEN SUM(active) IS NULL OR SUM(active) = 0 THEN r.at
      WHEN MIN(IIF(one, NULL, told)) IS NULL AND SUM(active AND NOT one) > 0 THEN NULL
      WHEN SUM(active AND one AND told IS NULL AND (holds OR NOT heard)) > 0 THEN NULL
      ELSE MAX(COALESCE(MIN(IIF(one, NULL, told)), ''), COALESCE(MAX(IIF(active AND one AND (holds OR NOT heard), told, NULL)), ''))
    END FROM (
      SELECT p.active, p.one, p.holds, p.told, MAX(NOT p.one AND p.told IS NOT NULL) OVER () AS heard FROM (
        SELECT o.active, o.role IN (SELECT value FROM json_each(r.roles)) AS holds, t.at AS told,
          o.id IN (SELECT person FROM proposals_one WHERE proposal = r.id) AS one
        FROM people o LEFT JOIN proposals_told t ON t.proposal = r.id AND t.person = o.id
        WHERE o.id <> r.by AND o.kind = 'person') p)) AS at
  FROM proposals r;

-- As 0025 has it, and: whoever may be the maker holds no role that another would have to hold, is nobody who could refuse, and hears
-- in nobody's place.
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
        SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person' AND p.role <> 'agent'
          AND (l.role = 'agent' OR p.id NOT IN (SELECT person FROM proposals_one WHERE proposal = OLD.id)))))
  OR COALESCE((SELECT at FROM proposals_heard WHERE proposal = OLD.id), '9999')
    > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.settled_at, '-1 day'))
BEGIN
  SELECT RAISE(ABORT, 'proposal_alone');
END;
