-- Before `wrangler rollback` to a Worker of before recordings lay in smaller rows (migration 0165): puts the table of before back, and has
-- the next upgrade apply 0165 again. As docs/deploy.md says.
DROP TRIGGER certificates_put;
DROP TRIGGER certificates_words;
DROP TRIGGER certificates_no_change;
DROP TRIGGER certificates_stay;
DROP VIEW certificates;
DROP VIEW holds;
DROP TRIGGER recording_holds_kept;
DROP TRIGGER request_files_no_recording;
DROP TRIGGER owners_free;
DROP TRIGGER owners_fixed;
DROP TRIGGER certificates_no_update;
DROP TRIGGER certificates_move;
DROP TRIGGER recordings_held;
DROP TRIGGER recordings_no_file;
DROP TRIGGER recordings_no_request;
DROP TRIGGER recordings_erased;
DROP TRIGGER recording_days_came;
DROP TRIGGER recording_days_changed;
DROP TRIGGER recording_days_went;
DROP TRIGGER closed_kept_out_erased;
DROP TRIGGER recordings_once;
DROP TRIGGER recordings_no_delete;
DROP TRIGGER recordings_named;
DROP TRIGGER recording_looks_of;
DROP TRIGGER certificates_of;
DROP INDEX recording_rows_id;
DROP INDEX recording_rows_ref;
DROP INDEX recording_rows_object;
DROP INDEX recording_rows_started;
DROP INDEX recording_rows_number;
DROP INDEX recording_rows_ends;
DROP INDEX recording_rows_agent;
DROP INDEX recording_rows_source;
DROP INDEX recording_rows_erase;
DROP INDEX recording_rows_late;
DROP INDEX recording_rows_flagged;
DROP INDEX recording_rows_failing;
DROP INDEX recording_rows_put_off;
DROP INDEX recording_rows_why;
DROP INDEX recording_rows_certified;
CREATE VIEW recordings_slim AS SELECT
    num AS rowid, id, (SELECT s.provider FROM recording_sources s WHERE s.num = source) AS provider, ref, provider_id, number,
    (SELECT a.agent FROM recording_agents a WHERE a.num = agent_num) AS agent, direction, started_at, started_on, seconds, store,
    (SELECT f.folder FROM recording_folders f WHERE f.num = recording_rows.folder) || rest AS object,
    (SELECT s.region FROM recording_sources s WHERE s.num = source) AS region, bytes, sha256, announced, purpose, flag, state,
    erase_after, rule, months, why, claim, due, not_before, failures, error,
    (SELECT s.by FROM recording_sources s WHERE s.num = source) AS by, at, etag, waits_until, storing_until, salt_high, salt_low, code,
    queued_until, audio_rev, audio_at, audio_past,
    IIF(audio_high IS NULL AND audio_code IS NOT NULL AND stage <> 2, ~salt_high, audio_high) AS audio_high,
    IIF(audio_low IS NULL AND audio_code IS NOT NULL AND stage <> 2, ~salt_low, audio_low) AS audio_low,
    audio_code, certified, commit_a, commit_b, commit_c, commit_d, was, source, agent_num
  FROM recording_rows;
DROP VIEW recordings;
CREATE TABLE recordings (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  ref TEXT NOT NULL UNIQUE,
  provider_id TEXT,
  number INTEGER,
  agent TEXT,
  direction TEXT CHECK (direction IN ('inbound', 'outbound')),
  started_at TEXT,
  started_on TEXT,
  seconds INTEGER,
  store TEXT NOT NULL CHECK (store IN ('r2', 's3', 'twilio', 'aircall')),
  object TEXT,
  region TEXT NOT NULL,
  bytes INTEGER,
  sha256 TEXT,
  announced INTEGER CHECK (announced IN (0, 1)),
  purpose TEXT,
  flag TEXT,
  state TEXT NOT NULL DEFAULT 'kept' CHECK (state IN ('kept', 'erasing', 'erased')),
  erase_after TEXT NOT NULL,
  rule TEXT NOT NULL CHECK (rule IN ('retention', 'outside-regions', 'hand')),
  months INTEGER NOT NULL,
  why TEXT NOT NULL DEFAULT '',
  claim TEXT,
  due TEXT,
  not_before TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL, etag TEXT, waits_until TEXT, storing_until TEXT, salt_high INTEGER, salt_low INTEGER, code INTEGER, queued_until TEXT, audio_rev INTEGER NOT NULL DEFAULT 0, audio_at TEXT, audio_past TEXT, audio_high INTEGER, audio_low INTEGER, audio_code INTEGER, certified INTEGER, commit_a INTEGER, commit_b INTEGER, commit_c INTEGER, commit_d INTEGER, was INTEGER,
  CHECK (state <> 'erased' OR COALESCE(provider_id, number, agent, direction, started_at, started_on, seconds, object,
    bytes, sha256, announced, purpose, flag) IS NULL),
  CHECK (state = 'erased' OR (provider_id IS NOT NULL AND started_at IS NOT NULL AND object IS NOT NULL))
);
CREATE TABLE recordings_slices (upto INTEGER);
CREATE TRIGGER recordings_slice AFTER INSERT ON recordings_slices
BEGIN
  INSERT INTO recordings (
    rowid, id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region, bytes,
    sha256, announced, purpose, flag, state, erase_after, rule, months, why, claim, due, not_before, failures, error, by, at, etag,
    waits_until, storing_until, salt_high, salt_low, code, queued_until, audio_rev, audio_at, audio_past, audio_high, audio_low,
    audio_code, certified, commit_a, commit_b, commit_c, commit_d, was)
  SELECT
    rowid, id, provider, ref, provider_id, number, agent, direction, started_at, started_on, seconds, store, object, region, bytes,
    sha256, announced, purpose, flag, state, erase_after, rule, months, why, claim, due, not_before, failures, error, by, at, etag,
    waits_until, storing_until, salt_high, salt_low, code, queued_until, audio_rev, audio_at, audio_past, audio_high, audio_low,
    audio_code, certified, commit_a, commit_b, commit_c, commit_d, was
  FROM recordings_slim WHERE rowid > (SELECT COALESCE(MAX(rowid), 0) FROM recordings) ORDER BY rowid LIMIT NEW.upto;
END;
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (-1);
DROP TABLE recordings_slices;

ALTER TABLE recording_holds RENAME TO recording_holds_before;
DROP INDEX recording_holds_live;
DROP INDEX recording_holds_recording;
DROP INDEX recording_holds_released;
CREATE TABLE recording_holds (
  id TEXT PRIMARY KEY,
  recording TEXT NOT NULL REFERENCES recordings (id),
  reason TEXT NOT NULL,
  review_on TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  released_at TEXT,
  released_by TEXT,
  released_why TEXT
, rev INTEGER NOT NULL DEFAULT 0, changed_at TEXT, past TEXT, salt_high INTEGER, salt_low INTEGER, code INTEGER);
INSERT INTO recording_holds SELECT
  id, recording, reason, review_on, by, at, released_at, released_by, released_why, rev, changed_at, past, salt_high, salt_low, code
  FROM recording_holds_before;
DROP TABLE recording_holds_before;
CREATE UNIQUE INDEX recording_holds_live ON recording_holds (recording) WHERE released_at IS NULL;
CREATE INDEX recording_holds_recording ON recording_holds (recording);
CREATE INDEX recording_holds_released ON recording_holds (released_at) WHERE released_at IS NOT NULL;

ALTER TABLE recording_looks RENAME TO recording_looks_before;
CREATE TABLE recording_looks (
  recording TEXT PRIMARY KEY REFERENCES recordings (id),
  before TEXT NOT NULL,
  now TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  why TEXT NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  at TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO recording_looks SELECT
  recording, before, now, bytes, why, by, at
  FROM recording_looks_before;
DROP TABLE recording_looks_before;


ALTER TABLE certificates_apart RENAME TO certificates_apart_before;
DROP INDEX certificates_erased;
DROP INDEX certificates_why;
CREATE TABLE certificates_apart (
  recording TEXT PRIMARY KEY REFERENCES recordings (id),
  provider TEXT NOT NULL,
  store TEXT NOT NULL,
  region TEXT NOT NULL,
  erase_after TEXT NOT NULL,
  rule TEXT NOT NULL,
  months INTEGER NOT NULL,
  why TEXT NOT NULL,
  erased_at TEXT NOT NULL,
  commitment TEXT NOT NULL
, salt_high INTEGER, salt_low INTEGER, code INTEGER, was TEXT CHECK (was IN ('there', 'missing')), erased TEXT) WITHOUT ROWID;
INSERT INTO certificates_apart SELECT
  recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high, salt_low, code, was, erased
  FROM certificates_apart_before;
DROP TABLE certificates_apart_before;
CREATE INDEX certificates_erased ON certificates_apart (erased_at, recording);
CREATE INDEX certificates_why ON certificates_apart (recording) WHERE why <> '';
DROP VIEW recordings_slim;
DROP TABLE recording_rows;
DROP TABLE recording_sources;
DROP TABLE recording_agents;
DROP TABLE recording_folders;

CREATE UNIQUE INDEX recordings_object ON recordings (store, object) WHERE state <> 'erased';
CREATE INDEX recordings_ends ON recordings (number % 100000) WHERE state <> 'erased';
CREATE INDEX recordings_why ON recordings (id) WHERE why <> '';
CREATE INDEX recordings_certified ON recordings (certified) WHERE certified IS NOT NULL;
CREATE INDEX recordings_started ON recordings (unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX recordings_number ON recordings (number, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX recordings_erase ON recordings (erase_after) WHERE state <> 'erased';
CREATE INDEX recordings_at ON recordings (unixepoch(at));
CREATE INDEX recordings_agent ON recordings (agent, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX recordings_region ON recordings (region, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX recordings_provider ON recordings (provider, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX recordings_flagged ON recordings (unixepoch(started_at)) WHERE flag IS NOT NULL AND state <> 'erased';
CREATE INDEX recordings_failing ON recordings (unixepoch(started_at)) WHERE failures > 0 AND state <> 'erased';
CREATE INDEX recordings_put_off ON recordings (not_before) WHERE not_before IS NOT NULL AND state <> 'erased';

CREATE TRIGGER recordings_held BEFORE UPDATE ON recordings
WHEN NEW.state <> 'kept' AND EXISTS (SELECT 1 FROM holds h WHERE h.recording = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'recording_held');
END;

CREATE TRIGGER recordings_no_file BEFORE INSERT ON recordings
WHEN EXISTS (SELECT 1 FROM request_files WHERE object = NEW.object AND store = NEW.store AND erased_at IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

CREATE TRIGGER recordings_no_request BEFORE INSERT ON recordings
WHEN NEW.store IN ('r2', 's3') AND NEW.object >= 'requests/' AND NEW.object < 'requests0'
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

CREATE TRIGGER recordings_erased BEFORE UPDATE ON recordings
WHEN OLD.state = 'erased' AND (OLD.certified IS NOT NULL OR NEW.state <> 'erased' OR NEW.id IS NOT OLD.id
  OR (NEW.certified IS NULL AND ((OLD.salt_high IS 0 AND OLD.salt_low IS 0)
    OR NEW.salt_high IS NOT 0 OR NEW.salt_low IS NOT 0 OR NEW.code IS NOT OLD.code))
  OR NEW.provider IS NOT OLD.provider OR NEW.ref IS NOT OLD.ref OR NEW.store IS NOT OLD.store OR NEW.region IS NOT OLD.region
  OR NEW.erase_after IS NOT OLD.erase_after OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.why IS NOT OLD.why
  OR NEW.by IS NOT OLD.by OR NEW.at IS NOT OLD.at)
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

CREATE TRIGGER recording_days_came AFTER INSERT ON recordings
WHEN NEW.state <> 'erased' AND NEW.id <= (SELECT value FROM marks WHERE name = 'recordings-counted')
BEGIN
  INSERT INTO recording_days
  SELECT NEW.erase_after, IIF(policys, NEW.started_on, ''),
    policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= NEW.started_at AND NEW.started_at < until), 1
  FROM (SELECT NEW.state = 'kept' AND NEW.rule = 'retention' AND NEW.started_on IS NOT NULL AS policys)
  WHERE TRUE
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER recording_days_changed AFTER UPDATE OF state, rule, erase_after ON recordings
WHEN (OLD.state <> NEW.state OR OLD.rule <> NEW.rule OR OLD.erase_after <> NEW.erase_after)
  AND OLD.id <= (SELECT value FROM marks WHERE name = 'recordings-counted')
BEGIN
  UPDATE recording_days SET n = n - 1
  WHERE OLD.state <> 'erased' AND erase_after = OLD.erase_after
    AND (started_on, claims) = (
      SELECT IIF(policys, OLD.started_on, ''),
        policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= OLD.started_at AND OLD.started_at < until)
      FROM (SELECT OLD.state = 'kept' AND OLD.rule = 'retention' AND OLD.started_on IS NOT NULL AS policys));
  DELETE FROM recording_days WHERE erase_after = OLD.erase_after AND n < 1;
  INSERT INTO recording_days
  SELECT NEW.erase_after, IIF(policys, NEW.started_on, ''),
    policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= NEW.started_at AND NEW.started_at < until), 1
  FROM (SELECT NEW.state = 'kept' AND NEW.rule = 'retention' AND NEW.started_on IS NOT NULL AS policys)
  WHERE NEW.state <> 'erased'
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER recording_days_went AFTER DELETE ON recordings
WHEN OLD.state <> 'erased' AND OLD.id <= (SELECT value FROM marks WHERE name = 'recordings-counted')
BEGIN
  UPDATE recording_days SET n = n - 1
  WHERE erase_after = OLD.erase_after
    AND (started_on, claims) = (
      SELECT IIF(policys, OLD.started_on, ''),
        policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= OLD.started_at AND OLD.started_at < until)
      FROM (SELECT OLD.state = 'kept' AND OLD.rule = 'retention' AND OLD.started_on IS NOT NULL AS policys));
  DELETE FROM recording_days WHERE erase_after = OLD.erase_after AND n < 1;
END;

CREATE TRIGGER closed_kept_out_erased AFTER UPDATE OF state ON recordings WHEN NEW.state = 'erased'
BEGIN
  UPDATE closed_kept_out SET gone = 1 WHERE id = NEW.id;
END;

CREATE TRIGGER recordings_once BEFORE INSERT ON recordings
WHEN NEW.state <> 'erased' AND length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AND (EXISTS (
  SELECT 1 FROM closed_recordings
  WHERE name = (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$')
) OR EXISTS (
  SELECT 1 FROM closed_kept
  WHERE name = (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$')
))
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: recordings.ref');
END;

CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recordings
WHEN NOT (OLD.state = 'erased' AND OLD.certified IS NOT NULL AND EXISTS (
  SELECT 1 FROM closed_recordings c
  CROSS JOIN closed_certificates f ON f.first = (SELECT MAX(w.first) FROM closed_certificates w WHERE w.first <= c.num)
  WHERE c.name = (('0x' || substr(OLD.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(OLD.ref, 9, 8)) ->> '$')
    AND c.num <= f.last
)) AND NOT (OLD.state = 'kept' AND EXISTS (
  SELECT 1 FROM closed_kept c
  CROSS JOIN closed_kept_files f ON f.first = (SELECT MAX(w.first) FROM closed_kept_files w WHERE w.first <= c.num)
  WHERE c.name = (('0x' || substr(OLD.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(OLD.ref, 9, 8)) ->> '$')
    AND c.num <= f.last
))
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

CREATE VIEW certificates AS
  SELECT recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high, salt_low, code, was,
    erased, CAST(round(unixepoch(erased_at, 'subsec') * 1000) AS INTEGER) AS moment
  FROM certificates_apart c
  -- A recording has one: nobody adds another to that in its row.
  WHERE NOT EXISTS (SELECT 1 FROM recordings r WHERE r.id = c.recording AND r.certified IS NOT NULL)
  UNION ALL
  -- Of the same types, or SQLite reads all to find one.
  SELECT id, provider, store, region, erase_after, rule, months, CAST('' AS TEXT),
    CAST(strftime('%Y-%m-%dT%H:%M:%fZ', certified / 1000.0, 'unixepoch') AS TEXT),
    CAST(printf('%016x%016x%016x%016x', commit_a, commit_b, commit_c, commit_d) AS TEXT), salt_high, salt_low, code,
    CAST('["missing","there"]' ->> was AS TEXT), CAST(NULL AS TEXT), certified
  FROM recordings WHERE certified IS NOT NULL;

CREATE VIEW holds AS
  SELECT id, recording, reason, review_on, by, at, CAST(NULL AS TEXT) AS request FROM recording_holds WHERE released_at IS NULL
  UNION ALL
  SELECT q.id, i.ref, q.ref, q.decide_by, q.by, q.at, q.id
  FROM request_items i JOIN requests q ON q.id = i.request JOIN recordings x ON x.id = i.ref
  WHERE i.kind = 'recording' AND i.verdict <> 'rejected' AND q.kind = 'access' AND q.closed_at IS NULL AND x.state = 'kept';

CREATE TRIGGER recording_holds_kept BEFORE INSERT ON recording_holds
WHEN (SELECT state FROM recordings WHERE id = NEW.recording) IS NOT 'kept'
BEGIN
  SELECT RAISE(ABORT, 'recording_erasing');
END;

CREATE TRIGGER request_files_no_recording BEFORE INSERT ON request_files
WHEN EXISTS (SELECT 1 FROM recordings WHERE store = NEW.store AND object = NEW.object AND state <> 'erased')
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

CREATE TRIGGER certificates_put INSTEAD OF INSERT ON certificates
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: certificates.recording')
  WHERE EXISTS (SELECT 1 FROM certificates WHERE recording = NEW.recording);
  UPDATE recordings SET certified = CAST(round(unixepoch(NEW.erased_at, 'subsec') * 1000) AS INTEGER),
    commit_a = (('0x' || substr(NEW.commitment, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 9, 8)) ->> '$'),
    commit_b = (('0x' || substr(NEW.commitment, 17, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 25, 8)) ->> '$'),
    commit_c = (('0x' || substr(NEW.commitment, 33, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 41, 8)) ->> '$'),
    commit_d = (('0x' || substr(NEW.commitment, 49, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 57, 8)) ->> '$'),
    was = NEW.was = 'there', salt_high = NEW.salt_high, salt_low = NEW.salt_low, code = NEW.code
  WHERE id = NEW.recording AND certified IS NULL AND NEW.why = '' AND NEW.erased IS NULL AND (code IS NULL) = (NEW.code IS NULL)
    AND provider = NEW.provider AND store = NEW.store AND region = NEW.region AND erase_after = NEW.erase_after AND rule = NEW.rule
    AND months = NEW.months AND typeof(NEW.months) = 'integer'
    AND length(NEW.commitment) = 64 AND NEW.commitment NOT GLOB '*[^0-9a-f]*'
    AND strftime('%Y-%m-%dT%H:%M:%fZ', CAST(round(unixepoch(NEW.erased_at, 'subsec') * 1000) AS INTEGER) / 1000.0, 'unixepoch')
      = NEW.erased_at;
  INSERT INTO certificates_apart (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment,
    salt_high, salt_low, code, was, erased)
  SELECT NEW.recording, NEW.provider, NEW.store, NEW.region, NEW.erase_after, NEW.rule, NEW.months, NEW.why, NEW.erased_at,
    NEW.commitment, NEW.salt_high, NEW.salt_low, NEW.code, NEW.was, NEW.erased
  WHERE NOT EXISTS (SELECT 1 FROM recordings WHERE id = NEW.recording AND certified IS NOT NULL);
  UPDATE recordings SET salt_high = 0, salt_low = 0
  WHERE id = NEW.recording AND state = 'erasing' AND code IS NOT NULL AND certified IS NULL;
END;

CREATE TRIGGER certificates_words INSTEAD OF UPDATE ON certificates
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only') WHERE NOT EXISTS (SELECT 1 FROM certificates_apart WHERE recording = OLD.recording);
  UPDATE certificates_apart SET why = NEW.why, erased = NEW.erased, salt_high = NEW.salt_high, salt_low = NEW.salt_low
  WHERE recording = OLD.recording;
END;

CREATE TRIGGER certificates_no_change
INSTEAD OF UPDATE OF recording, provider, store, region, erase_after, rule, months, erased_at, commitment, code, was, moment
ON certificates
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

CREATE TRIGGER certificates_stay INSTEAD OF DELETE ON certificates
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

CREATE TRIGGER owners_free BEFORE INSERT ON owners
WHEN NEW.prefix GLOB 'recordings/*' OR EXISTS (
  SELECT 1 FROM recordings r WHERE r.state <> 'erased' AND r.store IN ('r2', 's3')
    AND r.object >= NEW.prefix AND r.object < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
    AND r.by <> NEW.id
    AND (r.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'integration')))
  OR EXISTS (
  SELECT 1 FROM closed_kept_folders k
  WHERE k.folder >= NEW.prefix AND k.folder < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0' AND k.by <> NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;

CREATE TRIGGER owners_fixed BEFORE UPDATE ON owners
WHEN NEW.id IS NOT OLD.id OR ((NEW.prefix IS NOT OLD.prefix OR NEW.at IS NOT OLD.at) AND (
  NOT EXISTS (SELECT 1 FROM owners_guessed g WHERE g.id = OLD.id)
  OR EXISTS (
    SELECT 1 FROM owners o WHERE o.id <> OLD.id
      AND (substr(NEW.prefix, 1, length(o.prefix)) = o.prefix OR substr(o.prefix, 1, length(NEW.prefix)) = NEW.prefix))
  OR NEW.prefix GLOB 'recordings/*'
  OR EXISTS (
    SELECT 1 FROM recordings r WHERE r.state <> 'erased' AND r.store IN ('r2', 's3')
      AND r.object >= NEW.prefix AND r.object < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
      AND r.by <> NEW.id
      AND (r.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = r.by AND p.kind = 'integration')))
  OR EXISTS (
    SELECT 1 FROM closed_kept_folders k
    WHERE k.folder >= NEW.prefix AND k.folder < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0' AND k.by <> NEW.id)))
BEGIN
  SELECT RAISE(ABORT, 'owner_prefix');
END;

CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates_apart
WHEN NEW.why <> '' OR OLD.why = '' OR NEW.recording IS NOT OLD.recording OR NEW.provider IS NOT OLD.provider
  OR NEW.store IS NOT OLD.store OR NEW.region IS NOT OLD.region OR NEW.erase_after IS NOT OLD.erase_after
  OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.erased_at IS NOT OLD.erased_at
  OR NEW.commitment IS NOT OLD.commitment OR NEW.was IS NOT OLD.was OR NEW.code IS NOT OLD.code
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;

CREATE TRIGGER certificates_move AFTER DELETE ON certificates_apart
BEGIN
  INSERT INTO certificates (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high,
    salt_low, code, was, erased)
  VALUES (OLD.recording, OLD.provider, OLD.store, OLD.region, OLD.erase_after, OLD.rule, OLD.months, OLD.why, OLD.erased_at,
    OLD.commitment, OLD.salt_high, OLD.salt_low, OLD.code, OLD.was, OLD.erased);
END;

DELETE FROM d1_migrations WHERE name = '0165_recordings_slim.sql';
