-- What keeps a recording, who was asked whether a longer retention is for what exists already, and letters' earlier words.

-- holds: all that keeps a recording from its erasure now, and what every part of the Worker asks. A legal hold
-- (recording_holds), or, by itself, an access request that is not closed: what was found for it and not rejected must not be
-- gone before the copy is made. Such a hold has the request's id in `request`, its reference as `reason` and its day as
-- `review_on`; closed or taken back, the request holds nothing. One whose erasure has begun already it does not hold: it may
-- be gone. Nothing is stored.
CREATE VIEW holds AS
  SELECT id, recording, reason, review_on, by, at, NULL AS request FROM recording_holds WHERE released_at IS NULL
  UNION ALL
  SELECT q.id, i.ref, q.ref, q.decide_by, q.by, q.at, q.id
  FROM request_items i JOIN requests q ON q.id = i.request JOIN recordings x ON x.id = i.ref
  WHERE i.kind = 'recording' AND i.verdict <> 'rejected' AND q.kind = 'access' AND q.closed_at IS NULL AND x.state = 'kept';

DROP TRIGGER recordings_held;
CREATE TRIGGER recordings_held BEFORE UPDATE ON recordings
WHEN NEW.state <> 'kept' AND EXISTS (SELECT 1 FROM holds h WHERE h.recording = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'recording_held');
END;

-- marks, one more: `retention-answered`, the policy's version at which an administrator last said whether recordings that
-- exist follow a longer retention. Kept: until the next answer.

-- letter_templates: rebuilt with their earlier versions: the company's own words for a kind of letter. The newest version
-- counts; where its `text` is empty, our words do. Kept: always, as letters were drafted from them. No personal data.
ALTER TABLE letter_templates RENAME TO letter_templates_before;
CREATE TABLE letter_templates (
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  text TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (kind, version)
) WITHOUT ROWID;
INSERT INTO letter_templates (kind, version, text, by, at) SELECT kind, 1, text, by, at FROM letter_templates_before;
DROP TABLE letter_templates_before;
