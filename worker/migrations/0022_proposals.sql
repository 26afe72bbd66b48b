-- What loosens the policy, or gives a role above agent, waits for a second person.

-- proposals: a change that loosens, with its effect in numbers when it was made. `base` is the policy's version that it
-- was made to; `changes` and `effect` are JSON. `roles` (a JSON array) may approve it by one click, but never the person
-- who made it (`by`). `counts_at`: nobody else holds one of `roles`, so it counts from then, if that is still so.
-- `version`: the policy's version that it became. The triggers repeat the gravest of worker/policy/settle.ts. No personal
-- data but the ids of people. Kept: always, as the reason of a version.
CREATE TABLE proposals (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('policy', 'role')),
  base INTEGER NOT NULL,
  changes TEXT NOT NULL,
  effect TEXT NOT NULL,
  why TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  roles TEXT NOT NULL,
  at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  counts_at TEXT,
  state TEXT NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'approved', 'counted', 'refused', 'withdrawn', 'expired')),
  settled_by TEXT REFERENCES people (id),
  settled_at TEXT,
  version INTEGER,
  CHECK ((state = 'open') = (settled_at IS NULL)),
  CHECK ((state IN ('approved', 'refused', 'withdrawn')) = (settled_by IS NOT NULL))
);
CREATE INDEX proposals_open ON proposals (at) WHERE state = 'open';
CREATE INDEX proposals_version ON proposals (version) WHERE version IS NOT NULL;
CREATE TRIGGER proposals_person BEFORE INSERT ON proposals
WHEN NEW.state <> 'open'
  OR NOT EXISTS (SELECT 1 FROM people WHERE id = NEW.by AND active = 1 AND kind = 'person')
BEGIN
  SELECT RAISE(ABORT, 'proposal_person');
END;
CREATE TRIGGER proposals_no_delete BEFORE DELETE ON proposals
BEGIN
  SELECT RAISE(ABORT, 'proposal_fixed');
END;
-- A proposal is settled once. While it is open it may only lose its time to count, as somebody else got the role.
CREATE TRIGGER proposals_fixed BEFORE UPDATE ON proposals
WHEN OLD.state <> 'open'
  OR (NEW.counts_at IS NOT OLD.counts_at AND NEW.counts_at IS NOT NULL)
  OR json_array(NEW.id, NEW.kind, NEW.base, NEW.changes, NEW.effect, NEW.why, NEW.by, NEW.roles, NEW.at, NEW.expires_at)
    IS NOT json_array(OLD.id, OLD.kind, OLD.base, OLD.changes, OLD.effect, OLD.why, OLD.by, OLD.roles, OLD.at, OLD.expires_at)
BEGIN
  SELECT RAISE(ABORT, 'proposal_fixed');
END;
CREATE TRIGGER proposals_second BEFORE UPDATE ON proposals
WHEN NEW.state = 'approved' AND OLD.state = 'open' AND (
  NEW.settled_by = OLD.by OR NEW.settled_at >= OLD.expires_at
  OR NOT EXISTS (
    SELECT 1 FROM people p WHERE p.id = NEW.settled_by AND p.active = 1 AND p.kind = 'person'
      AND p.role IN (SELECT value FROM json_each(OLD.roles))))
BEGIN
  SELECT RAISE(ABORT, 'proposal_second');
END;
CREATE TRIGGER proposals_alone BEFORE UPDATE ON proposals
WHEN NEW.state = 'counted' AND OLD.state = 'open' AND (
  OLD.counts_at IS NULL OR NEW.settled_at < OLD.counts_at OR NEW.settled_at >= OLD.expires_at
  OR NOT EXISTS (SELECT 1 FROM people p WHERE p.id = OLD.by AND p.active = 1)
  OR EXISTS (
    SELECT 1 FROM people p WHERE p.id <> OLD.by AND p.active = 1 AND p.kind = 'person'
      AND p.role IN (SELECT value FROM json_each(OLD.roles)))
  OR EXISTS (
    SELECT 1 FROM people_left l WHERE l.person <> OLD.by AND l.role IN (SELECT value FROM json_each(OLD.roles))
      AND l.at > strftime('%Y-%m-%dT%H:%M:%fZ', NEW.settled_at, '-7 days')))
BEGIN
  SELECT RAISE(ABORT, 'proposal_alone');
END;

-- people_left: when a person last lost a role. Whoever takes the second person's role away is not alone for a week.
-- Kept: 30 days.
CREATE TABLE people_left (
  person TEXT NOT NULL REFERENCES people (id),
  role TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (person, role)
) WITHOUT ROWID;
CREATE TRIGGER people_leave AFTER UPDATE OF role, active ON people
WHEN OLD.active = 1 AND OLD.kind = 'person' AND (NEW.active = 0 OR NEW.role <> OLD.role)
BEGIN
  INSERT INTO people_left (person, role, at) VALUES (OLD.id, OLD.role, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    ON CONFLICT (person, role) DO UPDATE SET at = excluded.at;
END;

-- marks, one more: `legacy-defaults`, of a deployment from before this migration. Where its policy says nothing of a
-- clause that came since and would loosen what it had, it keeps what it had (worker/policy/current.ts). Kept: always.
INSERT INTO marks (name, value) SELECT 'legacy-defaults', value FROM marks WHERE name = 'setup';
