-- Connectors: the company's CRMs, whose contacts are screened and marked with what was found.

-- connectors: one row a CRM. `setup` (JSON) is what is no secret: its settings, the kinds of record with their fields, the
-- fields that are written to. `secret` is what gets in, and what was granted for it since, sealed by AES-GCM under the
-- Worker's own secret CONNECTOR_KEY: without that key, the database alone does not reveal it. `active`: it is screened
-- again by itself, and numbers that turn are marked at once. `tried_at`: when a trial run, which writes nothing, ended that
-- was made with this set-up; nothing is written before. `turned` is the last row of `turned` whose number was marked.
-- `failures`, `error` and `due` are of that marking: when it is tried again, or until when somebody is at it.
-- Kept: until an administrator removes it.
CREATE TABLE connectors (
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  setup TEXT NOT NULL,
  way TEXT NOT NULL,
  secret TEXT NOT NULL,
  active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1)),
  tried_at TEXT,
  turned INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  due TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  CHECK (active = 0 OR tried_at IS NOT NULL)
);

-- connector_runs: one reading of all contacts, in slices. `trial` runs write nothing. `slice` is the next one, `cursor` where it begins,
-- and a slice is counted in the commit that moves it on: the other counts are of contacts, by the strictest verdict of
-- their numbers (`none` have no number), of those whose fields were written, or would be, and of those that the CRM
-- refused. `lease` is until when somebody works on the slice, `due` when it may be worked on again after a failure;
-- `failures` in a row, `error` the last one, and `refusal` the CRM's last word on a single record.
-- Kept: 24 months after its end.
CREATE TABLE connector_runs (
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  connector INTEGER NOT NULL REFERENCES connectors (num) ON DELETE CASCADE,
  trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'failed', 'stopped')),
  screening TEXT,
  slice INTEGER NOT NULL DEFAULT 0,
  cursor TEXT,
  lease TEXT,
  due TEXT,
  contacts INTEGER NOT NULL DEFAULT 0,
  numbers INTEGER NOT NULL DEFAULT 0,
  clear INTEGER NOT NULL DEFAULT 0,
  caution INTEGER NOT NULL DEFAULT 0,
  blocked INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  none INTEGER NOT NULL DEFAULT 0,
  invalid INTEGER NOT NULL DEFAULT 0,
  written INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  refusal TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  moved_at TEXT NOT NULL,
  finished_at TEXT,
  CHECK ((state = 'running') = (finished_at IS NULL))
);
CREATE INDEX connector_runs_of ON connector_runs (connector, num);
-- One at a time.
CREATE UNIQUE INDEX connector_runs_running ON connector_runs (connector) WHERE state = 'running';
-- Of two who worked on the same slice the second is refused, and what is over stays over.
CREATE TRIGGER connector_runs_moved BEFORE UPDATE ON connector_runs
WHEN OLD.state <> 'running' OR NEW.slice NOT BETWEEN OLD.slice AND OLD.slice + 1
  OR (NEW.slice = OLD.slice AND NEW.contacts <> OLD.contacts)
BEGIN
  SELECT RAISE(ABORT, 'connector_run_moved');
END;

-- connector_numbers: which record of which CRM holds which number in which field, with the number's verdict when the
-- record was last marked, so that a number that turns is marked there without reading the CRM again. A field whose
-- country is not clear has a row for each number that it may be; one that holds no number has the number 0. `run` is the
-- last that saw it.
-- Kept: while the record holds the number: what a run does not see any more goes at its end, what no run has seen for 60
-- days too, and all with the connector.
CREATE TABLE connector_numbers (
  connector INTEGER NOT NULL REFERENCES connectors (num) ON DELETE CASCADE,
  object TEXT NOT NULL,
  record TEXT NOT NULL,
  field TEXT NOT NULL,
  place INTEGER NOT NULL, -- which of the field's numbers it is
  number INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  written_at TEXT NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (connector, object, record, field, place, number)
) WITHOUT ROWID;
CREATE INDEX connector_numbers_number ON connector_numbers (number);
