-- Requests' files whose time is over are erased from the queue, as recordings are (0038).

-- file_erasures: a row a file whose time is over and that is still in its store. `since`: since when that is so, as it was first found.
-- `due`: when it is tried next, or until when a run is at it. `queued_until`: as of recordings (0038). `failures` counts tries as they begin,
-- `error` has the store's last words. No personal data. Kept: until the file is erased, or is not to go any more.
-- An earlier Worker does not look at it, and erases the same files by the clock.
CREATE TABLE file_erasures (
  file TEXT PRIMARY KEY REFERENCES request_files (id) ON DELETE CASCADE,
  store TEXT NOT NULL,
  since TEXT NOT NULL,
  due TEXT NOT NULL,
  queued_until TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT
) WITHOUT ROWID;
CREATE INDEX file_erasures_store ON file_erasures (store, due);
CREATE INDEX file_erasures_failing ON file_erasures (failures) WHERE failures > 0;
CREATE TRIGGER file_erasures_done AFTER UPDATE OF erased_at ON request_files WHEN NEW.erased_at IS NOT NULL
BEGIN
  DELETE FROM file_erasures WHERE file = NEW.id;
END;

-- An erased file stays erased, since then: no second run says it once more, and what arrives too late is not there.
CREATE TRIGGER request_files_once BEFORE UPDATE OF erased_at, came_at ON request_files WHEN OLD.erased_at IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'request_moved');
END;

-- Proofs that nobody has checked go with their request's end.
CREATE INDEX request_files_proofs ON request_files (request) WHERE purpose = 'proof' AND erased_at IS NULL;
