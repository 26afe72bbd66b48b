-- Evidence binds every field of further tables, as 0031 began it. Columns are only added, and an older Worker goes on writing
-- without them.

-- suppressions, four more: `salt_high` and `salt_low`, the seed of its fields' salts, and `code`, as dials have them. Null:
-- from before, or by an older Worker: nothing binds the row. `erased` (JSON): the hash that each field left which a request
-- had erased, so that the others still prove. Kept: as the entry.
ALTER TABLE suppressions ADD COLUMN salt_high INTEGER;
ALTER TABLE suppressions ADD COLUMN salt_low INTEGER;
ALTER TABLE suppressions ADD COLUMN code INTEGER;
ALTER TABLE suppressions ADD COLUMN erased TEXT;

-- consents, three more, as suppressions have them. Kept: as the consent.
ALTER TABLE consents ADD COLUMN salt_high INTEGER;
ALTER TABLE consents ADD COLUMN salt_low INTEGER;
ALTER TABLE consents ADD COLUMN code INTEGER;

-- recordings, three more. Kept: always, as the row; of an erased recording they bind nothing any more.
ALTER TABLE recordings ADD COLUMN salt_high INTEGER;
ALTER TABLE recordings ADD COLUMN salt_low INTEGER;
ALTER TABLE recordings ADD COLUMN code INTEGER;

-- calls, three more. Kept: as the call.
ALTER TABLE calls ADD COLUMN salt_high INTEGER;
ALTER TABLE calls ADD COLUMN salt_low INTEGER;
ALTER TABLE calls ADD COLUMN code INTEGER;

-- A policy's version stays as it was saved; one of before gets its seed and its code, once.
CREATE TRIGGER policies_no_update BEFORE UPDATE ON policies
WHEN OLD.code IS NOT NULL OR NEW.version IS NOT OLD.version OR NEW.doc IS NOT OLD.doc OR NEW.at IS NOT OLD.at
  OR NEW.by IS NOT OLD.by OR NEW.why IS NOT OLD.why
BEGIN
  SELECT RAISE(ABORT, 'policies_append_only');
END;
CREATE TRIGGER policies_no_delete BEFORE DELETE ON policies BEGIN SELECT RAISE(ABORT, 'policies_append_only'); END;

-- An entry is of its number and kind for ever, as somebody made it then, and what is over stays over.
DROP TRIGGER suppressions_fixed;
CREATE TRIGGER suppressions_fixed BEFORE UPDATE ON suppressions
WHEN NEW.id IS NOT OLD.id OR NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind
  OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at
  OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
BEGIN
  SELECT RAISE(ABORT, 'suppression_fixed');
END;

-- erased: where the trail says that a row of a bound table may be gone, as a request had it erased: `row` is its table and its
-- key, `since` from when on it may be gone, `seq` the row of the trail. It names nobody. Kept: always, as the trail.
CREATE TABLE erased (row TEXT PRIMARY KEY, since TEXT NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER erased_no_delete BEFORE DELETE ON erased BEGIN SELECT RAISE(ABORT, 'erased_append_only'); END;

-- words_due: requests that were complied with and whose words still stand in payloads of the trail, in answers and in mails:
-- the words (JSON), what of the request is erased (JSON: ids), whether all that quotes the requester goes or only what quotes that,
-- and the rows of the trail that are through and those to go through. Kept: until a job is through.
CREATE TABLE words_due (
  request TEXT PRIMARY KEY,
  whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
  words TEXT NOT NULL,
  gone TEXT NOT NULL,
  after INTEGER NOT NULL,
  until INTEGER NOT NULL
) WITHOUT ROWID;
