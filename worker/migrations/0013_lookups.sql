-- Registers by lookup: for a company that holds no register file, a source that holds the register is asked about each
-- number (worker/lookup, docs/lookup.md).

-- lookup_turns: since when a register is by lookup, and of which source; `source` null: by file again. A register without
-- a row is by file. The newest row is what is in force. Kept: always; evidence is judged by it.
CREATE TABLE lookup_turns (
  list INTEGER NOT NULL REFERENCES lists (num),
  at TEXT NOT NULL,
  source TEXT,
  PRIMARY KEY (list, at)
) WITHOUT ROWID;

-- While a register is by lookup nothing that is pushed counts: it is refused instead of being taken and not looked at.
CREATE TRIGGER versions_by_lookup BEFORE INSERT ON versions
WHEN (SELECT source FROM lookup_turns WHERE list = NEW.list ORDER BY at DESC LIMIT 1) IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'list_by_lookup');
END;

-- lookups: the dated answers. `at` is when the source was asked: the answer is as old as the question. An answer is never
-- changed; a later one is kept beside it, so that an earlier moment can be judged by what was known then. It holds personal
-- data, that this number was looked at on that day, and is kept as the proof that it was screened (UK GDPR art 17(3)(e)).
-- Kept: policy retention.listHistoryMonths after `at`, as the history of a register's file.
CREATE TABLE lookups (
  number INTEGER NOT NULL,
  list INTEGER NOT NULL REFERENCES lists (num),
  at TEXT NOT NULL,
  listed INTEGER NOT NULL CHECK (listed IN (0, 1)),
  source TEXT NOT NULL,
  PRIMARY KEY (number, list, at)
) WITHOUT ROWID;
CREATE INDEX lookups_at ON lookups (at);
CREATE TRIGGER lookups_no_update BEFORE UPDATE ON lookups BEGIN SELECT RAISE(ABORT, 'lookups_append_only'); END;

-- lookup_queue: numbers that a source is to be asked about, each once, however many ask. `due` is when it is asked,
-- or, while somebody asks, when that is taken to have failed. `tries` counts the failures.
-- Kept: until the answer, or eight failures; 7 days after `due` where its source is not asked any more.
CREATE TABLE lookup_queue (
  source TEXT NOT NULL,
  number INTEGER NOT NULL,
  due TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, number)
) WITHOUT ROWID;
CREATE INDEX lookup_queue_due ON lookup_queue (due);

-- lookup_days: how many numbers a source was asked about on a day (UTC), how many it was not asked about as policy's
-- budget was used up, how many questions failed, and why the last one did. `told`: mails went out about the budget (1), the
-- failures (2), or both (3). Kept: 60 days.
CREATE TABLE lookup_days (
  source TEXT NOT NULL,
  day TEXT NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  told INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, day)
) WITHOUT ROWID;
