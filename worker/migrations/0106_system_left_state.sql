-- What waits for the task of its day may be erased in its system by itself, or looked for there.

-- system_left, four more: `state`: what became of a record in its system: gone by the system's own word, or left there (`why`: its words,
-- or a code); null: nothing yet. `task`: an officer said of this task that it is erased, and it is looked for. `taken`: when a message
-- last took it up (ISO 8601). Kept: as the row.
ALTER TABLE system_left ADD COLUMN state TEXT CHECK (state IN ('gone', 'left'));
ALTER TABLE system_left ADD COLUMN why TEXT;
ALTER TABLE system_left ADD COLUMN task TEXT;
ALTER TABLE system_left ADD COLUMN taken TEXT;
CREATE INDEX system_left_pending ON system_left (connector, day) WHERE state IS NULL;
