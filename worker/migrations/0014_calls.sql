-- Calls that no page saw: from softphones, keypads, mobiles and power dialers, as their logs tell of them.

-- calls: one row a call, however often and from wherever it is reported. `ref` is SHA-256 of the provider and its id of the
-- call, or, where it has none, of number, time and agent. `agent` is who called, as the log says it, `person` whom that
-- was found to be (call_agents). Of outbound ones: `verdict` and `reasons` (JSON) are what was known at `started_at`;
-- `overridden`: an override for that dial is on record; `dial` is the evidence of a dial on a page that it was made by;
-- `screened` says by what it is on record that the number was screened before (`dial`, `lookup`), null: by nothing;
-- `extension`: whether the person's extension had given a sign of life about then, null where that cannot be told.
-- `told`: it was in a digest.
-- Kept: policy retention.dialMonths after `started_at`, or until a requester's erasure.
CREATE TABLE calls (
  id TEXT PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  via TEXT NOT NULL CHECK (via IN ('import', 'recording', 'fetch')),
  provider TEXT NOT NULL,
  provider_id TEXT,
  number INTEGER NOT NULL,
  agent TEXT,
  person TEXT REFERENCES people (id),
  direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  started_at TEXT NOT NULL,
  seconds INTEGER,
  verdict TEXT,
  reasons TEXT,
  overridden INTEGER NOT NULL DEFAULT 0 CHECK (overridden IN (0, 1)),
  dial TEXT,
  screened TEXT,
  extension TEXT CHECK (extension IN ('on', 'off')),
  told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)),
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  CHECK ((verdict IS NULL) = (direction = 'inbound'))
);
CREATE INDEX calls_started ON calls (started_at, id);
CREATE INDEX calls_number ON calls (number, started_at, id);
CREATE INDEX calls_person ON calls (person, started_at, id);
CREATE INDEX calls_agent ON calls (lower(agent)) WHERE agent IS NOT NULL;
CREATE INDEX calls_blocked ON calls (started_at, id) WHERE verdict = 'blocked' AND overridden = 0;

-- calls_erased: the `ref` of each call that a requester had erased, so that the next run of its log does not bring it back.
-- Kept: policy retention.dialMonths after `at`: no log that is older is taken.
CREATE TABLE calls_erased (ref TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX calls_erased_at ON calls_erased (at);

-- call_agents: who an agent of a log is, where it is neither their address nor their name. `agent` is in small letters.
-- Kept: until changed.
CREATE TABLE call_agents (
  agent TEXT PRIMARY KEY,
  person TEXT NOT NULL REFERENCES people (id),
  by TEXT NOT NULL,
  at TEXT NOT NULL
) WITHOUT ROWID;

-- call_lists: how far a provider's list of calls was fetched. All calls that began before `since` are here; `until` and
-- `page` are the stretch that is being fetched now and where in it. `due` is the next try after a failure.
-- Kept: always, one row a provider.
CREATE TABLE call_lists (
  provider TEXT PRIMARY KEY,
  since TEXT NOT NULL,
  until TEXT,
  page TEXT,
  ran_at TEXT,
  due TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT
) WITHOUT ROWID;

-- request_items, rebuilt: what is found of a requester is of more kinds than there were.
-- request_items: what was found of the requester in the rooms that `kind` names (shared/privacy-requests/api.ts): proposed by
-- the search, confirmed or rejected by an officer, and what was decided of it. `mute` (JSON) are the seconds of a
-- recording that others' words fill. `done_at`: it was erased, or taken out, by this request. Kept: as the request.
DROP TRIGGER requests_refusal;
ALTER TABLE request_items RENAME TO request_items_before;
CREATE TABLE request_items (
  request TEXT NOT NULL REFERENCES requests (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
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
INSERT INTO request_items (request, kind, ref, at, verdict, mute, decision, ground, other, reasons, done_at)
  SELECT request, kind, ref, at, verdict, mute, decision, ground, other, reasons, done_at FROM request_items_before;
DROP TABLE request_items_before;
CREATE INDEX request_items_ref ON request_items (ref);
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
