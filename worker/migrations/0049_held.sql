-- A second person is one whose access nobody else may have. A copy reads the archived trail some objects at a time.

-- invites, one more: `mail_hash`, the SHA-256 of a second code that the mail alone brings, where there is a mail service; whoever
-- made the invite was shown the other. Null: no mail, or from before. Kept: as the row.
ALTER TABLE invites ADD COLUMN mail_hash TEXT;
CREATE UNIQUE INDEX invites_mailed ON invites (mail_hash) WHERE mail_hash IS NOT NULL;

-- tokens_held: a token that came by a code which somebody else, `by`, was shown, so that it may be theirs. Not a new person's of the
-- day of set-up, on which the first administrator says who is there. Tokens of before, and of an older Worker, have no row. No personal
-- data but the ids of people. Kept: as long as the token's row.
CREATE TABLE tokens_held (
  token TEXT PRIMARY KEY REFERENCES tokens (id) ON DELETE CASCADE,
  by TEXT NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER tokens_held_fixed BEFORE UPDATE ON tokens_held
BEGIN
  SELECT RAISE(ABORT, 'tokens_held');
END;
CREATE TRIGGER tokens_held_kept BEFORE DELETE ON tokens_held
WHEN EXISTS (SELECT 1 FROM tokens WHERE id = OLD.token)
BEGIN
  SELECT RAISE(ABORT, 'tokens_held');
END;

-- as_one: people who may be one, as `person` has a token that came by a code of `holder`, or of somebody of whom that is so. Each
-- is one with themself. Nothing is stored.
CREATE VIEW as_one AS
  WITH RECURSIVE held(holder, person) AS (
    SELECT h.by, t.person FROM tokens_held h JOIN tokens t ON t.id = h.token WHERE t.revoked_at IS NULL
  ), one(holder, person) AS (
    SELECT holder, person FROM held
    UNION SELECT holder, holder FROM held
    UNION SELECT o.holder, h.person FROM one o JOIN held h ON h.holder = o.person
  )
  SELECT holder, person FROM one;

-- Beside proposals_second: nor does somebody approve what may be their own, or both may be a third person's.
CREATE TRIGGER proposals_held BEFORE UPDATE ON proposals
WHEN NEW.state = 'approved' AND OLD.state = 'open' AND EXISTS (
  SELECT 1 FROM as_one a JOIN as_one b ON b.holder = a.holder WHERE a.person = OLD.by AND b.person = NEW.settled_by)
BEGIN
  SELECT RAISE(ABORT, 'proposal_held');
END;

-- copy_reads: up to where the archived part of the trail (`after`, a row of it) was read for the copy of a request, for what
-- (`asked`, a hash of worker/privacy-requests/read-archives.ts), and which archives could not be read (JSON, their first rows).
-- copy_rows: the rows that may be of its requester, as they are archived, without payloads. Kept: until the request is closed.
CREATE TABLE copy_reads (
  request TEXT PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
  asked TEXT NOT NULL,
  after INTEGER NOT NULL DEFAULT 0,
  unread TEXT NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE TABLE copy_rows (
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  row TEXT NOT NULL,
  PRIMARY KEY (request, seq)
) WITHOUT ROWID;
CREATE TRIGGER copy_reads_over AFTER UPDATE OF closed_at ON requests WHEN NEW.closed_at IS NOT NULL
BEGIN
  DELETE FROM copy_rows WHERE request = NEW.id;
  DELETE FROM copy_reads WHERE request = NEW.id;
END;
