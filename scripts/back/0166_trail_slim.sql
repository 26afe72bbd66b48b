-- Before `wrangler rollback` to a Worker of before the trail lay in smaller rows (migration 0166): puts the table of before back, and has the
-- next upgrade apply 0166 again. As docs/deploy.md says.
DROP TRIGGER audit_head;
DROP TRIGGER audit_no_update;
DROP TRIGGER audit_no_delete;
DROP TRIGGER audit_actors_once;
DROP TRIGGER audit_actors_no_update;
DROP TRIGGER audit_actors_no_delete;
DROP TRIGGER audit_archives_chain;
DROP TRIGGER audit_archives_macs;
DROP TRIGGER suppressions_end;
DROP INDEX audit_code;
DROP INDEX audit_actor;
DROP INDEX audit_subject;
DROP INDEX audit_items;
DROP VIEW audit;
CREATE VIEW audit_slim AS
  SELECT seq, at, COALESCE((SELECT a.actor FROM audit_actors a WHERE a.num = who), '') AS actor, code, subject, commitment, prev, hash, mac
  FROM audit_rows;
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  code TEXT NOT NULL,
  subject TEXT NOT NULL,
  commitment TEXT NOT NULL,
  prev TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
, mac TEXT);
CREATE TABLE audit_slices (upto INTEGER);
CREATE TRIGGER audit_slice AFTER INSERT ON audit_slices
BEGIN
  INSERT INTO audit (seq, at, actor, code, subject, commitment, prev, hash, mac)
  SELECT seq, at, actor, code, subject, commitment, prev, hash, mac FROM audit_slim
  WHERE seq >= COALESCE((SELECT MAX(seq) + 1 FROM audit), -9223372036854775807 - 1) ORDER BY seq LIMIT NEW.upto;
END;
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (100000);
INSERT INTO audit_slices VALUES (-1);
DROP TABLE audit_slices;
DROP VIEW audit_slim;
DROP TABLE audit_rows;
DROP TABLE audit_actors;

CREATE INDEX audit_subject ON audit (subject, at) WHERE subject <> '';
CREATE INDEX audit_code ON audit (code);
CREATE INDEX audit_actor ON audit (actor);
CREATE INDEX audit_items ON audit (substr(subject, instr(subject, '/recording/') + 11))
  WHERE subject > 'request_items/' AND subject < 'request_items0' AND instr(subject, '/recording/') > 0;

CREATE TRIGGER audit_head BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT MAX(seq) + 1 FROM audit)
  OR NEW.prev IS NOT (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)
  OR EXISTS (SELECT 1 FROM audit WHERE hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'audit_head_moved');
END;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
WHEN OLD.seq = 0 OR OLD.seq > COALESCE((SELECT last_seq FROM audit_archives ORDER BY first_seq DESC LIMIT 1), 0)
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;

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

DELETE FROM d1_migrations WHERE name = '0166_trail_slim.sql';
