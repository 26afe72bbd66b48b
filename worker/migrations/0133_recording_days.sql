-- How many recordings are to be erased on each day, counted as they come, change and go: the desk asks for it each time that somebody opens
-- its page, and read every recording that is kept. An earlier Worker goes on, and keeps it right: triggers count.

-- recording_days: recordings that are not erased, by the day of their erasure and, where they follow policy's months (rule 'retention',
-- not being erased), by the day of their call and whether it was while claims-management calls were made (`claims_times`); elsewhere
-- `started_on` is empty. No personal data.
-- Kept: as long as a recording counts.
CREATE TABLE recording_days (
  erase_after TEXT NOT NULL,
  started_on TEXT NOT NULL,
  claims INTEGER NOT NULL CHECK (claims IN (0, 1)),
  n INTEGER NOT NULL,
  PRIMARY KEY (erase_after, started_on, claims)
) WITHOUT ROWID;

-- claims_times: from when, and until when, policy let claims-management calls be made, with the day after its end ('9': it does), as
-- worker/recordings/claims.ts reads it from the policies. What is counted goes by it, and nothing else does.
-- Kept: always.
CREATE TABLE claims_times (since TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (since, until)) WITHOUT ROWID;
INSERT OR IGNORE INTO claims_times
  SELECT at, COALESCE(strftime('%Y-%m-%dT%H:%M:%fZ', until, '+1 day'), '9')
  FROM (SELECT at, doc, LEAD(at) OVER (ORDER BY version) AS until FROM policies)
  WHERE instr(doc ->> '$.campaigns.runs', '"claims-management"') > 0;
CREATE TRIGGER claims_times_told AFTER INSERT ON policies BEGIN
  UPDATE claims_times SET until = strftime('%Y-%m-%dT%H:%M:%fZ', NEW.at, '+1 day')
  WHERE until = '9' AND COALESCE(instr(NEW.doc ->> '$.campaigns.runs', '"claims-management"'), 0) = 0;
  INSERT OR IGNORE INTO claims_times SELECT NEW.at, '9'
  WHERE instr(NEW.doc ->> '$.campaigns.runs', '"claims-management"') > 0
    AND NOT EXISTS (SELECT 1 FROM claims_times WHERE until = '9');
END;

-- The mark `recordings-counted`: up to which id recordings are counted ('~': all of them). The clock counts those of before, some at a time;
-- what changes behind the mark is counted then.
INSERT INTO marks (name, value) SELECT 'recordings-counted', IIF(EXISTS (SELECT 1 FROM recordings), '', '~');

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
