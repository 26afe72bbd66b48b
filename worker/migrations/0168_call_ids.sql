-- Calls are unique and found by eight bytes of their ids, as recordings are (0165), where an index of whole ids was: a row takes a tenth less.
-- A Worker of before goes on, but reads all calls to find one by its id: docs/deploy.md has what comes before going back.

-- call_rows_ahead: call_rows, as 0125 has it and as it is called in the end; where `provider_id` ends in a UUID, that is in `sid_high` and `sid_low` too, and `sid` is bytes. Kept: as calls.
CREATE TABLE IF NOT EXISTS call_rows_ahead (
  num INTEGER PRIMARY KEY,
  id_a NOT NULL,
  id_b INTEGER,
  number INTEGER NOT NULL,
  began NOT NULL,
  seconds INTEGER,
  ref_a NOT NULL,
  ref_b INTEGER,
  ref_c INTEGER,
  ref_d INTEGER,
  source INTEGER NOT NULL,
  sid TEXT,
  sid_high INTEGER,
  sid_low INTEGER,
  agent_text INTEGER,
  agent_low INTEGER,
  person_num INTEGER CHECK (person_num > 0),
  way INTEGER NOT NULL CHECK (way IN (0, 1, 2)),
  inbound INTEGER NOT NULL CHECK (inbound IN (0, 1)),
  found,
  why INTEGER,
  overridden INTEGER NOT NULL CHECK (overridden IN (0, 1)),
  made,
  known,
  off INTEGER CHECK (off IN (0, 1)),
  said_as INTEGER CHECK (said_as IN (0, 1, 2, 3)),
  seen_as INTEGER CHECK (seen_as IN (0, 1, 2, 3)),
  told INTEGER NOT NULL CHECK (told IN (0, 1)),
  came NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  rev INTEGER NOT NULL,
  changed,
  earlier,
  replaces TEXT,
  id TEXT NOT NULL AS (IIF(id_b IS NULL, id_a, printf('%08x-%04x-%04x-%04x-%012x', (id_a >> 32) & 0xffffffff,
    (id_a >> 16) & 0xffff, id_a & 0xffff, (id_b >> 48) & 0xffff, id_b & 0xffffffffffff))),
  started_at TEXT AS (IIF(typeof(began) = 'integer', strftime('%Y-%m-%dT%H:%M:%fZ', began / 1000.0, 'unixepoch'), began)),
  at TEXT AS (IIF(typeof(came) = 'integer', strftime('%Y-%m-%dT%H:%M:%fZ', came / 1000.0, 'unixepoch'), came)),
  changed_at TEXT AS (IIF(typeof(changed) = 'integer', strftime('%Y-%m-%dT%H:%M:%fZ', changed / 1000.0, 'unixepoch'), changed)),
  ref TEXT AS (IIF(ref_b IS NULL, ref_a, printf('%016x%016x%016x%016x', ref_a, ref_b, ref_c, ref_d))),
  provider_id TEXT AS (CASE WHEN sid_high IS NULL THEN sid WHEN typeof(sid) = 'blob' THEN CAST(sid AS TEXT)
    || printf('%08x-%04x-%04x-%04x-%012x', (sid_high >> 32) & 0xffffffff, (sid_high >> 16) & 0xffff, sid_high & 0xffff,
      (sid_low >> 48) & 0xffff, sid_low & 0xffffffffffff) ELSE sid || printf('%016x%016x', sid_high, sid_low) END),
  via TEXT AS ('["import","recording","fetch"]' ->> way),
  direction TEXT AS ('["outbound","inbound"]' ->> inbound),
  verdict TEXT AS (IIF(typeof(found) = 'integer', '["clear","caution","blocked","unknown"]' ->> found, found)),
  dial TEXT AS (CAST(made AS TEXT)),
  screened TEXT AS (IIF(typeof(known) = 'integer', '["dial","lookup","screening"]' ->> known, known)),
  extension TEXT AS ('["on","off"]' ->> off),
  campaign TEXT AS ('["general","automated","claims-management","pensions"]' ->> said_as),
  judged_as TEXT AS ('["general","automated","claims-management","pensions"]' ->> seen_as),
  past TEXT AS (IIF(typeof(earlier) = 'integer', '[]', earlier)),
  CHECK ((found IS NULL) = (inbound = 1))
);

-- calls_slices: how many move next, by its trigger. Before anything is changed it refuses what D1 could not end in time, and what was copied
-- ahead without the triggers that keep it as the rows of before are (scripts/ahead). Kept: within this file.
CREATE TABLE calls_slices (upto INTEGER);
CREATE TRIGGER calls_first AFTER INSERT ON calls_slices WHEN NEW.upto = 0
BEGIN
  SELECT RAISE(ABORT, 'There are more than 250,000 calls to move: npm run deploy copies them first (docs/deploy.md)')
  WHERE EXISTS (SELECT 1 FROM call_rows WHERE num >= COALESCE((SELECT MAX(num) + 1 FROM call_rows_ahead), -9223372036854775807 - 1) LIMIT 1 OFFSET 250000);
  SELECT RAISE(ABORT, 'What was copied of calls was given up: npm run deploy copies them again (docs/deploy.md)')
  WHERE EXISTS (SELECT 1 FROM call_rows_ahead) AND 3 <> (SELECT COUNT(*) FROM sqlite_schema WHERE type = 'trigger'
    AND name IN ('call_rows_ahead_came', 'call_rows_ahead_changed', 'call_rows_ahead_went'));
END;
INSERT INTO calls_slices VALUES (0);
DROP TRIGGER calls_first;
DROP TRIGGER IF EXISTS call_rows_ahead_came;
DROP TRIGGER IF EXISTS call_rows_ahead_changed;
DROP TRIGGER IF EXISTS call_rows_ahead_went;

DROP VIEW calls;
DROP TRIGGER calls_once;
DROP TRIGGER calls_gone;
DROP TRIGGER calls_moved;
DROP TRIGGER IF EXISTS calls_said_go;
DROP TRIGGER IF EXISTS call_said_of;
DROP TRIGGER IF EXISTS call_said_more_of;
DROP INDEX IF EXISTS calls_id;
DROP INDEX IF EXISTS calls_ids;
DROP INDEX calls_ref;
DROP INDEX calls_started;
DROP INDEX calls_number;
DROP INDEX calls_person;
DROP INDEX calls_by_agent;
DROP INDEX calls_ends;
DROP INDEX calls_blocked;
DROP INDEX calls_unscreened;
DROP INDEX calls_off;
DROP INDEX calls_inbound;
DROP INDEX calls_unseen;
DROP INDEX calls_untold;
DROP INDEX calls_replaces;

-- call_said: as 0107 has it; what deletes its row with its call is a trigger now. Kept: as the call.
ALTER TABLE call_said RENAME TO call_said_before;
CREATE TABLE call_said (
  call TEXT PRIMARY KEY,
  outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'silent', 'message')),
  presentation TEXT,
  campaign TEXT,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER
) WITHOUT ROWID;
INSERT INTO call_said SELECT call, outcome, presentation, campaign, by, at, salt_high, salt_low, code
  FROM call_said_before;
DROP TABLE call_said_before;
-- call_said_more: as 0088 has it; what deletes its row with its call is a trigger now. Kept: as the call.
ALTER TABLE call_said_more RENAME TO call_said_more_before;
CREATE TABLE call_said_more (
  call TEXT NOT NULL,
  place TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('answered', 'abandoned', 'silent', 'message')),
  presentation TEXT,
  campaign TEXT,
  otherwise INTEGER NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  salt_high INTEGER,
  salt_low INTEGER,
  code INTEGER,
  PRIMARY KEY (call, place)
) WITHOUT ROWID;
INSERT INTO call_said_more SELECT call, place, outcome, presentation, campaign, otherwise, by, at, salt_high, salt_low, code
  FROM call_said_more_before;
DROP TABLE call_said_more_before;
CREATE INDEX call_said_otherwise ON call_said_more (call) WHERE otherwise = 1;

-- Calls of before move by slices, as D1 gives a statement 30 seconds; the room of the indexes of before is theirs meanwhile. Of many
-- `npm run deploy` has copied nearly all by then, slice after slice by this trigger's statement, and has made the indexes.
CREATE TRIGGER calls_slice AFTER INSERT ON calls_slices
BEGIN
  INSERT INTO call_rows_ahead (num, id_a, id_b, number, began, seconds, ref_a, ref_b, ref_c, ref_d, source, sid, sid_high, sid_low, agent_text, agent_low, person_num,
    way, inbound, found, why, overridden, made, known, off, said_as, seen_as, told, came, salt_high, salt_low, code, rev, changed, earlier, replaces)
  SELECT num, id_a, id_b, number, began, seconds, ref_a, ref_b, ref_c, ref_d, source, sid, sid_high, sid_low, agent_text, agent_low, person_num,
    way, inbound, found, why, overridden, made, known, off, said_as, seen_as, told, came, salt_high, salt_low, code, rev, changed, earlier, replaces
  FROM call_rows WHERE num >= COALESCE((SELECT MAX(num) + 1 FROM call_rows_ahead), -9223372036854775807 - 1) ORDER BY num LIMIT NEW.upto;
  SELECT RAISE(ABORT, 'calls: not all were moved')
  WHERE NEW.upto < 0 AND (SELECT COUNT(*) FROM call_rows) <> (SELECT COUNT(*) FROM call_rows_ahead);
END;
INSERT INTO calls_slices VALUES (250000);
INSERT INTO calls_slices VALUES (-1);
DROP TABLE calls_slices;
DROP TABLE call_rows;

CREATE UNIQUE INDEX IF NOT EXISTS call_rows_id ON call_rows_ahead (COALESCE(IIF(length(id) = 36, unhex(substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 15, 4)), NULL), id));
CREATE UNIQUE INDEX IF NOT EXISTS call_rows_ref ON call_rows_ahead (unhex(substr(ref, 1, 16)));
CREATE INDEX IF NOT EXISTS call_rows_started ON call_rows_ahead (unixepoch(started_at));
CREATE INDEX IF NOT EXISTS call_rows_number ON call_rows_ahead (number, unixepoch(started_at));
CREATE INDEX IF NOT EXISTS call_rows_person ON call_rows_ahead (person_num, unixepoch(started_at));
CREATE INDEX IF NOT EXISTS call_rows_by_agent ON call_rows_ahead (agent_low, unixepoch(started_at)) WHERE agent_low IS NOT NULL;
CREATE INDEX IF NOT EXISTS call_rows_ends ON call_rows_ahead (number % 100000);
CREATE INDEX IF NOT EXISTS call_rows_blocked ON call_rows_ahead (unixepoch(started_at)) WHERE verdict = 'blocked' AND overridden = 0;
CREATE INDEX IF NOT EXISTS call_rows_unscreened ON call_rows_ahead (unixepoch(started_at)) WHERE direction = 'outbound' AND screened IS NULL;
CREATE INDEX IF NOT EXISTS call_rows_off ON call_rows_ahead (unixepoch(started_at)) WHERE direction = 'outbound' AND extension = 'off';
CREATE INDEX IF NOT EXISTS call_rows_inbound ON call_rows_ahead (unixepoch(started_at)) WHERE direction = 'inbound';
CREATE INDEX IF NOT EXISTS call_rows_unseen ON call_rows_ahead (unixepoch(started_at)) WHERE direction = 'outbound' AND dial IS NULL;
CREATE INDEX IF NOT EXISTS call_rows_untold ON call_rows_ahead (at) WHERE verdict = 'blocked' AND overridden = 0 AND told = 0;
CREATE UNIQUE INDEX IF NOT EXISTS call_rows_replaces ON call_rows_ahead (replaces) WHERE replaces IS NOT NULL;
ALTER TABLE call_rows_ahead RENAME TO call_rows;

CREATE VIEW calls AS
  SELECT num AS rowid, id, ref, via, (SELECT text ->> 0 FROM call_texts t WHERE t.num = source) AS provider, provider_id, number,
    (SELECT text FROM call_texts t WHERE t.num = agent_text) AS agent,
    (SELECT p.id FROM people p WHERE p.num = person_num) AS person, direction, started_at, seconds, verdict,
    (SELECT text FROM call_texts t WHERE t.num = why) AS reasons, overridden, dial, screened, extension, told,
    (SELECT text ->> 1 FROM call_texts t WHERE t.num = source) AS by, at, salt_high, salt_low, code, rev, changed_at, past, replaces,
    campaign, judged_as, agent_low, person_num
  FROM call_rows;

CREATE TRIGGER calls_put INSTEAD OF INSERT ON calls
BEGIN
  INSERT INTO call_texts (text, last)
    SELECT value, substr(NEW.started_at, 1, 7)
    FROM json_each(json_array(json_array(NEW.provider, NEW.by), CAST(NEW.agent AS TEXT), lower(NEW.agent),
      CAST(NEW.reasons AS TEXT)))
    WHERE value IS NOT NULL
    ON CONFLICT (text) DO UPDATE SET last = excluded.last WHERE last < excluded.last;
  INSERT INTO call_rows (num, id_a, id_b, number, began, seconds, ref_a, ref_b, ref_c, ref_d, source, sid, sid_high, sid_low, agent_text,
    agent_low, person_num, way, inbound, found, why, overridden, made, known, off, said_as, seen_as, told, came, salt_high, salt_low,
    code, rev, changed, earlier, replaces)
  SELECT NEW.rowid, IIF(t.named, (('0x' || substr(t.plain, 1, 8)) ->> '$') << 32 | (('0x' || substr(t.plain, 9, 8)) ->> '$'), NEW.id),
    IIF(t.named, (('0x' || substr(t.plain, 17, 8)) ->> '$') << 32 | (('0x' || substr(t.plain, 25, 8)) ->> '$'), NULL), NEW.number,
    IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.began / 1000.0, 'unixepoch') IS NEW.started_at, t.began, NEW.started_at), NEW.seconds,
    IIF(t.hashed, (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$'), NEW.ref),
    IIF(t.hashed, (('0x' || substr(NEW.ref, 17, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 25, 8)) ->> '$'), NULL),
    IIF(t.hashed, (('0x' || substr(NEW.ref, 33, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 41, 8)) ->> '$'), NULL),
    IIF(t.hashed, (('0x' || substr(NEW.ref, 49, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 57, 8)) ->> '$'), NULL),
    (SELECT num FROM call_texts WHERE text = json_array(NEW.provider, NEW.by) AND NEW.provider IS NOT NULL AND NEW.by IS NOT NULL),
    CASE WHEN t.sided THEN substr(NEW.provider_id, 1, length(NEW.provider_id) - 32)
      WHEN t.dashed THEN CAST(substr(NEW.provider_id, 1, length(NEW.provider_id) - 36) AS BLOB) ELSE CAST(NEW.provider_id AS TEXT) END,
    IIF(t.sided OR t.dashed, (('0x' || substr(t.ends, -32, 8)) ->> '$') << 32 | (('0x' || substr(t.ends, -24, 8)) ->> '$'), NULL),
    IIF(t.sided OR t.dashed, (('0x' || substr(t.ends, -16, 8)) ->> '$') << 32 | (('0x' || substr(t.ends, -8, 8)) ->> '$'), NULL),
    (SELECT num FROM call_texts WHERE text = NEW.agent), (SELECT num FROM call_texts WHERE text = lower(NEW.agent)),
    -- No person's number, which the table refuses: who is not in people is nobody's. A restore puts people's index there last.
    IIF(NEW.person IS NULL, NULL, COALESCE((SELECT num FROM people WHERE id = NEW.person), -1)),
    CASE NEW.via WHEN 'import' THEN 0 WHEN 'recording' THEN 1 WHEN 'fetch' THEN 2 ELSE NEW.via END,
    CASE NEW.direction WHEN 'outbound' THEN 0 WHEN 'inbound' THEN 1 ELSE NEW.direction END,
    CASE NEW.verdict WHEN 'clear' THEN 0 WHEN 'caution' THEN 1 WHEN 'blocked' THEN 2 WHEN 'unknown' THEN 3 ELSE NEW.verdict END,
    (SELECT num FROM call_texts WHERE text = NEW.reasons), COALESCE(NEW.overridden, 0),
    IIF(CAST(CAST(NEW.dial AS INTEGER) AS TEXT) = NEW.dial, CAST(NEW.dial AS INTEGER), NEW.dial),
    CASE NEW.screened WHEN 'dial' THEN 0 WHEN 'lookup' THEN 1 WHEN 'screening' THEN 2 ELSE NEW.screened END,
    CASE NEW.extension WHEN 'on' THEN 0 WHEN 'off' THEN 1 ELSE NEW.extension END,
    CASE NEW.campaign WHEN 'general' THEN 0 WHEN 'automated' THEN 1 WHEN 'claims-management' THEN 2 WHEN 'pensions' THEN 3
      ELSE NEW.campaign END,
    CASE NEW.judged_as WHEN 'general' THEN 0 WHEN 'automated' THEN 1 WHEN 'claims-management' THEN 2 WHEN 'pensions' THEN 3
      ELSE NEW.judged_as END,
    COALESCE(NEW.told, 0),
    IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.came / 1000.0, 'unixepoch') IS NEW.at, t.came, NEW.at), NEW.salt_high, NEW.salt_low,
    NEW.code, COALESCE(NEW.rev, 0),
    IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.changed / 1000.0, 'unixepoch') IS NEW.changed_at, t.changed, NEW.changed_at),
    IIF(NEW.past = '[]', 0, NEW.past), NEW.replaces
  FROM (SELECT CAST(round(unixepoch(NEW.started_at, 'subsec') * 1000) AS INTEGER) AS began,
    CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS came,
    CAST(round(unixepoch(NEW.changed_at, 'subsec') * 1000) AS INTEGER) AS changed,
    replace(NEW.id, '-', '') AS plain, NEW.id LIKE '________-____-____-____-____________' AND length(replace(NEW.id, '-', '')) = 32
      AND replace(NEW.id, '-', '') NOT GLOB '*[^0-9a-f]*' AS named,
    length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AS hashed,
    length(NEW.provider_id) >= 32 AND substr(NEW.provider_id, -32) NOT GLOB '*[^0-9a-f]*' AS sided,
    substr(NEW.provider_id, -36) LIKE '________-____-____-____-____________' AND length(replace(substr(NEW.provider_id, -36), '-', '')) = 32
      AND replace(substr(NEW.provider_id, -36), '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.provider_id, char(0)) = 0 AS dashed,
    replace(NEW.provider_id, '-', '') AS ends) t;
END;

CREATE TRIGGER calls_change INSTEAD OF UPDATE ON calls
BEGIN
  -- In the words that the Worker knows: somebody else changed it meanwhile (core/states.ts).
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: calls.rev') WHERE NEW.rev IS NULL;
  INSERT INTO call_texts (text, last)
    SELECT value, substr(NEW.started_at, 1, 7)
    FROM json_each(json_array(json_array(NEW.provider, NEW.by), CAST(NEW.agent AS TEXT), lower(NEW.agent),
      CAST(NEW.reasons AS TEXT)))
    WHERE value IS NOT NULL
    ON CONFLICT (text) DO UPDATE SET last = excluded.last WHERE last < excluded.last;
  UPDATE call_rows SET
    id_a = IIF(t.named, (('0x' || substr(t.plain, 1, 8)) ->> '$') << 32 | (('0x' || substr(t.plain, 9, 8)) ->> '$'), NEW.id),
    id_b = IIF(t.named, (('0x' || substr(t.plain, 17, 8)) ->> '$') << 32 | (('0x' || substr(t.plain, 25, 8)) ->> '$'), NULL),
    number = NEW.number,
    began = IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.began / 1000.0, 'unixepoch') IS NEW.started_at, t.began, NEW.started_at),
    seconds = NEW.seconds,
    ref_a = IIF(t.hashed, (('0x' || substr(NEW.ref, 1, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 9, 8)) ->> '$'), NEW.ref),
    ref_b = IIF(t.hashed, (('0x' || substr(NEW.ref, 17, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 25, 8)) ->> '$'), NULL),
    ref_c = IIF(t.hashed, (('0x' || substr(NEW.ref, 33, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 41, 8)) ->> '$'), NULL),
    ref_d = IIF(t.hashed, (('0x' || substr(NEW.ref, 49, 8)) ->> '$') << 32 | (('0x' || substr(NEW.ref, 57, 8)) ->> '$'), NULL),
    source = (SELECT num FROM call_texts WHERE text = json_array(NEW.provider, NEW.by) AND NEW.provider IS NOT NULL AND NEW.by IS NOT NULL),
    sid = CASE WHEN t.sided THEN substr(NEW.provider_id, 1, length(NEW.provider_id) - 32)
      WHEN t.dashed THEN CAST(substr(NEW.provider_id, 1, length(NEW.provider_id) - 36) AS BLOB) ELSE CAST(NEW.provider_id AS TEXT) END,
    sid_high = IIF(t.sided OR t.dashed, (('0x' || substr(t.ends, -32, 8)) ->> '$') << 32 | (('0x' || substr(t.ends, -24, 8)) ->> '$'), NULL),
    sid_low = IIF(t.sided OR t.dashed, (('0x' || substr(t.ends, -16, 8)) ->> '$') << 32 | (('0x' || substr(t.ends, -8, 8)) ->> '$'), NULL),
    agent_text = (SELECT num FROM call_texts WHERE text = NEW.agent),
    agent_low = (SELECT num FROM call_texts WHERE text = lower(NEW.agent)),
    person_num = IIF(NEW.person IS NULL, NULL, COALESCE((SELECT num FROM people WHERE id = NEW.person), -1)),
    way = CASE NEW.via WHEN 'import' THEN 0 WHEN 'recording' THEN 1 WHEN 'fetch' THEN 2 ELSE NEW.via END,
    inbound = CASE NEW.direction WHEN 'outbound' THEN 0 WHEN 'inbound' THEN 1 ELSE NEW.direction END,
    found = CASE NEW.verdict WHEN 'clear' THEN 0 WHEN 'caution' THEN 1 WHEN 'blocked' THEN 2 WHEN 'unknown' THEN 3 ELSE NEW.verdict END,
    why = (SELECT num FROM call_texts WHERE text = NEW.reasons), overridden = NEW.overridden,
    made = IIF(CAST(CAST(NEW.dial AS INTEGER) AS TEXT) = NEW.dial, CAST(NEW.dial AS INTEGER), NEW.dial),
    known = CASE NEW.screened WHEN 'dial' THEN 0 WHEN 'lookup' THEN 1 WHEN 'screening' THEN 2 ELSE NEW.screened END,
    off = CASE NEW.extension WHEN 'on' THEN 0 WHEN 'off' THEN 1 ELSE NEW.extension END,
    said_as = CASE NEW.campaign WHEN 'general' THEN 0 WHEN 'automated' THEN 1 WHEN 'claims-management' THEN 2 WHEN 'pensions' THEN 3
      ELSE NEW.campaign END,
    seen_as = CASE NEW.judged_as WHEN 'general' THEN 0 WHEN 'automated' THEN 1 WHEN 'claims-management' THEN 2 WHEN 'pensions' THEN 3
      ELSE NEW.judged_as END,
    told = NEW.told,
    came = IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.came / 1000.0, 'unixepoch') IS NEW.at, t.came, NEW.at),
    salt_high = NEW.salt_high, salt_low = NEW.salt_low, code = NEW.code, rev = NEW.rev,
    changed = IIF(strftime('%Y-%m-%dT%H:%M:%fZ', t.changed / 1000.0, 'unixepoch') IS NEW.changed_at, t.changed, NEW.changed_at),
    earlier = IIF(NEW.past = '[]', 0, NEW.past), replaces = NEW.replaces
  FROM (SELECT CAST(round(unixepoch(NEW.started_at, 'subsec') * 1000) AS INTEGER) AS began,
    CAST(round(unixepoch(NEW.at, 'subsec') * 1000) AS INTEGER) AS came,
    CAST(round(unixepoch(NEW.changed_at, 'subsec') * 1000) AS INTEGER) AS changed,
    replace(NEW.id, '-', '') AS plain, NEW.id LIKE '________-____-____-____-____________' AND length(replace(NEW.id, '-', '')) = 32
      AND replace(NEW.id, '-', '') NOT GLOB '*[^0-9a-f]*' AS named,
    length(NEW.ref) = 64 AND NEW.ref NOT GLOB '*[^0-9a-f]*' AS hashed,
    length(NEW.provider_id) >= 32 AND substr(NEW.provider_id, -32) NOT GLOB '*[^0-9a-f]*' AS sided,
    substr(NEW.provider_id, -36) LIKE '________-____-____-____-____________' AND length(replace(substr(NEW.provider_id, -36), '-', '')) = 32
      AND replace(substr(NEW.provider_id, -36), '-', '') NOT GLOB '*[^0-9a-f]*' AND instr(NEW.provider_id, char(0)) = 0 AS dashed,
    replace(NEW.provider_id, '-', '') AS ends) t
  WHERE num = OLD.rowid;
END;

CREATE TRIGGER calls_go INSTEAD OF DELETE ON calls
BEGIN
  DELETE FROM call_rows WHERE num = OLD.rowid;
  -- An agent of a log may be anybody's name or number: with the last call that names it, its text goes.
  DELETE FROM call_texts WHERE text IN (OLD.agent, lower(OLD.agent))
    AND NOT CASE WHEN text GLOB '[[]*' AND json_valid(text) THEN text = '[]' OR COALESCE(json_type(text, '$[0]') = 'object', 0)
      OR COALESCE(json_array_length(text) = 2 AND json_type(text, '$[0]') = 'text' AND json_type(text, '$[1]') = 'text', 0) ELSE 0 END
    AND NOT EXISTS (SELECT 1 FROM call_rows c WHERE c.agent_low = (SELECT l.num FROM call_texts l WHERE l.text = lower(OLD.agent))
      AND (c.agent_text = call_texts.num OR c.agent_low = call_texts.num));
END;

CREATE TRIGGER calls_once BEFORE INSERT ON call_rows
WHEN NEW.ref_b IS NOT NULL AND EXISTS (SELECT 1 FROM closed_logged WHERE name = NEW.ref_a)
BEGIN
  SELECT RAISE(ABORT, 'UNIQUE constraint failed: calls.ref');
END;

CREATE TRIGGER calls_gone AFTER DELETE ON call_rows
BEGIN
  UPDATE closed_out SET lone = 1 WHERE num = OLD.made AND typeof(OLD.made) = 'integer';
END;

CREATE TRIGGER calls_moved AFTER UPDATE OF made ON call_rows
WHEN NEW.made IS NOT OLD.made AND typeof(OLD.made) = 'integer'
BEGIN
  UPDATE closed_out SET lone = 1 WHERE num = OLD.made;
END;

-- In the place of foreign keys, which would want an index of whole ids.
CREATE TRIGGER calls_said_go AFTER DELETE ON call_rows
BEGIN
  DELETE FROM call_said WHERE call = OLD.id;
  DELETE FROM call_said_more WHERE call = OLD.id;
END;
CREATE TRIGGER call_said_of BEFORE INSERT ON call_said
WHEN NOT EXISTS (SELECT 1 FROM call_rows c WHERE COALESCE(IIF(length(c.id) = 36, unhex(substr(c.id, 1, 8) || substr(c.id, 10, 4) || substr(c.id, 15, 4)), NULL), c.id) = COALESCE(IIF(length(NEW.call) = 36, unhex(substr(NEW.call, 1, 8) || substr(NEW.call, 10, 4) || substr(NEW.call, 15, 4)), NULL), NEW.call) AND c.id = NEW.call)
BEGIN
  SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed');
END;
CREATE TRIGGER call_said_more_of BEFORE INSERT ON call_said_more
WHEN NOT EXISTS (SELECT 1 FROM call_rows c WHERE COALESCE(IIF(length(c.id) = 36, unhex(substr(c.id, 1, 8) || substr(c.id, 10, 4) || substr(c.id, 15, 4)), NULL), c.id) = COALESCE(IIF(length(NEW.call) = 36, unhex(substr(NEW.call, 1, 8) || substr(NEW.call, 10, 4) || substr(NEW.call, 15, 4)), NULL), NEW.call) AND c.id = NEW.call)
BEGIN
  SELECT RAISE(ABORT, 'FOREIGN KEY constraint failed');
END;
