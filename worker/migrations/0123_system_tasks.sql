-- What connected systems still hold of people whose last recording has reached its day.

-- system_tasks: a row for each CRM whose records had the number of a recording that was erased on its day by policy's retention, where no
-- other recording of the number is left: `records` (JSON) are these, as [kind, id], each in one open row; no number. `day`: when. `done_on`
-- and `how`: what an officer says was done there; null: a task. `backups_until`: until when the system's backups keep it. The rest binds
-- each state, as of other rows (0054).
-- Kept: until it is done, and for 24 months after that.
CREATE TABLE system_tasks (
  id TEXT PRIMARY KEY,
  connector TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  day TEXT NOT NULL,
  records TEXT NOT NULL,
  done_on TEXT,
  how TEXT NOT NULL DEFAULT '',
  backups_until TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  rev INTEGER NOT NULL DEFAULT 0,
  changed_at TEXT,
  past TEXT,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
);
CREATE INDEX system_tasks_open ON system_tasks (at, id) WHERE done_on IS NULL;
CREATE INDEX system_tasks_done ON system_tasks (done_on, id) WHERE done_on IS NOT NULL;

-- system_task_records: the records of open tasks, each once: by this key an erasure finds that a record is in one already.
-- Kept: until the task is done.
CREATE TABLE system_task_records (
  connector TEXT NOT NULL,
  object TEXT NOT NULL,
  record TEXT NOT NULL,
  task TEXT NOT NULL REFERENCES system_tasks (id) ON DELETE CASCADE,
  PRIMARY KEY (connector, object, record)
) WITHOUT ROWID;
CREATE INDEX system_task_records_of ON system_task_records (task);
