-- A requester's copy that is too large for one file is made in parts, by the queue.

-- copy_parts: the parts of such a copy, which all have the same `copy`. `refs` (JSON): the ids of the part's recordings; `first_at` and
-- `last_at`: when the first and the last of these calls were. `by` asked for it, at the Worker's address `origin`, which its links have.
-- `due`: when it is made, or until when somebody is at it; null once it is made, or has failed too often. `tries` counts since it
-- was asked for; `error` (JSON): why the last one failed, and at which recording. `queued_until`: as of recordings (0038). `made` (JSON):
-- bytes, hash and version of its `file`, and what the copy says of it. `came_at`: all parts were made, and the requester gets them.
-- `over_at`: another copy took its place, or what is in it has changed. `opened_at`: when the requester, or an officer for them, opened
-- it first. A copy in one file has no row. Kept: as the request; of a copy that never came, until what would be in it has changed.
CREATE TABLE copy_parts (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  copy TEXT NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  refs TEXT NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  by TEXT NOT NULL,
  origin TEXT NOT NULL,
  at TEXT NOT NULL,
  due TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  queued_until TEXT,
  file TEXT,
  made TEXT,
  came_at TEXT,
  over_at TEXT,
  opened_at TEXT,
  UNIQUE (copy, part)
) WITHOUT ROWID;
CREATE INDEX copy_parts_request ON copy_parts (request);
CREATE INDEX copy_parts_coming ON copy_parts (due) WHERE came_at IS NULL;
CREATE INDEX copy_parts_file ON copy_parts (file) WHERE file IS NOT NULL;

-- Where something changes that is in it, or another copy was made, also by an older Worker: the part that has not come is not made any
-- more, and of one that has the copy's files are erased (`endCopies` in worker/privacy-requests/files/store.ts).
CREATE TRIGGER copy_parts_over AFTER INSERT ON request_events
WHEN NEW.action IN ('judge', 'comply', 'partial', 'deny', 'export', 'withdraw')
  OR NEW.action = 'note' AND (NEW.detail -> 'same' IS NOT NULL OR NEW.detail -> 'others' IS NOT NULL)
BEGIN
  DELETE FROM copy_parts WHERE request = NEW.request AND came_at IS NULL;
  UPDATE copy_parts SET over_at = NEW.at WHERE request = NEW.request AND over_at IS NULL AND came_at < NEW.at;
END;

-- copy_parts_nobody: parts that went to nobody: they are still being made, or no mail with the letter of the decision led to them, nobody was
-- handed a link, and neither the requester nor an officer has opened them. Nothing is stored.
CREATE VIEW copy_parts_nobody AS
  SELECT p.request, p.copy, p.part FROM copy_parts p
  WHERE p.over_at IS NULL AND p.opened_at IS NULL AND (p.came_at IS NULL OR
    NOT EXISTS (SELECT 1 FROM request_letters l JOIN outbox o ON o.key = 'letter:' || l.id AND o.state = 'sent'
      WHERE l.request = p.request AND l.kind = 'decision' AND l.how = 'mail' AND l.at >= p.came_at)
    AND NOT EXISTS (SELECT 1 FROM request_links k
      WHERE k.request = p.request AND k.handed = 1 AND k.scope = 'whole' AND k.until > p.came_at));
CREATE TRIGGER requests_parts BEFORE UPDATE OF state ON requests
WHEN NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM copy_parts_nobody n WHERE n.request = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'request_unmet: parts');
END;
