-- What is owed for a request, and by when.

-- duties: one row a duty and round (shared/privacy-requests/duties.ts): acknowledge, report on and settle a complaint;
-- review an objection; chase proof of identity or a clarification; decide; tell the requester, and of a refusal the
-- authority; erase, and tell recipients. `due` is a day in the policy's zone; null while its clock is paused. `met_on` is the
-- day that counts, such as a letter's own; `met_at` and `by` who recorded it, and when. Void: it no longer applies.
-- Kept: as the request.
CREATE TABLE duties (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('acknowledge', 'progress', 'outcome', 'review', 'proof', 'clarification', 'decide',
    'tell', 'tell-authority', 'erase', 'receipts')),
  round INTEGER NOT NULL CHECK (round > 0),
  due TEXT,
  made_at TEXT NOT NULL,
  met_on TEXT,
  met_at TEXT,
  by TEXT,
  void_at TEXT,
  UNIQUE (request, kind, round),
  CHECK ((met_at IS NULL) = (met_on IS NULL) AND (met_at IS NULL) = (by IS NULL)),
  CHECK (met_at IS NULL OR void_at IS NULL)
);
CREATE UNIQUE INDEX duties_open ON duties (request, kind) WHERE met_at IS NULL AND void_at IS NULL;
CREATE INDEX duties_due ON duties (due) WHERE met_at IS NULL AND void_at IS NULL;

-- A duty is met or void once, and only what is open moves.
CREATE TRIGGER duties_fixed BEFORE UPDATE ON duties
WHEN OLD.met_at IS NOT NULL OR OLD.void_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.request IS NOT OLD.request
  OR NEW.kind IS NOT OLD.kind OR NEW.round IS NOT OLD.round OR NEW.made_at IS NOT OLD.made_at
BEGIN
  SELECT RAISE(ABORT, 'duty_fixed');
END;
-- It goes only with its request.
CREATE TRIGGER duties_stay BEFORE DELETE ON duties WHEN EXISTS (SELECT 1 FROM requests WHERE id = OLD.request)
BEGIN
  SELECT RAISE(ABORT, 'duty_fixed');
END;
CREATE TRIGGER duties_over BEFORE INSERT ON duties
WHEN NEW.met_at IS NULL AND NEW.void_at IS NULL AND (SELECT closed_at FROM requests WHERE id = NEW.request) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'request_moved');
END;

-- A request ends only with at least one duty, and none open.
CREATE TRIGGER requests_unmet BEFORE UPDATE ON requests
WHEN NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL AND (
  NOT EXISTS (SELECT 1 FROM duties d WHERE d.request = NEW.id)
  OR EXISTS (SELECT 1 FROM duties d WHERE d.request = NEW.id AND d.met_at IS NULL AND d.void_at IS NULL)
)
BEGIN
  SELECT RAISE(ABORT, 'request_unmet');
END;

-- requests, more of each: `pauses`: policy's requests.pauses when it arrived; a request of before keeps the law's pauses.
-- `narrowed`: how the requester narrowed an access request to one call, in their words, or `form`; null: all that is held.
-- `clarify_on`: since when a clarification has been awaited, `clarified_days` the days of earlier ones (UK GDPR art 12A(5)).
ALTER TABLE requests ADD COLUMN pauses TEXT NOT NULL DEFAULT 'law' CHECK (pauses IN ('none', 'law'));
ALTER TABLE requests ADD COLUMN narrowed TEXT;
ALTER TABLE requests ADD COLUMN clarify_on TEXT;
ALTER TABLE requests ADD COLUMN clarified_days INTEGER NOT NULL DEFAULT 0;

-- request_files, rebuilt for one more purpose.
-- request_files: as in migration 0008; `withdrawal` is the requester's own word that they withdraw the request.
-- Kept: a withdrawal as a scan; the others as before.
DROP TRIGGER request_files_verified;
ALTER TABLE request_files RENAME TO request_files_before;
CREATE TABLE request_files (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL CHECK (purpose IN ('scan', 'proof', 'export', 'withdrawal')),
  store TEXT NOT NULL,
  object TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  erase_after TEXT,
  erased_at TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL
);
INSERT INTO request_files (id, request, purpose, store, object, name, type, bytes, erase_after, erased_at, by, at)
  SELECT id, request, purpose, store, object, name, type, bytes, erase_after, erased_at, by, at FROM request_files_before;
DROP TABLE request_files_before;
CREATE INDEX request_files_request ON request_files (request);
CREATE INDEX request_files_erase ON request_files (erase_after) WHERE erased_at IS NULL;
CREATE TRIGGER request_files_verified BEFORE INSERT ON request_files
WHEN NEW.purpose = 'export' AND (SELECT verified_at FROM requests WHERE id = NEW.request) IS NULL
BEGIN
  SELECT RAISE(ABORT, 'request_unverified');
END;

-- marks, one more, of a later release: `letters-listed`: the last entry of the do-not-call list that was looked at for a letter to be
-- answered, as JSON: when it was made, and its id (worker/jobs/letters.ts). Kept: always.
