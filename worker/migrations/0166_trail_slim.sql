-- The trail, rebuilt as calls (0125) and recordings (0165) were: the same rows in less than half of the bytes, as those of a company that
-- records each call fill the database for a week. What is read and written under its name is a view with the columns of before, letter by
-- letter, as hashes are over them: a Worker of before goes on with it.

-- audit_actors: who is named on the trail, each once, for `audit_rows` to name it. An opaque id, no personal data.
-- Kept: for good.
CREATE TABLE IF NOT EXISTS audit_actors (
  num INTEGER PRIMARY KEY,
  actor TEXT NOT NULL UNIQUE
);

-- audit_rows: where the trail's rows lie (0001 and 0046 have what their columns say). `moment` is `at` in milliseconds, `who` names the
-- actor, `word` is the place of the code in the list below it. `about` is the 16 bytes of the first UUID in `subject`, `kind` what stands
-- before that (its place in the list, or the text), and `more` what stands behind it (of `@1` the number); where `kind` is null, `about` is
-- the subject, digits as an integer. `promise`, `follows`, `digest` and `tag` are the bytes of `commitment`, `prev`, `hash` and `mac`. What
-- does not come back from that letter by letter is text, as it was written; bytes, which no Worker wrote for a hash, as the letters that they are.
-- Kept: as the trail, here or archived.
CREATE TABLE IF NOT EXISTS audit_rows (
  seq INTEGER PRIMARY KEY,
  moment NOT NULL,
  who INTEGER NOT NULL,
  word NOT NULL,
  kind,
  about NOT NULL,
  more,
  promise NOT NULL,
  follows NOT NULL,
  digest NOT NULL,
  tag,
  -- By integers, as other versions of SQLite may round fractions in another way.
  at TEXT NOT NULL AS (IIF(typeof(moment) = 'integer', strftime('%Y-%m-%dT%H:%M:%S', moment / 1000, 'unixepoch') || printf('.%03dZ', moment % 1000), moment)),
  code TEXT NOT NULL AS (IIF(typeof(word) = 'integer', '["audit.bound","dial.passed","dial.held","dial.overridden","dial.refused","recording.added","recording.stored","recording.erased","recording.erasing","recording.erasure-failed","call.imported","call.fetched","call.matched","opened.recording-audio","opened.recording","opened.recordings","opened.calls","opened.dials","opened.find","opened.suppressions","opened.consents","opened.requests","opened.request","opened.audit","suppression.added","suppression.imported","suppression.ended","consent.recorded","consent.withdrawn","consent.imported","party.said","screening.opened","screening.part","lookup.answered","watch.turned","connector.marked","connector.flagged","list.pushed","retention.swept","head.published","statement.made","reminder.sent","duty.mailed"]' ->> word, word)),
  subject TEXT NOT NULL AS (IIF(kind IS NULL, IIF(typeof(about) = 'integer', CAST(about AS TEXT), about),
    IIF(typeof(kind) = 'integer', '["","recordings/","audio/","calls/","certificates/","recording_holds/","suppressions/","consents/","lookups/","requests/","request_items/","request_states/","parties/"]' ->> kind, kind)
    || lower(substr(hex(about), 1, 8) || '-' || substr(hex(about), 9, 4) || '-' || substr(hex(about), 13, 4) || '-' || substr(hex(about), 17, 4) || '-' || substr(hex(about), 21))
    || IIF(more IS NULL, '', IIF(typeof(more) = 'integer', '@' || more, more)))),
  commitment TEXT NOT NULL AS (IIF(typeof(promise) = 'blob', lower(hex(promise)), promise)),
  prev TEXT NOT NULL AS (IIF(typeof(follows) = 'blob', lower(hex(follows)), follows)),
  hash TEXT NOT NULL AS (IIF(typeof(digest) = 'blob', lower(hex(digest)), digest)),
  mac TEXT AS (IIF(typeof(tag) = 'blob', lower(hex(tag)), tag))
);

-- audit_slices: how many move next, by its trigger. Before anything is changed it refuses what D1 could not end in time, and what was copied
-- ahead without the triggers that keep it as the rows of before are (scripts/ahead). Kept: within this file.
CREATE TABLE audit_slices (upto INTEGER);
CREATE TRIGGER audit_first AFTER INSERT ON audit_slices WHEN NEW.upto = 0
BEGIN
  SELECT RAISE(ABORT, 'There are more than 250,000 rows of the audit trail to move: npm run deploy copies them first (docs/deploy.md)')
  WHERE EXISTS (SELECT 1 FROM audit WHERE seq >= COALESCE((SELECT MAX(seq) + 1 FROM audit_rows), -9223372036854775807 - 1) LIMIT 1 OFFSET 250000);
  SELECT RAISE(ABORT, 'What was copied of rows of the audit trail was given up: npm run deploy copies them again (docs/deploy.md)')
  WHERE EXISTS (SELECT 1 FROM audit_rows) AND 3 <> (SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger'
    AND name IN ('audit_ahead_came', 'audit_ahead_changed', 'audit_ahead_went'));
END;
INSERT INTO audit_slices VALUES (0);
DROP TRIGGER audit_first;
DROP TRIGGER IF EXISTS audit_ahead_came;
DROP TRIGGER IF EXISTS audit_ahead_changed;
DROP TRIGGER IF EXISTS audit_ahead_went;
DROP VIEW IF EXISTS audit_ahead;

DROP TRIGGER audit_head;
DROP TRIGGER audit_no_update;
DROP TRIGGER audit_no_delete;
DROP TRIGGER audit_archives_chain;
DROP TRIGGER audit_archives_macs;
DROP TRIGGER suppressions_end;
DROP INDEX audit_subject;
DROP INDEX audit_code;
DROP INDEX audit_actor;
DROP INDEX audit_items;
ALTER TABLE audit RENAME TO audit_before;

-- audit: the same rows as the Worker reads and writes them. Nothing is stored.
CREATE VIEW audit AS
  SELECT seq, at, COALESCE((SELECT a.actor FROM audit_actors a WHERE a.num = who), '') AS actor, code, subject, commitment, prev, hash, mac
  FROM audit_rows;

-- LIMIT: or SQLite works the same out for each column again.
CREATE TRIGGER audit_put INSTEAD OF INSERT ON audit
BEGIN
  INSERT INTO audit_actors (actor) SELECT NEW.actor
    WHERE NEW.actor IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_actors WHERE actor = NEW.actor);
  INSERT INTO audit_rows (seq, moment, who, word, kind, about, more, promise, follows, digest, tag)
  SELECT NEW.seq,
    IIF(strftime('%Y-%m-%dT%H:%M:%S', t.ms / 1000, 'unixepoch') || printf('.%03dZ', t.ms % 1000) IS NEW.at, t.ms, NEW.at),
    (SELECT num FROM audit_actors WHERE actor = NEW.actor),
    COALESCE((SELECT key FROM json_each('["audit.bound","dial.passed","dial.held","dial.overridden","dial.refused","recording.added","recording.stored","recording.erased","recording.erasing","recording.erasure-failed","call.imported","call.fetched","call.matched","opened.recording-audio","opened.recording","opened.recordings","opened.calls","opened.dials","opened.find","opened.suppressions","opened.consents","opened.requests","opened.request","opened.audit","suppression.added","suppression.imported","suppression.ended","consent.recorded","consent.withdrawn","consent.imported","party.said","screening.opened","screening.part","lookup.answered","watch.turned","connector.marked","connector.flagged","list.pushed","retention.swept","head.published","statement.made","reminder.sent","duty.mailed"]') WHERE value = NEW.code), NEW.code),
    IIF(t.named, CASE substr(NEW.subject, 1, t.b - 1)
      WHEN '' THEN 0 WHEN 'recordings/' THEN 1 WHEN 'audio/' THEN 2 WHEN 'calls/' THEN 3
      WHEN 'certificates/' THEN 4 WHEN 'recording_holds/' THEN 5 WHEN 'suppressions/' THEN 6 WHEN 'consents/' THEN 7
      WHEN 'lookups/' THEN 8 WHEN 'requests/' THEN 9 WHEN 'request_items/' THEN 10 WHEN 'request_states/' THEN 11
      WHEN 'parties/' THEN 12
      ELSE substr(NEW.subject, 1, t.b - 1) END, NULL),
    CASE WHEN t.named THEN unhex(replace(substr(NEW.subject, t.b, 36), '-', ''))
      WHEN CAST(CAST(NEW.subject AS INTEGER) AS TEXT) IS NEW.subject THEN CAST(NEW.subject AS INTEGER) ELSE NEW.subject END,
    CASE WHEN NOT t.named OR substr(NEW.subject, t.b + 36) = '' THEN NULL WHEN '@' || CAST(substr(NEW.subject, t.b + 37) AS INTEGER) = substr(NEW.subject, t.b + 36) THEN CAST(substr(NEW.subject, t.b + 37) AS INTEGER) ELSE substr(NEW.subject, t.b + 36) END,
    IIF(lower(hex(unhex(NEW.commitment))) IS NEW.commitment, unhex(NEW.commitment), CAST(NEW.commitment AS TEXT)),
    IIF(lower(hex(unhex(NEW.prev))) IS NEW.prev, unhex(NEW.prev), CAST(NEW.prev AS TEXT)),
    IIF(lower(hex(unhex(NEW.hash))) IS NEW.hash, unhex(NEW.hash), CAST(NEW.hash AS TEXT)),
    IIF(lower(hex(unhex(NEW.mac))) IS NEW.mac, unhex(NEW.mac), CAST(NEW.mac AS TEXT))
  FROM (
    SELECT ms, b, u LIKE '________-____-____-____-____________' AND length(replace(u, '-', '')) = 32
      AND replace(u, '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.subject, char(0)) = 0 AND typeof(NEW.subject) = 'text' AS named
    FROM (SELECT ms, b, substr(NEW.subject, b, 36) AS u
      FROM (SELECT CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS ms,
        IIF(substr(NEW.subject, 37, 1) = '/', 1, instr(NEW.subject, '/') + 1) AS b))
    LIMIT 1) t;
END;

-- Refused below, as on the table of before.
CREATE TRIGGER audit_change INSTEAD OF UPDATE ON audit
BEGIN
  INSERT INTO audit_actors (actor) SELECT NEW.actor
    WHERE NEW.actor IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit_actors WHERE actor = NEW.actor);
  UPDATE audit_rows SET (seq, moment, who, word, kind, about, more, promise, follows, digest, tag) = (
  SELECT NEW.seq,
    IIF(strftime('%Y-%m-%dT%H:%M:%S', t.ms / 1000, 'unixepoch') || printf('.%03dZ', t.ms % 1000) IS NEW.at, t.ms, NEW.at),
    (SELECT num FROM audit_actors WHERE actor = NEW.actor),
    COALESCE((SELECT key FROM json_each('["audit.bound","dial.passed","dial.held","dial.overridden","dial.refused","recording.added","recording.stored","recording.erased","recording.erasing","recording.erasure-failed","call.imported","call.fetched","call.matched","opened.recording-audio","opened.recording","opened.recordings","opened.calls","opened.dials","opened.find","opened.suppressions","opened.consents","opened.requests","opened.request","opened.audit","suppression.added","suppression.imported","suppression.ended","consent.recorded","consent.withdrawn","consent.imported","party.said","screening.opened","screening.part","lookup.answered","watch.turned","connector.marked","connector.flagged","list.pushed","retention.swept","head.published","statement.made","reminder.sent","duty.mailed"]') WHERE value = NEW.code), NEW.code),
    IIF(t.named, CASE substr(NEW.subject, 1, t.b - 1)
      WHEN '' THEN 0 WHEN 'recordings/' THEN 1 WHEN 'audio/' THEN 2 WHEN 'calls/' THEN 3
      WHEN 'certificates/' THEN 4 WHEN 'recording_holds/' THEN 5 WHEN 'suppressions/' THEN 6 WHEN 'consents/' THEN 7
      WHEN 'lookups/' THEN 8 WHEN 'requests/' THEN 9 WHEN 'request_items/' THEN 10 WHEN 'request_states/' THEN 11
      WHEN 'parties/' THEN 12
      ELSE substr(NEW.subject, 1, t.b - 1) END, NULL),
    CASE WHEN t.named THEN unhex(replace(substr(NEW.subject, t.b, 36), '-', ''))
      WHEN CAST(CAST(NEW.subject AS INTEGER) AS TEXT) IS NEW.subject THEN CAST(NEW.subject AS INTEGER) ELSE NEW.subject END,
    CASE WHEN NOT t.named OR substr(NEW.subject, t.b + 36) = '' THEN NULL WHEN '@' || CAST(substr(NEW.subject, t.b + 37) AS INTEGER) = substr(NEW.subject, t.b + 36) THEN CAST(substr(NEW.subject, t.b + 37) AS INTEGER) ELSE substr(NEW.subject, t.b + 36) END,
    IIF(lower(hex(unhex(NEW.commitment))) IS NEW.commitment, unhex(NEW.commitment), CAST(NEW.commitment AS TEXT)),
    IIF(lower(hex(unhex(NEW.prev))) IS NEW.prev, unhex(NEW.prev), CAST(NEW.prev AS TEXT)),
    IIF(lower(hex(unhex(NEW.hash))) IS NEW.hash, unhex(NEW.hash), CAST(NEW.hash AS TEXT)),
    IIF(lower(hex(unhex(NEW.mac))) IS NEW.mac, unhex(NEW.mac), CAST(NEW.mac AS TEXT))
  FROM (
    SELECT ms, b, u LIKE '________-____-____-____-____________' AND length(replace(u, '-', '')) = 32
      AND replace(u, '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.subject, char(0)) = 0 AND typeof(NEW.subject) = 'text' AS named
    FROM (SELECT ms, b, substr(NEW.subject, b, 36) AS u
      FROM (SELECT CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS ms,
        IIF(substr(NEW.subject, 37, 1) = '/', 1, instr(NEW.subject, '/') + 1) AS b))
    LIMIT 1) t)
  WHERE seq = OLD.seq;
END;

CREATE TRIGGER audit_out INSTEAD OF DELETE ON audit
BEGIN
  DELETE FROM audit_rows WHERE seq = OLD.seq;
END;

-- Rows of before move by slices, as D1 gives a statement 30 seconds; the room of the indexes of before is theirs meanwhile. Of many
-- `npm run deploy` has copied nearly all by then, slice after slice by this trigger's statement.
CREATE TRIGGER audit_slice AFTER INSERT ON audit_slices
BEGIN
  INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
  SELECT seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit_before
  WHERE seq >= COALESCE((SELECT MAX(seq) + 1 FROM audit_rows), -9223372036854775807 - 1) ORDER BY seq LIMIT NEW.upto;
  SELECT RAISE(ABORT, 'audit: not all rows were moved')
  WHERE NEW.upto < 0 AND (SELECT COUNT(*) FROM audit_before) <> (SELECT COUNT(*) FROM audit_rows);
END;
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (-1);
DROP TABLE audit_slices;
DROP TABLE audit_before;

-- By what readers ask for, letter by letter; rows of one are in order of their number, which is that of time.
CREATE INDEX audit_code ON audit_rows (code);
CREATE INDEX audit_actor ON audit_rows (who);
CREATE INDEX audit_subject ON audit_rows (subject) WHERE subject <> '';
CREATE INDEX audit_items ON audit_rows (substr(subject, instr(subject, '/recording/') + 11))
  WHERE subject > 'request_items/' AND subject < 'request_items0' AND instr(subject, '/recording/') > 0;

-- What watches over rows, as before, on the rows themselves. No hash need be unique: REPLACE takes only the place of a row with the same
-- number, which the first refuses.
CREATE TRIGGER audit_head BEFORE INSERT ON audit_rows
WHEN NEW.seq IS NOT (SELECT MAX(seq) + 1 FROM audit_rows)
  OR NEW.prev IS NOT (SELECT hash FROM audit_rows ORDER BY seq DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'audit_head_moved');
END;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_rows BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_rows
WHEN OLD.seq = 0 OR OLD.seq > COALESCE((SELECT last_seq FROM audit_archives ORDER BY first_seq DESC LIMIT 1), 0)
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;

-- Nor is anybody else named by a row: REPLACE would take one away without asking the trigger for deletes. A number that SQLite has yet to
-- give is -1 here; below 1 it gives none.
CREATE TRIGGER audit_actors_once BEFORE INSERT ON audit_actors
WHEN EXISTS (SELECT 1 FROM audit_actors WHERE (num = NEW.num AND num > 0) OR actor = NEW.actor)
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;

CREATE TRIGGER audit_actors_no_update BEFORE UPDATE ON audit_actors BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

CREATE TRIGGER audit_actors_no_delete BEFORE DELETE ON audit_actors BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

-- What reads the trail beside them, as before.
CREATE TRIGGER audit_archives_chain BEFORE INSERT ON audit_archives
WHEN NEW.first_seq IS NOT (SELECT COALESCE(MAX(last_seq), 0) + 1 FROM audit_archives)
  OR NEW.last_hash IS NOT (SELECT hash FROM audit WHERE seq = NEW.last_seq)
  OR NEW.last_seq >= (SELECT MAX(seq) FROM audit)
  OR 'audit.archived ' || NEW.key IS NOT (SELECT code || ' ' || subject FROM audit ORDER BY seq DESC LIMIT 1)
BEGIN
  SELECT RAISE(ABORT, 'audit_archive_chain');
END;

CREATE TRIGGER audit_archives_macs BEFORE INSERT ON audit_archives
WHEN NEW.macs IS NULL
  AND EXISTS (SELECT 1 FROM audit WHERE seq BETWEEN NEW.first_seq AND NEW.last_seq AND mac IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'audit_archive_macs');
END;

CREATE TRIGGER suppressions_end AFTER UPDATE OF ended_at ON suppressions
WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.origin IS NULL
BEGIN
  INSERT OR IGNORE INTO changes (seq, kind, ref)
    SELECT (SELECT MAX(seq) FROM audit), 'number', '+' || number FROM suppressions
    WHERE origin = NEW.id AND ended_at IS NULL;
  UPDATE suppressions SET ended_at = NEW.ended_at, ended_by = NEW.ended_by, ended_reason = NEW.ended_reason
    WHERE origin = NEW.id AND ended_at IS NULL;
END;
