-- The request desk: what people ask of the company about their own data, and what becomes of it.

-- suppressions, rebuilt: an objection may come from the public page, where nobody is signed in, so that `by` is a
-- person's id, or `public`.
-- suppressions: in-house do-not-call. An objection has no end date. One live entry a number and kind. `unverified`: it
-- came from the public page, and no officer has looked at it yet; it holds its number like any other.
-- Kept: always while live (it is what stops the next call); ended ones, and those whose last day is over, 24 months, as
-- history.
ALTER TABLE suppressions RENAME TO suppressions_before;
CREATE TABLE suppressions (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('objection', 'house')),
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  until TEXT CHECK (until IS NULL OR kind = 'house'),
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  ended_at TEXT,
  ended_by TEXT,
  ended_reason TEXT,
  unverified INTEGER NOT NULL DEFAULT 0 CHECK (unverified IN (0, 1))
);
INSERT INTO suppressions (id, number, kind, reason, source, until, by, at, ended_at, ended_by, ended_reason)
  SELECT id, number, kind, reason, source, until, by, at, ended_at, ended_by, ended_reason FROM suppressions_before;
DROP TABLE suppressions_before;
CREATE UNIQUE INDEX suppressions_live ON suppressions (number, kind) WHERE ended_at IS NULL;
CREATE INDEX suppressions_at ON suppressions (at, id);

-- marks, one more: `form-key`, with which the public form's time is signed. Kept: always.
INSERT INTO marks (name, value) VALUES ('form-key', lower(hex(randomblob(32))));

-- requests: one row a request. `ref` is what the requester quotes. `number` is null where a complaint names none.
-- `call_date` and `call_time` are the call as the requester remembers it. `received_on` is the day from which the time
-- runs, `days` policy's days on that day, `decide_by` the day that results (shared/privacy-requests/deadlines.ts; as of the
-- last change). `writing`: how an oral erasure was confirmed, or why it was taken as it was. `proved_at`: the address in
-- `email` was shown to be the requester's. `asked_on`, `proof_on` and `paused_days` are the pause for identity,
-- `identity` how it was shown or why it was clear. `decision` with `ground`, `other` and `reasons` is what was decided of
-- the whole; items may have their own. `told_at`: the letter with the decision or the outcome went out. `noticed_at`: the
-- supervisory authority was told. `recipients`: `none` where the data had gone to nobody. `suppression` is the
-- entry that an objection holds its number by, or that is kept behind the one that does. `by` is a person, or `public`.
-- `rev` counts the changes: a change is made against the one that was read.
-- Kept: policy retention.requestMonths after `closed_at`, with all that hangs on it.
CREATE TABLE requests (
  id TEXT PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('access', 'erasure', 'objection', 'complaint')),
  channel TEXT NOT NULL CHECK (channel IN ('page', 'telephone', 'email', 'post', 'person')),
  state TEXT NOT NULL CHECK (state IN ('unconfirmed', 'open', 'asked', 'received', 'verified', 'decided', 'held',
    'lodged', 'acknowledged', 'investigating', 'closed', 'withdrawn')),
  name TEXT NOT NULL,
  email TEXT,
  address TEXT NOT NULL DEFAULT '',
  number INTEGER,
  call_date TEXT,
  call_time TEXT,
  text TEXT NOT NULL DEFAULT '',
  received_on TEXT NOT NULL,
  days INTEGER NOT NULL,
  decide_by TEXT NOT NULL,
  writing TEXT,
  proved_at TEXT,
  asked_on TEXT,
  proof_on TEXT,
  paused_days INTEGER NOT NULL DEFAULT 0,
  identity TEXT,
  verified_at TEXT,
  searched_at TEXT,
  extended_on TEXT,
  decision TEXT CHECK (decision IN ('comply', 'partial', 'deny')),
  ground TEXT,
  other TEXT,
  reasons TEXT,
  decided_on TEXT,
  told_at TEXT,
  noticed_at TEXT,
  recipients TEXT CHECK (recipients IN ('none')),
  suppression TEXT,
  outcome TEXT,
  assignee TEXT REFERENCES people (id),
  closed_at TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 1,
  CHECK (kind = 'complaint' OR number IS NOT NULL),
  CHECK ((state IN ('closed', 'withdrawn')) = (closed_at IS NOT NULL)),
  CHECK (state <> 'verified' OR verified_at IS NOT NULL)
);
CREATE INDEX requests_queue ON requests (decide_by, id) WHERE closed_at IS NULL;
CREATE INDEX requests_received ON requests (received_on, id);
CREATE INDEX requests_number ON requests (number, kind);
CREATE INDEX requests_closed ON requests (closed_at) WHERE closed_at IS NOT NULL;

-- Of two changes at once the second one is refused, and what is over stays over.
CREATE TRIGGER requests_rev BEFORE UPDATE ON requests WHEN NEW.rev IS NOT OLD.rev + 1 OR OLD.closed_at IS NOT NEW.closed_at AND OLD.closed_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'request_moved');
END;

-- request_items: what was found of the requester in recordings, dials, consents and the do-not-call list: proposed by
-- the search, confirmed or rejected by an officer, and what was decided of it. `mute` (JSON) are the seconds of a
-- recording that others' words fill. `done_at`: it was erased, or taken out, by this request. Kept: as the request.
CREATE TABLE request_items (
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('recording', 'dial', 'consent', 'suppression')),
  ref TEXT NOT NULL,
  at TEXT,
  verdict TEXT NOT NULL DEFAULT 'proposed' CHECK (verdict IN ('proposed', 'confirmed', 'rejected')),
  mute TEXT NOT NULL DEFAULT '[]',
  decision TEXT CHECK (decision IN ('comply', 'deny')),
  ground TEXT,
  other TEXT,
  reasons TEXT,
  done_at TEXT,
  PRIMARY KEY (request, kind, ref)
) WITHOUT ROWID;
CREATE INDEX request_items_ref ON request_items (ref);

-- A refusal is closed only with its reasons, its letter and the authority's notice.
CREATE TRIGGER requests_refusal BEFORE UPDATE ON requests
WHEN NEW.state = 'closed' AND NEW.decision IN ('deny', 'partial') AND (
  NEW.told_at IS NULL OR NEW.noticed_at IS NULL
  OR (NEW.decision = 'deny' AND (COALESCE(NEW.ground, '') = '' OR COALESCE(NEW.reasons, '') = ''))
  OR EXISTS (
    SELECT 1 FROM request_items i WHERE i.request = NEW.id AND i.verdict = 'confirmed' AND i.decision = 'deny'
      AND COALESCE(NULLIF(i.reasons, ''), NULLIF(NEW.reasons, '')) IS NULL
  )
)
BEGIN
  SELECT RAISE(ABORT, 'request_unreasoned');
END;

-- request_files: what belongs to a request and lies in a store: the scan of a letter, a proof of identity, the
-- requester's copy. `name` is what the sender called it. `bytes` is -1 until the store has it. `erase_after` is the day on
-- which it is erased: a proof's, policy requests.proofKeptDays after identity was shown, or the request was closed; a copy's,
-- when its link ends.
-- Kept: the object until `erase_after` (a scan's: as the request); the row, without `name`, as the request.
CREATE TABLE request_files (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL CHECK (purpose IN ('scan', 'proof', 'export')),
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
CREATE INDEX request_files_request ON request_files (request);
CREATE INDEX request_files_erase ON request_files (erase_after) WHERE erased_at IS NULL;
-- Nothing is made for sharing before it is known with whom.
CREATE TRIGGER request_files_verified BEFORE INSERT ON request_files
WHEN NEW.purpose = 'export' AND (SELECT verified_at FROM requests WHERE id = NEW.request) IS NULL
BEGIN
  SELECT RAISE(ABORT, 'request_unverified');
END;

-- request_events: the request's timeline, for the desk and its requester. Kept: as the request.
CREATE TABLE request_events (
  id INTEGER PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  action TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT, -- JSON
  by TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX request_events_request ON request_events (request, id);

-- request_letters: each letter as it was sent, and how. Kept: as the request.
CREATE TABLE request_letters (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('mail', 'post', 'telephone', 'form')),
  sent_on TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX request_letters_request ON request_letters (request, at);

-- request_recipients: to whom the erased data had gone before, and when each was told (UK GDPR art 19).
-- Kept: as the request.
CREATE TABLE request_recipients (
  id TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  told_on TEXT,
  how TEXT NOT NULL DEFAULT '',
  by TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX request_recipients_request ON request_recipients (request);

-- request_links: links to a request's status page; 256 random bits, as SHA-256 only. `scope` page: it was shown to
-- the person who filled in the form, and opens the state alone. `address`: it was sent to the
-- address, which it proves: letters and the copy too, once it has. `whole`: it came later, or was handed over, and opens all.
-- Kept: until they end.
CREATE TABLE request_links (
  hash TEXT PRIMARY KEY,
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  scope TEXT NOT NULL CHECK (scope IN ('page', 'address', 'whole')),
  until TEXT NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX request_links_request ON request_links (request);

-- letter_templates: the company's own words for a kind of letter, where it has any. Kept: until changed.
CREATE TABLE letter_templates (
  kind TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;
