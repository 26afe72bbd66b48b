-- Recordings, rebuilt as calls were (0125): the same rows in half of the bytes, as those of a company that records each call fill the
-- database. What is read and written under their name is a view with the columns of before, letter by letter.

-- recording_sources: which integration, webhook or person brought recordings of which provider, and the region of the store. No personal
-- data but who brought them, as the rows of before had.
-- Kept: for good.
CREATE TABLE IF NOT EXISTS recording_sources (
  num INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  by TEXT NOT NULL,
  region TEXT NOT NULL,
  UNIQUE (provider, by, region)
);

-- recording_agents: agents as systems name them, each once. Kept: until no recording that is kept here names them.
CREATE TABLE IF NOT EXISTS recording_agents (
  num INTEGER PRIMARY KEY,
  agent TEXT NOT NULL UNIQUE
);

-- recording_folders: where objects lie in a store, as far as many have that in common: up to the last slash of a key that has a
-- number behind it; of others, what is empty. Kept: until no recording that is kept here lies there.
CREATE TABLE IF NOT EXISTS recording_folders (
  num INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  folder TEXT NOT NULL,
  UNIQUE (folder, place)
);

-- recording_rows: where recordings lie (0007, 0034, 0035, 0095 and 0100 have what each column of theirs says). `key` is the bytes of
-- `id`, `name` those of `ref`, `sha` of `sha256`, `tag` of `etag`, `commitment` of `commit_a` to `commit_d`, and `tail` of the
-- 32 hex digits in which `provider_id` ends, behind `sid`; what is no such value is text, as it was written. `began` and `came` are
-- `started_at` and `at` in milliseconds, `until` is `erase_after` in days since 1970; `began_on` is 0 where `started_on` is the day of
-- `began` in UTC. `source` names provider, region and who brought it; `place`, `inbound`, `aim`, `stage` and `ruled` are places in the
-- lists of the words below them. `folder` names where its object lies, and `leaf` is the rest of that
-- (of one that begins with a UUID its 16 bytes, and the bytes behind it); of a `provider_id` that ends in a UUID `sid` is bytes. `audio_high` and `audio_low` are
-- null where the audio's seed is the row's with each bit inverted, as it is of what is registered with its audio; once it is
-- erased, it has none. `more`: what few have (JSON), null for none of it; an `audio_past` of `[]` is
-- that of all with an `audio_rev`.
-- Kept: as recordings; erased, what the README names.
CREATE TABLE IF NOT EXISTS recording_rows (
  num INTEGER PRIMARY KEY,
  key NOT NULL,
  name NOT NULL,
  source INTEGER NOT NULL,
  place INTEGER NOT NULL CHECK (place IN (0, 1, 2, 3)),
  number INTEGER,
  agent_num INTEGER,
  inbound INTEGER CHECK (inbound IN (0, 1)),
  began,
  began_on,
  seconds INTEGER,
  sid,
  tail,
  folder INTEGER,
  leaf,
  bytes INTEGER,
  sha,
  tag,
  told INTEGER CHECK (told IN (0, 1)),
  aim,
  stage INTEGER NOT NULL CHECK (stage IN (0, 1, 2)),
  until NOT NULL,
  ruled INTEGER NOT NULL CHECK (ruled IN (0, 1, 2)),
  months INTEGER NOT NULL,
  more TEXT,
  came NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  audio_rev INTEGER NOT NULL,
  audio_high INTEGER,
  audio_low INTEGER,
  audio_code INTEGER,
  certified INTEGER,
  commitment,
  id TEXT NOT NULL AS (IIF(typeof(key) = 'blob', lower(substr(hex(key), 1, 8) || '-' || substr(hex(key), 9, 4) || '-'
    || substr(hex(key), 13, 4) || '-' || substr(hex(key), 17, 4) || '-' || substr(hex(key), 21)), key)),
  ref TEXT AS (IIF(typeof(name) = 'blob', lower(hex(name)), name)),
  provider_id TEXT AS (CASE WHEN tail IS NULL THEN sid WHEN typeof(sid) = 'blob' THEN CAST(sid AS TEXT) || lower(substr(hex(tail), 1, 8) || '-' || substr(hex(tail), 9, 4) || '-' || substr(hex(tail), 13, 4) || '-' || substr(hex(tail), 17, 4) || '-' || substr(hex(tail), 21, 12))
    ELSE sid || lower(hex(tail)) END),
  rest TEXT AS (IIF(typeof(leaf) = 'blob', lower(substr(hex(leaf), 1, 8) || '-' || substr(hex(leaf), 9, 4) || '-' || substr(hex(leaf), 13, 4) || '-' || substr(hex(leaf), 17, 4) || '-' || substr(hex(leaf), 21, 12)) || CAST(substr(leaf, 17) AS TEXT), leaf)),
  direction TEXT AS ('["outbound","inbound"]' ->> inbound),
  started_at TEXT AS (IIF(typeof(began) = 'integer', strftime('%Y-%m-%dT%H:%M:%fZ', began / 1000.0, 'unixepoch'), began)),
  started_on TEXT AS (IIF(began_on = 0, date(began / 1000, 'unixepoch'), began_on)),
  store TEXT AS ('["r2","s3","twilio","aircall"]' ->> place),
  sha256 TEXT AS (IIF(typeof(sha) = 'blob', lower(hex(sha)), sha)),
  etag TEXT AS (IIF(typeof(tag) = 'blob', lower(hex(tag)), tag)),
  announced INTEGER AS (told),
  purpose TEXT AS (IIF(typeof(aim) = 'integer', '["training","quality","protection","request"]' ->> aim, aim)),
  state TEXT AS ('["kept","erasing","erased"]' ->> stage),
  erase_after TEXT AS (IIF(typeof(until) = 'integer', date(until * 86400, 'unixepoch'), until)),
  rule TEXT AS ('["retention","outside-regions","hand"]' ->> ruled),
  at TEXT AS (IIF(typeof(came) = 'integer', strftime('%Y-%m-%dT%H:%M:%fZ', (came + IIF(typeof(began) = 'integer', began, 0)) / 1000.0, 'unixepoch'), came)),
  flag TEXT AS (more ->> 'flag'),
  why TEXT AS (COALESCE(more ->> 'why', '')),
  claim TEXT AS (more ->> 'claim'),
  due TEXT AS (more ->> 'due'),
  not_before TEXT AS (more ->> 'not_before'),
  failures INTEGER AS (COALESCE(more ->> 'failures', 0)),
  error TEXT AS (more ->> 'error'),
  waits_until TEXT AS (more ->> 'waits_until'),
  storing_until TEXT AS (more ->> 'storing_until'),
  queued_until TEXT AS (more ->> 'queued_until'),
  audio_at TEXT AS (more ->> 'audio_at'),
  audio_past TEXT AS (IIF(more ->> 'audio_past' IS NULL, IIF(audio_rev > 0, '[]', NULL), NULLIF(more ->> 'audio_past', ''))),
  commit_a INTEGER AS (IIF(commitment IS NULL, NULL, (('0x' || substr(hex(commitment), 1, 8)) ->> '$') << 32 | (('0x' || substr(hex(commitment), 9, 8)) ->> '$'))),
  commit_b INTEGER AS (IIF(commitment IS NULL, NULL, (('0x' || substr(hex(commitment), 17, 8)) ->> '$') << 32 | (('0x' || substr(hex(commitment), 25, 8)) ->> '$'))),
  commit_c INTEGER AS (IIF(commitment IS NULL, NULL, (('0x' || substr(hex(commitment), 33, 8)) ->> '$') << 32 | (('0x' || substr(hex(commitment), 41, 8)) ->> '$'))),
  commit_d INTEGER AS (IIF(commitment IS NULL, NULL, (('0x' || substr(hex(commitment), 49, 8)) ->> '$') << 32 | (('0x' || substr(hex(commitment), 57, 8)) ->> '$'))),
  was INTEGER AS (IIF(length(commitment) = 33, substr(commitment, 33) = x'01', NULL)),
  CHECK (stage <> 2 OR COALESCE(sid, tail, number, agent_num, inbound, began, began_on, seconds, leaf, bytes, sha, told, aim,
    more ->> 'flag') IS NULL),
  CHECK (stage = 2 OR (sid IS NOT NULL AND began IS NOT NULL AND leaf IS NOT NULL))
);

-- recordings_slices: how many move next, by its trigger. Before anything is changed it refuses what D1 could not end in time, and what was copied
-- ahead without the triggers that keep it as the rows of before are (scripts/ahead). Kept: within this file.
CREATE TABLE recordings_slices (upto INTEGER);
CREATE TRIGGER recordings_first AFTER INSERT ON recordings_slices WHEN NEW.upto = 0
BEGIN
  SELECT RAISE(ABORT, 'There are more than 250,000 recordings to move: npm run deploy copies them first (docs/deploy.md)')
  WHERE EXISTS (SELECT 1 FROM recordings WHERE rowid >= COALESCE((SELECT MAX(num) + 1 FROM recording_rows), -9223372036854775807 - 1) LIMIT 1 OFFSET 250000);
  SELECT RAISE(ABORT, 'What was copied of recordings was given up: npm run deploy copies them again (docs/deploy.md)')
  WHERE EXISTS (SELECT 1 FROM recording_rows) AND 3 <> (SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger'
    AND name IN ('recordings_ahead_came', 'recordings_ahead_changed', 'recordings_ahead_went'));
END;
INSERT INTO recordings_slices VALUES (0);
DROP TRIGGER recordings_first;
DROP TRIGGER IF EXISTS recordings_ahead_came;
DROP TRIGGER IF EXISTS recordings_ahead_changed;
DROP TRIGGER IF EXISTS recordings_ahead_went;
DROP VIEW IF EXISTS recordings_ahead;

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
DROP INDEX recordings_object;
DROP INDEX recordings_ends;
DROP INDEX recordings_why;
DROP INDEX recordings_certified;
DROP INDEX recordings_started;
DROP INDEX recordings_number;
DROP INDEX recordings_erase;
DROP INDEX recordings_at;
DROP INDEX recordings_agent;
DROP INDEX recordings_region;
DROP INDEX recordings_provider;
DROP INDEX recordings_flagged;
DROP INDEX recordings_failing;
DROP INDEX recordings_put_off;
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
ALTER TABLE recordings RENAME TO recordings_before;

-- recordings: the same rows as the Worker reads and writes them. Nothing is stored.
CREATE VIEW recordings AS
  SELECT
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

CREATE TRIGGER recordings_put INSTEAD OF INSERT ON recordings
BEGIN
  INSERT INTO recording_sources (provider, by, region) SELECT NEW.provider, NEW.by, NEW.region
    WHERE NEW.provider IS NOT NULL AND NEW.by IS NOT NULL AND NEW.region IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO recording_agents (agent) SELECT NEW.agent WHERE NEW.agent IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO recording_folders (place, folder) SELECT t.place, t.folder FROM (SELECT
      CASE NEW.store WHEN 'r2' THEN 0 WHEN 's3' THEN 1 WHEN 'twilio' THEN 2 WHEN 'aircall' THEN 3 ELSE NEW.store END AS place,
      IIF(substr(NEW.object, length(rtrim(NEW.object, replace(NEW.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(NEW.object, replace(NEW.object, '/', '')), IIF(NEW.object IS NULL, NULL, '')) AS folder) t
    WHERE t.place IS NOT NULL AND t.folder IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO recording_rows (
    num, key, name, source, place, number, agent_num, inbound, began, began_on, seconds, sid, tail, folder, leaf, bytes, sha, tag, told, aim,
    stage, until, ruled, months, more, came, salt_high, salt_low, code, audio_rev, audio_high, audio_low, audio_code, certified,
    commitment)
  SELECT NEW.rowid,
    IIF(t.named, unhex(t.plain), NEW.id),
    IIF(t.hashed, unhex(NEW.ref), NEW.ref),
    (SELECT num FROM recording_sources s WHERE s.provider = NEW.provider AND s.by = NEW.by AND s.region = NEW.region),
    CASE NEW.store WHEN 'r2' THEN 0 WHEN 's3' THEN 1 WHEN 'twilio' THEN 2 WHEN 'aircall' THEN 3 ELSE NEW.store END,
    NEW.number,
    (SELECT num FROM recording_agents WHERE agent = NEW.agent),
    CASE NEW.direction WHEN 'outbound' THEN 0 WHEN 'inbound' THEN 1 ELSE NEW.direction END,
    IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.began / 1000.0, 'unixepoch') IS NEW.started_at, t.began, NEW.started_at),
    IIF(date(t.began / 1000, 'unixepoch') IS NEW.started_on, IIF(NEW.started_on IS NULL, NULL, 0), NEW.started_on),
    NEW.seconds,
    CASE WHEN t.sided THEN substr(NEW.provider_id, 1, length(NEW.provider_id) - 32)
      WHEN t.dashed THEN CAST(substr(NEW.provider_id, 1, length(NEW.provider_id) - 36) AS BLOB) ELSE CAST(NEW.provider_id AS TEXT) END,
    CASE WHEN t.sided THEN unhex(substr(NEW.provider_id, -32)) WHEN t.dashed THEN unhex(replace(substr(NEW.provider_id, -36), '-', '')) END,
    (SELECT num FROM recording_folders f WHERE f.folder = t.folder
      AND f.place = CASE NEW.store WHEN 'r2' THEN 0 WHEN 's3' THEN 1 WHEN 'twilio' THEN 2 WHEN 'aircall' THEN 3 ELSE NEW.store END),
    IIF(t.folder <> '' AND substr(substr(NEW.object, length(t.folder) + 1), 1, 36) LIKE '________-____-____-____-____________' AND length(replace(substr(substr(NEW.object, length(t.folder) + 1), 1, 36), '-', '')) = 32
      AND replace(substr(substr(NEW.object, length(t.folder) + 1), 1, 36), '-', '') NOT GLOB '*[^0-9a-f]*', unhex(replace(substr(substr(NEW.object, length(t.folder) + 1), 1, 36), '-', '') || hex(substr(substr(NEW.object, length(t.folder) + 1), 37))), CAST(substr(NEW.object, length(t.folder) + 1) AS TEXT)),
    NEW.bytes,
    IIF(length(NEW.sha256) = 64 AND NEW.sha256 NOT GLOB '*[^0-9a-f]*', unhex(NEW.sha256), NEW.sha256),
    IIF(length(NEW.etag) = 32 AND NEW.etag NOT GLOB '*[^0-9a-f]*', unhex(NEW.etag), NEW.etag),
    NEW.announced,
    CASE NEW.purpose WHEN 'training' THEN 0 WHEN 'quality' THEN 1 WHEN 'protection' THEN 2 WHEN 'request' THEN 3 ELSE NEW.purpose END,
    CASE COALESCE(NEW.state, 'kept') WHEN 'kept' THEN 0 WHEN 'erasing' THEN 1 WHEN 'erased' THEN 2 ELSE NEW.state END,
    IIF(date(t.until * 86400, 'unixepoch') IS NEW.erase_after, t.until, NEW.erase_after),
    CASE NEW.rule WHEN 'retention' THEN 0 WHEN 'outside-regions' THEN 1 WHEN 'hand' THEN 2 ELSE NEW.rule END,
    NEW.months,
    NULLIF(json_patch('{}', json_object('flag', NEW.flag, 'why', NULLIF(NEW.why, ''), 'claim', NEW.claim, 'due', NEW.due, 'not_before', NEW.not_before, 'failures', NULLIF(NEW.failures, 0), 'error', NEW.error, 'waits_until', NEW.waits_until, 'storing_until', NEW.storing_until, 'queued_until', NEW.queued_until, 'audio_at', NEW.audio_at, 'audio_past', IIF(NEW.audio_past IS IIF(NEW.audio_rev > 0, '[]', NULL), NULL, COALESCE(NEW.audio_past, '')))), '{}'),
    IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.came / 1000.0, 'unixepoch') IS NEW.at, t.came - IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.began / 1000.0, 'unixepoch') IS NEW.started_at, COALESCE(t.began, 0), 0), NEW.at),
    NEW.salt_high,
    NEW.salt_low,
    NEW.code,
    COALESCE(NEW.audio_rev, 0),
    IIF(t.inverted, NULL, NEW.audio_high),
    IIF(t.inverted, NULL, NEW.audio_low),
    NEW.audio_code,
    NEW.certified,
    IIF(NEW.commit_a IS NULL, NULL, unhex(printf('%016x%016x%016x%016x%s', NEW.commit_a, NEW.commit_b, NEW.commit_c, NEW.commit_d, IIF(NEW.was IS NULL, '', printf('%02x', NEW.was)))))
  FROM (SELECT CAST(round(unixepoch(NEW.started_at, 'subsec') * 1000) AS INTEGER) AS began,
    CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS came, unixepoch(NEW.erase_after) / 86400 AS until,
    replace(NEW.id, '-', '') AS plain, NEW.id LIKE '________-____-____-____-____________' AND length(replace(NEW.id, '-', '')) = 32
      AND replace(NEW.id, '-', '') NOT GLOB '*[^0-9a-f]*' AS named,
    length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AS hashed,
    length(NEW.provider_id) >= 32 AND substr(NEW.provider_id, -32) NOT GLOB '*[^0-9a-f]*' AS sided,
    substr(NEW.provider_id, -36) LIKE '________-____-____-____-____________' AND length(replace(substr(NEW.provider_id, -36), '-', '')) = 32
      AND replace(substr(NEW.provider_id, -36), '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.provider_id, char(0)) = 0 AS dashed,
    NEW.audio_code IS NOT NULL AND CAST(NEW.audio_high AS INTEGER) IS ~NEW.salt_high AND CAST(NEW.audio_low AS INTEGER) IS ~NEW.salt_low AS inverted,
    IIF(substr(NEW.object, length(rtrim(NEW.object, replace(NEW.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(NEW.object, replace(NEW.object, '/', '')), IIF(NEW.object IS NULL, NULL, '')) AS folder) t;
END;

-- Three, as D1 bills each index that a change may touch: of what a run notes; of days, audio and certificates; and of all.
CREATE TRIGGER recordings_try INSTEAD OF UPDATE ON recordings
WHEN
  NEW.id IS OLD.id AND NEW.ref IS OLD.ref AND NEW.provider IS OLD.provider AND NEW.by IS OLD.by AND NEW.region IS OLD.region AND
  NEW.store IS OLD.store AND NEW.at IS OLD.at AND NEW.provider_id IS OLD.provider_id AND NEW.number IS OLD.number AND
  NEW.agent IS OLD.agent AND NEW.direction IS OLD.direction AND NEW.started_at IS OLD.started_at AND
  NEW.started_on IS OLD.started_on AND NEW.seconds IS OLD.seconds AND NEW.object IS OLD.object AND NEW.announced IS OLD.announced AND
  NEW.purpose IS OLD.purpose AND NEW.state IS OLD.state AND NEW.erase_after IS OLD.erase_after AND NEW.rule IS OLD.rule AND
  NEW.months IS OLD.months AND NEW.bytes IS OLD.bytes AND NEW.sha256 IS OLD.sha256 AND NEW.etag IS OLD.etag AND
  NEW.salt_high IS OLD.salt_high AND NEW.salt_low IS OLD.salt_low AND NEW.code IS OLD.code AND NEW.audio_rev IS OLD.audio_rev AND
  NEW.audio_past IS OLD.audio_past AND NEW.audio_high IS OLD.audio_high AND NEW.audio_low IS OLD.audio_low AND
  NEW.audio_code IS OLD.audio_code AND NEW.certified IS OLD.certified AND NEW.commit_a IS OLD.commit_a AND
  NEW.commit_b IS OLD.commit_b AND NEW.commit_c IS OLD.commit_c AND NEW.commit_d IS OLD.commit_d AND NEW.was IS OLD.was
BEGIN
  UPDATE recording_rows SET more = NULLIF(json_patch('{}', json_object('flag', NEW.flag, 'why', NULLIF(NEW.why, ''), 'claim', NEW.claim, 'due', NEW.due, 'not_before', NEW.not_before, 'failures', NULLIF(NEW.failures, 0), 'error', NEW.error, 'waits_until', NEW.waits_until, 'storing_until', NEW.storing_until, 'queued_until', NEW.queued_until, 'audio_at', NEW.audio_at, 'audio_past', IIF(NEW.audio_past IS IIF(NEW.audio_rev > 0, '[]', NULL), NULL, COALESCE(NEW.audio_past, '')))), '{}')
  WHERE num = OLD.rowid;
END;

CREATE TRIGGER recordings_move INSTEAD OF UPDATE ON recordings
WHEN
  NEW.id IS OLD.id AND NEW.ref IS OLD.ref AND NEW.provider IS OLD.provider AND NEW.by IS OLD.by AND NEW.region IS OLD.region AND
  NEW.store IS OLD.store AND NEW.at IS OLD.at AND NEW.provider_id IS OLD.provider_id AND NEW.number IS OLD.number AND
  NEW.agent IS OLD.agent AND NEW.direction IS OLD.direction AND NEW.started_at IS OLD.started_at AND
  NEW.started_on IS OLD.started_on AND NEW.seconds IS OLD.seconds AND NEW.object IS OLD.object AND NEW.announced IS OLD.announced AND
  NEW.purpose IS OLD.purpose AND NEW.state IS OLD.state
  AND NOT (
    NEW.erase_after IS OLD.erase_after AND NEW.rule IS OLD.rule AND NEW.months IS OLD.months AND NEW.bytes IS OLD.bytes AND
    NEW.sha256 IS OLD.sha256 AND NEW.etag IS OLD.etag AND NEW.salt_high IS OLD.salt_high AND NEW.salt_low IS OLD.salt_low AND
    NEW.code IS OLD.code AND NEW.audio_rev IS OLD.audio_rev AND NEW.audio_past IS OLD.audio_past AND
    NEW.audio_high IS OLD.audio_high AND NEW.audio_low IS OLD.audio_low AND NEW.audio_code IS OLD.audio_code AND
    NEW.certified IS OLD.certified AND NEW.commit_a IS OLD.commit_a AND NEW.commit_b IS OLD.commit_b AND
    NEW.commit_c IS OLD.commit_c AND NEW.commit_d IS OLD.commit_d AND NEW.was IS OLD.was)
BEGIN
  -- In the words that the Worker knows: somebody else changed it meanwhile (core/states.ts).
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: recordings.audio_rev') WHERE NEW.audio_rev IS NULL;
  UPDATE recording_rows SET
    bytes = NEW.bytes,
    sha = IIF(length(NEW.sha256) = 64 AND NEW.sha256 NOT GLOB '*[^0-9a-f]*', unhex(NEW.sha256), NEW.sha256),
    tag = IIF(length(NEW.etag) = 32 AND NEW.etag NOT GLOB '*[^0-9a-f]*', unhex(NEW.etag), NEW.etag),
    until = IIF(date(t.until * 86400, 'unixepoch') IS NEW.erase_after, t.until, NEW.erase_after),
    ruled = CASE NEW.rule WHEN 'retention' THEN 0 WHEN 'outside-regions' THEN 1 WHEN 'hand' THEN 2 ELSE NEW.rule END,
    months = NEW.months,
    more = NULLIF(json_patch('{}', json_object('flag', NEW.flag, 'why', NULLIF(NEW.why, ''), 'claim', NEW.claim, 'due', NEW.due, 'not_before', NEW.not_before, 'failures', NULLIF(NEW.failures, 0), 'error', NEW.error, 'waits_until', NEW.waits_until, 'storing_until', NEW.storing_until, 'queued_until', NEW.queued_until, 'audio_at', NEW.audio_at, 'audio_past', IIF(NEW.audio_past IS IIF(NEW.audio_rev > 0, '[]', NULL), NULL, COALESCE(NEW.audio_past, '')))), '{}'),
    salt_high = NEW.salt_high,
    salt_low = NEW.salt_low,
    code = NEW.code,
    audio_rev = COALESCE(NEW.audio_rev, 0),
    audio_high = IIF(t.inverted, NULL, NEW.audio_high),
    audio_low = IIF(t.inverted, NULL, NEW.audio_low),
    audio_code = NEW.audio_code,
    certified = NEW.certified,
    commitment = IIF(NEW.commit_a IS NULL, NULL, unhex(printf('%016x%016x%016x%016x%s', NEW.commit_a, NEW.commit_b, NEW.commit_c, NEW.commit_d, IIF(NEW.was IS NULL, '', printf('%02x', NEW.was)))))
  FROM (SELECT CAST(round(unixepoch(NEW.started_at, 'subsec') * 1000) AS INTEGER) AS began,
    CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS came, unixepoch(NEW.erase_after) / 86400 AS until,
    replace(NEW.id, '-', '') AS plain, NEW.id LIKE '________-____-____-____-____________' AND length(replace(NEW.id, '-', '')) = 32
      AND replace(NEW.id, '-', '') NOT GLOB '*[^0-9a-f]*' AS named,
    length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AS hashed,
    length(NEW.provider_id) >= 32 AND substr(NEW.provider_id, -32) NOT GLOB '*[^0-9a-f]*' AS sided,
    substr(NEW.provider_id, -36) LIKE '________-____-____-____-____________' AND length(replace(substr(NEW.provider_id, -36), '-', '')) = 32
      AND replace(substr(NEW.provider_id, -36), '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.provider_id, char(0)) = 0 AS dashed,
    NEW.audio_code IS NOT NULL AND (CAST(NEW.audio_high AS INTEGER) IS ~NEW.salt_high AND CAST(NEW.audio_low AS INTEGER) IS ~NEW.salt_low
      OR CAST(NEW.audio_high AS INTEGER) IS ~OLD.salt_high AND CAST(NEW.audio_low AS INTEGER) IS ~OLD.salt_low) AS inverted) t
  WHERE num = OLD.rowid;
END;

CREATE TRIGGER recordings_change INSTEAD OF UPDATE ON recordings
WHEN NOT (
    NEW.id IS OLD.id AND NEW.ref IS OLD.ref AND NEW.provider IS OLD.provider AND NEW.by IS OLD.by AND NEW.region IS OLD.region AND
    NEW.store IS OLD.store AND NEW.at IS OLD.at AND NEW.provider_id IS OLD.provider_id AND NEW.number IS OLD.number AND
    NEW.agent IS OLD.agent AND NEW.direction IS OLD.direction AND NEW.started_at IS OLD.started_at AND
    NEW.started_on IS OLD.started_on AND NEW.seconds IS OLD.seconds AND NEW.object IS OLD.object AND NEW.announced IS OLD.announced AND
    NEW.purpose IS OLD.purpose AND NEW.state IS OLD.state)
BEGIN
  -- In the words that the Worker knows: somebody else changed it meanwhile (core/states.ts).
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: recordings.audio_rev') WHERE NEW.audio_rev IS NULL;
  INSERT INTO recording_sources (provider, by, region) SELECT NEW.provider, NEW.by, NEW.region
    WHERE NEW.provider IS NOT NULL AND NEW.by IS NOT NULL AND NEW.region IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO recording_agents (agent) SELECT NEW.agent WHERE NEW.agent IS NOT NULL ON CONFLICT DO NOTHING;
  INSERT INTO recording_folders (place, folder) SELECT t.place, t.folder FROM (SELECT
      CASE NEW.store WHEN 'r2' THEN 0 WHEN 's3' THEN 1 WHEN 'twilio' THEN 2 WHEN 'aircall' THEN 3 ELSE NEW.store END AS place,
      IIF(substr(NEW.object, length(rtrim(NEW.object, replace(NEW.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(NEW.object, replace(NEW.object, '/', '')), IIF(NEW.object IS NULL, NULL, '')) AS folder) t
    WHERE t.place IS NOT NULL AND t.folder IS NOT NULL ON CONFLICT DO NOTHING;
  UPDATE recording_rows SET
    key = IIF(t.named, unhex(t.plain), NEW.id),
    name = IIF(t.hashed, unhex(NEW.ref), NEW.ref)
  FROM (SELECT CAST(round(unixepoch(NEW.started_at, 'subsec') * 1000) AS INTEGER) AS began,
    CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS came, unixepoch(NEW.erase_after) / 86400 AS until,
    replace(NEW.id, '-', '') AS plain, NEW.id LIKE '________-____-____-____-____________' AND length(replace(NEW.id, '-', '')) = 32
      AND replace(NEW.id, '-', '') NOT GLOB '*[^0-9a-f]*' AS named,
    length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AS hashed,
    length(NEW.provider_id) >= 32 AND substr(NEW.provider_id, -32) NOT GLOB '*[^0-9a-f]*' AS sided,
    substr(NEW.provider_id, -36) LIKE '________-____-____-____-____________' AND length(replace(substr(NEW.provider_id, -36), '-', '')) = 32
      AND replace(substr(NEW.provider_id, -36), '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.provider_id, char(0)) = 0 AS dashed) t
  WHERE num = OLD.rowid AND (NEW.id IS NOT OLD.id OR NEW.ref IS NOT OLD.ref);
  UPDATE recording_rows SET
    source = (SELECT num FROM recording_sources s WHERE s.provider = NEW.provider AND s.by = NEW.by AND s.region = NEW.region),
    place = CASE NEW.store WHEN 'r2' THEN 0 WHEN 's3' THEN 1 WHEN 'twilio' THEN 2 WHEN 'aircall' THEN 3 ELSE NEW.store END,
    number = NEW.number,
    agent_num = (SELECT num FROM recording_agents WHERE agent = NEW.agent),
    inbound = CASE NEW.direction WHEN 'outbound' THEN 0 WHEN 'inbound' THEN 1 ELSE NEW.direction END,
    began = IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.began / 1000.0, 'unixepoch') IS NEW.started_at, t.began, NEW.started_at),
    began_on = IIF(date(t.began / 1000, 'unixepoch') IS NEW.started_on, IIF(NEW.started_on IS NULL, NULL, 0), NEW.started_on),
    seconds = NEW.seconds,
    sid = CASE WHEN t.sided THEN substr(NEW.provider_id, 1, length(NEW.provider_id) - 32)
      WHEN t.dashed THEN CAST(substr(NEW.provider_id, 1, length(NEW.provider_id) - 36) AS BLOB) ELSE CAST(NEW.provider_id AS TEXT) END,
    tail = CASE WHEN t.sided THEN unhex(substr(NEW.provider_id, -32)) WHEN t.dashed THEN unhex(replace(substr(NEW.provider_id, -36), '-', '')) END,
    folder = (SELECT num FROM recording_folders f WHERE f.folder = t.folder
      AND f.place = CASE NEW.store WHEN 'r2' THEN 0 WHEN 's3' THEN 1 WHEN 'twilio' THEN 2 WHEN 'aircall' THEN 3 ELSE NEW.store END),
    leaf = IIF(t.folder <> '' AND substr(substr(NEW.object, length(t.folder) + 1), 1, 36) LIKE '________-____-____-____-____________' AND length(replace(substr(substr(NEW.object, length(t.folder) + 1), 1, 36), '-', '')) = 32
      AND replace(substr(substr(NEW.object, length(t.folder) + 1), 1, 36), '-', '') NOT GLOB '*[^0-9a-f]*', unhex(replace(substr(substr(NEW.object, length(t.folder) + 1), 1, 36), '-', '') || hex(substr(substr(NEW.object, length(t.folder) + 1), 37))), CAST(substr(NEW.object, length(t.folder) + 1) AS TEXT)),
    bytes = NEW.bytes,
    sha = IIF(length(NEW.sha256) = 64 AND NEW.sha256 NOT GLOB '*[^0-9a-f]*', unhex(NEW.sha256), NEW.sha256),
    tag = IIF(length(NEW.etag) = 32 AND NEW.etag NOT GLOB '*[^0-9a-f]*', unhex(NEW.etag), NEW.etag),
    told = NEW.announced,
    aim = CASE NEW.purpose WHEN 'training' THEN 0 WHEN 'quality' THEN 1 WHEN 'protection' THEN 2 WHEN 'request' THEN 3 ELSE NEW.purpose END,
    stage = CASE COALESCE(NEW.state, 'kept') WHEN 'kept' THEN 0 WHEN 'erasing' THEN 1 WHEN 'erased' THEN 2 ELSE NEW.state END,
    until = IIF(date(t.until * 86400, 'unixepoch') IS NEW.erase_after, t.until, NEW.erase_after),
    ruled = CASE NEW.rule WHEN 'retention' THEN 0 WHEN 'outside-regions' THEN 1 WHEN 'hand' THEN 2 ELSE NEW.rule END,
    months = NEW.months,
    more = NULLIF(json_patch('{}', json_object('flag', NEW.flag, 'why', NULLIF(NEW.why, ''), 'claim', NEW.claim, 'due', NEW.due, 'not_before', NEW.not_before, 'failures', NULLIF(NEW.failures, 0), 'error', NEW.error, 'waits_until', NEW.waits_until, 'storing_until', NEW.storing_until, 'queued_until', NEW.queued_until, 'audio_at', NEW.audio_at, 'audio_past', IIF(NEW.audio_past IS IIF(NEW.audio_rev > 0, '[]', NULL), NULL, COALESCE(NEW.audio_past, '')))), '{}'),
    came = IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.came / 1000.0, 'unixepoch') IS NEW.at, t.came - IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.began / 1000.0, 'unixepoch') IS NEW.started_at, COALESCE(t.began, 0), 0), NEW.at),
    salt_high = NEW.salt_high,
    salt_low = NEW.salt_low,
    code = NEW.code,
    audio_rev = COALESCE(NEW.audio_rev, 0),
    audio_high = IIF(t.inverted, NULL, NEW.audio_high),
    audio_low = IIF(t.inverted, NULL, NEW.audio_low),
    audio_code = NEW.audio_code,
    certified = NEW.certified,
    commitment = IIF(NEW.commit_a IS NULL, NULL, unhex(printf('%016x%016x%016x%016x%s', NEW.commit_a, NEW.commit_b, NEW.commit_c, NEW.commit_d, IIF(NEW.was IS NULL, '', printf('%02x', NEW.was)))))
  FROM (SELECT CAST(round(unixepoch(NEW.started_at, 'subsec') * 1000) AS INTEGER) AS began,
    CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS came, unixepoch(NEW.erase_after) / 86400 AS until,
    replace(NEW.id, '-', '') AS plain, NEW.id LIKE '________-____-____-____-____________' AND length(replace(NEW.id, '-', '')) = 32
      AND replace(NEW.id, '-', '') NOT GLOB '*[^0-9a-f]*' AS named,
    length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AS hashed,
    length(NEW.provider_id) >= 32 AND substr(NEW.provider_id, -32) NOT GLOB '*[^0-9a-f]*' AS sided,
    substr(NEW.provider_id, -36) LIKE '________-____-____-____-____________' AND length(replace(substr(NEW.provider_id, -36), '-', '')) = 32
      AND replace(substr(NEW.provider_id, -36), '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.provider_id, char(0)) = 0 AS dashed,
    NEW.audio_code IS NOT NULL AND (CAST(NEW.audio_high AS INTEGER) IS ~NEW.salt_high AND CAST(NEW.audio_low AS INTEGER) IS ~NEW.salt_low
      OR CAST(NEW.audio_high AS INTEGER) IS ~OLD.salt_high AND CAST(NEW.audio_low AS INTEGER) IS ~OLD.salt_low) AS inverted,
    IIF(substr(NEW.object, length(rtrim(NEW.object, replace(NEW.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(NEW.object, replace(NEW.object, '/', '')), IIF(NEW.object IS NULL, NULL, '')) AS folder) t
  WHERE num = OLD.rowid;
  -- With the last recording that names an agent, the agent goes; and so does a folder.
  DELETE FROM recording_agents WHERE agent = OLD.agent AND OLD.agent IS NOT NEW.agent AND NOT EXISTS (
    SELECT 1 FROM recording_rows r WHERE r.agent_num = recording_agents.num AND r.state <> 'erased');
  DELETE FROM recording_folders WHERE folder = IIF(substr(OLD.object, length(rtrim(OLD.object, replace(OLD.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(OLD.object, replace(OLD.object, '/', '')), IIF(OLD.object IS NULL, NULL, '')) AND OLD.object IS NOT NEW.object AND NOT EXISTS (
    SELECT 1 FROM recording_rows r WHERE r.folder = recording_folders.num AND r.state <> 'erased');
END;

CREATE TRIGGER recordings_go INSTEAD OF DELETE ON recordings
BEGIN
  DELETE FROM recording_rows WHERE num = OLD.rowid;
  DELETE FROM recording_agents WHERE agent = OLD.agent AND NOT EXISTS (
    SELECT 1 FROM recording_rows r WHERE r.agent_num = recording_agents.num AND r.state <> 'erased');
  DELETE FROM recording_folders WHERE folder = IIF(substr(OLD.object, length(rtrim(OLD.object, replace(OLD.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(OLD.object, replace(OLD.object, '/', '')), IIF(OLD.object IS NULL, NULL, '')) AND NOT EXISTS (
    SELECT 1 FROM recording_rows r WHERE r.folder = recording_folders.num AND r.state <> 'erased');
END;

-- Recordings of before move by slices, as D1 gives a statement 30 seconds; the room of the indexes of before is theirs meanwhile. Of many
-- `npm run deploy` has copied nearly all by then, slice after slice by this trigger's statement, and has made the indexes.
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
  FROM recordings_before WHERE rowid >= COALESCE((SELECT MAX(num) + 1 FROM recording_rows), -9223372036854775807 - 1)
  ORDER BY rowid LIMIT NEW.upto;
  SELECT RAISE(ABORT, 'recordings: not all were moved')
  WHERE NEW.upto < 0 AND (SELECT COUNT(*) FROM recordings_before) <> (SELECT COUNT(*) FROM recording_rows);
END;
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (100000);
INSERT INTO recordings_slices VALUES (-1);
DROP TABLE recordings_slices;

-- recording_holds: as 0007 and 0059 have it, of the recording's row now. Kept: as there.
ALTER TABLE recording_holds RENAME TO recording_holds_before;
DROP INDEX recording_holds_live;
DROP INDEX recording_holds_recording;
DROP INDEX recording_holds_released;
CREATE TABLE recording_holds (
  id TEXT PRIMARY KEY,
  recording TEXT NOT NULL,
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

-- recording_looks: as 0034 has it, of the recording's row now. Kept: as there.
ALTER TABLE recording_looks RENAME TO recording_looks_before;
CREATE TABLE recording_looks (
  recording TEXT PRIMARY KEY,
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


-- certificates_apart: as 0095 has it, of the recording's row now. Kept: for good.
ALTER TABLE certificates_apart RENAME TO certificates_apart_before;
DROP INDEX certificates_erased;
DROP INDEX certificates_why;
CREATE TABLE certificates_apart (
  recording TEXT PRIMARY KEY,
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
DROP TABLE recordings_before;

-- By seconds, as 0126 has them. `id` and `ref` are unique by 8 of their bytes, as a call's `ref` is; what is no UUID, or no SHA-256, as a
-- whole. A foreign key would want an index of whole ids: triggers are in its place.
CREATE UNIQUE INDEX IF NOT EXISTS recording_rows_id ON recording_rows (COALESCE(IIF(length(id) = 36, unhex(substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 15, 4)), NULL), id));
CREATE UNIQUE INDEX IF NOT EXISTS recording_rows_ref ON recording_rows (COALESCE(unhex(substr(ref, 1, 10) || substr(ref, -6)), ref));
CREATE UNIQUE INDEX IF NOT EXISTS recording_rows_object ON recording_rows (folder, leaf) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_started ON recording_rows (unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_number ON recording_rows (number, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_ends ON recording_rows (number % 100000) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_agent ON recording_rows (agent_num, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_source ON recording_rows (source, unixepoch(started_at)) WHERE state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_erase ON recording_rows (COALESCE(unixepoch(erase_after) / 86400, 0)) WHERE state <> 'erased';
-- What came within a day of its call is found by that.
CREATE INDEX IF NOT EXISTS recording_rows_late ON recording_rows (unixepoch(at)) WHERE came NOT BETWEEN 0 AND 86400000;
CREATE INDEX IF NOT EXISTS recording_rows_flagged ON recording_rows (unixepoch(started_at)) WHERE flag IS NOT NULL AND state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_failing ON recording_rows (unixepoch(started_at)) WHERE failures > 0 AND state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_put_off ON recording_rows (not_before) WHERE not_before IS NOT NULL AND state <> 'erased';
CREATE INDEX IF NOT EXISTS recording_rows_why ON recording_rows (id) WHERE why <> '';
CREATE INDEX IF NOT EXISTS recording_rows_certified ON recording_rows (certified) WHERE certified IS NOT NULL;

-- What watches over rows, as before, on the rows themselves.
CREATE TRIGGER recordings_named BEFORE DELETE ON recording_rows
WHEN EXISTS (SELECT 1 FROM recording_holds WHERE recording = OLD.id) OR EXISTS (SELECT 1 FROM recording_looks WHERE recording = OLD.id)
  OR EXISTS (SELECT 1 FROM certificates_apart WHERE recording = OLD.id)
BEGIN
  SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed');
END;
CREATE TRIGGER recording_looks_of BEFORE INSERT ON recording_looks
WHEN NOT EXISTS (SELECT 1 FROM recording_rows r WHERE COALESCE(IIF(length(r.id) = 36, unhex(substr(r.id, 1, 8) || substr(r.id, 10, 4) || substr(r.id, 15, 4)), NULL), r.id) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND r.id = NEW.recording)
BEGIN
  SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed');
END;
CREATE TRIGGER certificates_of BEFORE INSERT ON certificates_apart
WHEN NOT EXISTS (SELECT 1 FROM recording_rows r WHERE COALESCE(IIF(length(r.id) = 36, unhex(substr(r.id, 1, 8) || substr(r.id, 10, 4) || substr(r.id, 15, 4)), NULL), r.id) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND r.id = NEW.recording)
BEGIN
  SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed');
END;

CREATE TRIGGER recordings_held BEFORE UPDATE ON recording_rows
WHEN NEW.state <> 'kept' AND EXISTS (SELECT 1 FROM holds h WHERE h.recording = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'recording_held');
END;

CREATE TRIGGER recordings_no_file BEFORE INSERT ON recording_rows
WHEN EXISTS (SELECT 1 FROM request_files WHERE store = NEW.store AND erased_at IS NULL
  AND object = (SELECT f.folder FROM recording_folders f WHERE f.num = NEW.folder) || NEW.rest)
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

CREATE TRIGGER recordings_no_request BEFORE INSERT ON recording_rows
WHEN NEW.store IN ('r2', 's3') AND (SELECT f.folder FROM recording_folders f WHERE f.num = NEW.folder) || NEW.rest GLOB 'requests/*'
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

CREATE TRIGGER recordings_erased BEFORE UPDATE ON recording_rows
WHEN OLD.state = 'erased' AND (OLD.certified IS NOT NULL OR NEW.state <> 'erased' OR NEW.id IS NOT OLD.id
  OR (NEW.certified IS NULL AND ((OLD.salt_high IS 0 AND OLD.salt_low IS 0)
    OR NEW.salt_high IS NOT 0 OR NEW.salt_low IS NOT 0 OR NEW.code IS NOT OLD.code))
  OR NEW.source IS NOT OLD.source OR NEW.ref IS NOT OLD.ref OR NEW.store IS NOT OLD.store
  OR NEW.erase_after IS NOT OLD.erase_after OR NEW.rule IS NOT OLD.rule OR NEW.months IS NOT OLD.months OR NEW.why IS NOT OLD.why
  OR NEW.at IS NOT OLD.at)
BEGIN
  SELECT RAISE(ABORT, 'recording_erased');
END;

CREATE TRIGGER recording_days_came AFTER INSERT ON recording_rows
WHEN NEW.state <> 'erased' AND NEW.id <= (SELECT value FROM marks WHERE name = 'recordings-counted')
BEGIN
  INSERT INTO recording_days
  SELECT NEW.erase_after, IIF(policys, NEW.started_on, ''),
    policys AND EXISTS (SELECT 1 FROM claims_times WHERE since <= NEW.started_at AND NEW.started_at < until), 1
  FROM (SELECT NEW.state = 'kept' AND NEW.rule = 'retention' AND NEW.started_on IS NOT NULL AS policys)
  WHERE TRUE
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER recording_days_changed AFTER UPDATE OF stage, ruled, until ON recording_rows
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

CREATE TRIGGER recording_days_went AFTER DELETE ON recording_rows
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

CREATE TRIGGER closed_kept_out_erased AFTER UPDATE OF stage ON recording_rows WHEN NEW.state = 'erased'
BEGIN
  UPDATE closed_kept_out SET gone = 1 WHERE id = NEW.id;
END;

CREATE TRIGGER recordings_once BEFORE INSERT ON recording_rows
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

CREATE TRIGGER recordings_no_delete BEFORE DELETE ON recording_rows
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

-- What reads or writes recordings beside them, as before.
CREATE VIEW certificates AS
  SELECT recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment, salt_high, salt_low, code, was,
    erased, CAST(round(unixepoch(erased_at, 'subsec') * 1000) AS INTEGER) AS moment
  FROM certificates_apart c
  -- A recording has one: nobody adds another to that in its row.
  WHERE NOT EXISTS (SELECT 1 FROM recordings r WHERE COALESCE(IIF(length(r.id) = 36, unhex(substr(r.id, 1, 8) || substr(r.id, 10, 4) || substr(r.id, 15, 4)), NULL), r.id) = COALESCE(IIF(length(c.recording) = 36, unhex(substr(c.recording, 1, 8) || substr(c.recording, 10, 4) || substr(c.recording, 15, 4)), NULL), c.recording) AND r.id = c.recording AND r.certified IS NOT NULL)
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
  FROM request_items i JOIN requests q ON q.id = i.request JOIN recordings x ON COALESCE(IIF(length(x.id) = 36, unhex(substr(x.id, 1, 8) || substr(x.id, 10, 4) || substr(x.id, 15, 4)), NULL), x.id) = COALESCE(IIF(length(i.ref) = 36, unhex(substr(i.ref, 1, 8) || substr(i.ref, 10, 4) || substr(i.ref, 15, 4)), NULL), i.ref) AND x.id = i.ref
  WHERE i.kind = 'recording' AND i.verdict <> 'rejected' AND q.kind = 'access' AND q.closed_at IS NULL AND x.state = 'kept';

CREATE TRIGGER recording_holds_kept BEFORE INSERT ON recording_holds
WHEN (SELECT r.state FROM recordings r WHERE COALESCE(IIF(length(r.id) = 36, unhex(substr(r.id, 1, 8) || substr(r.id, 10, 4) || substr(r.id, 15, 4)), NULL), r.id) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND r.id = NEW.recording) IS NOT 'kept'
BEGIN
  SELECT RAISE(ABORT, 'recording_erasing');
END;

CREATE TRIGGER request_files_no_recording BEFORE INSERT ON request_files
WHEN EXISTS (SELECT 1 FROM recording_folders f CROSS JOIN recording_rows r ON r.folder = f.num AND r.state <> 'erased' AND r.store = NEW.store
  AND r.leaf = IIF(f.folder <> '' AND substr(substr(NEW.object, length(f.folder) + 1), 1, 36) LIKE '________-____-____-____-____________' AND length(replace(substr(substr(NEW.object, length(f.folder) + 1), 1, 36), '-', '')) = 32
      AND replace(substr(substr(NEW.object, length(f.folder) + 1), 1, 36), '-', '') NOT GLOB '*[^0-9a-f]*', unhex(replace(substr(substr(NEW.object, length(f.folder) + 1), 1, 36), '-', '') || hex(substr(substr(NEW.object, length(f.folder) + 1), 37))), CAST(substr(NEW.object, length(f.folder) + 1) AS TEXT))
  WHERE f.folder = IIF(substr(NEW.object, length(rtrim(NEW.object, replace(NEW.object, '/', ''))) + 1) GLOB '*[0-9][0-9]*', rtrim(NEW.object, replace(NEW.object, '/', '')), IIF(NEW.object IS NULL, NULL, '')))
BEGIN
  SELECT RAISE(ABORT, 'object_taken');
END;

CREATE TRIGGER certificates_put INSTEAD OF INSERT ON certificates
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: certificates.recording')
  WHERE EXISTS (SELECT 1 FROM certificates c WHERE COALESCE(IIF(length(c.recording) = 36, unhex(substr(c.recording, 1, 8) || substr(c.recording, 10, 4) || substr(c.recording, 15, 4)), NULL), c.recording) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND c.recording = NEW.recording);
  UPDATE recordings SET certified = CAST(round(unixepoch(NEW.erased_at, 'subsec') * 1000) AS INTEGER),
    commit_a = (('0x' || substr(NEW.commitment, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 9, 8)) ->> '$'),
    commit_b = (('0x' || substr(NEW.commitment, 17, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 25, 8)) ->> '$'),
    commit_c = (('0x' || substr(NEW.commitment, 33, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 41, 8)) ->> '$'),
    commit_d = (('0x' || substr(NEW.commitment, 49, 8)) ->> '$') << 32 | (('0x' || substr(NEW.commitment, 57, 8)) ->> '$'),
    was = NEW.was = 'there', salt_high = NEW.salt_high, salt_low = NEW.salt_low, code = NEW.code
  WHERE COALESCE(IIF(length(id) = 36, unhex(substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 15, 4)), NULL), id) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND id = NEW.recording AND certified IS NULL AND NEW.why = '' AND NEW.erased IS NULL AND (code IS NULL) = (NEW.code IS NULL)
    AND provider = NEW.provider AND store = NEW.store AND region = NEW.region AND erase_after = NEW.erase_after AND rule = NEW.rule
    AND months = NEW.months AND typeof(NEW.months) = 'integer'
    AND length(NEW.commitment) = 64 AND NEW.commitment NOT GLOB '*[^0-9a-f]*'
    AND strftime('%Y-%m-%dT%H:%M:%fZ', CAST(round(unixepoch(NEW.erased_at, 'subsec') * 1000) AS INTEGER) / 1000.0, 'unixepoch')
      = NEW.erased_at;
  INSERT INTO certificates_apart (recording, provider, store, region, erase_after, rule, months, why, erased_at, commitment,
    salt_high, salt_low, code, was, erased)
  SELECT NEW.recording, NEW.provider, NEW.store, NEW.region, NEW.erase_after, NEW.rule, NEW.months, NEW.why, NEW.erased_at,
    NEW.commitment, NEW.salt_high, NEW.salt_low, NEW.code, NEW.was, NEW.erased
  WHERE NOT EXISTS (SELECT 1 FROM recordings r WHERE COALESCE(IIF(length(r.id) = 36, unhex(substr(r.id, 1, 8) || substr(r.id, 10, 4) || substr(r.id, 15, 4)), NULL), r.id) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND r.id = NEW.recording AND r.certified IS NOT NULL);
  UPDATE recordings SET salt_high = 0, salt_low = 0
  WHERE COALESCE(IIF(length(id) = 36, unhex(substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 15, 4)), NULL), id) = COALESCE(IIF(length(NEW.recording) = 36, unhex(substr(NEW.recording, 1, 8) || substr(NEW.recording, 10, 4) || substr(NEW.recording, 15, 4)), NULL), NEW.recording) AND id = NEW.recording AND state = 'erasing' AND code IS NOT NULL AND certified IS NULL;
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
  SELECT 1 FROM (
    SELECT r.source FROM recording_folders f CROSS JOIN recording_rows r ON r.folder = f.num AND r.state <> 'erased'
    WHERE f.folder >= NEW.prefix AND f.folder < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0' AND f.place IN (0, 1)
    UNION ALL SELECT r.source FROM recording_folders f CROSS JOIN recording_rows r ON r.folder = f.num AND r.state <> 'erased'
      AND r.leaf >= NEW.prefix AND r.leaf < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
    WHERE f.folder = '' AND f.place IN (0, 1)) r CROSS JOIN recording_sources s ON s.num = r.source
    WHERE s.by <> NEW.id
      AND (s.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = s.by AND p.kind = 'integration')))
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
    SELECT 1 FROM (
      SELECT r.source FROM recording_folders f CROSS JOIN recording_rows r ON r.folder = f.num AND r.state <> 'erased'
      WHERE f.folder >= NEW.prefix AND f.folder < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0' AND f.place IN (0, 1)
      UNION ALL SELECT r.source FROM recording_folders f CROSS JOIN recording_rows r ON r.folder = f.num AND r.state <> 'erased'
        AND r.leaf >= NEW.prefix AND r.leaf < substr(NEW.prefix, 1, length(NEW.prefix) - 1) || '0'
      WHERE f.folder = '' AND f.place IN (0, 1)) r CROSS JOIN recording_sources s ON s.num = r.source
      WHERE s.by <> NEW.id
        AND (s.by LIKE 'hook:%' OR EXISTS (SELECT 1 FROM people p WHERE p.id = s.by AND p.kind = 'integration')))
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
