-- People have roles, integrations have scopes; neither stands for the other.

-- people, one more: `scopes` (JSON array), what an integration may do (shared/people/api.ts); null for a person. The `role` of
-- an integration opens nothing any more: an earlier release reads it, if one is deployed again. Kept: as the rest of the row.
ALTER TABLE people ADD COLUMN scopes TEXT CHECK (scopes IS NULL OR (kind = 'integration' AND json_valid(scopes)));

-- Each integration keeps what it used in the last 90 days, by the rows that it wrote. What is asked leaves no row, so a token
-- that was used at all keeps `check`. Only rows of 90 days are read, however many there are: the row numbers are in the order
-- in which rows came, so the last one before them is found by halves (a clock may have been a day wrong). docs/deploy.md says how long
-- that takes.
-- scopes_since: the last row of more than 91 days ago, by table. Kept: until the end of this migration.
DROP TABLE IF EXISTS scopes_since;
CREATE TABLE scopes_since AS
WITH RECURSIVE half (place, step, last) AS (
  SELECT column1, 1 << 40, 0 FROM (VALUES ('recordings'), ('calls'), ('audit'))
  UNION ALL
  SELECT place, step / 2, last + IIF(strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-91 days') > CASE place
      WHEN 'recordings' THEN (SELECT at FROM recordings WHERE rowid >= last + step ORDER BY rowid LIMIT 1)
      WHEN 'calls' THEN (SELECT at FROM calls WHERE rowid >= last + step ORDER BY rowid LIMIT 1)
      ELSE (SELECT at FROM audit WHERE seq >= last + step ORDER BY seq LIMIT 1) END, step, 0)
  FROM half WHERE step > 0
)
SELECT place, last FROM half WHERE step = 0;

-- scopes_used: which integration used what. Kept: until the end of this migration.
DROP TABLE IF EXISTS scopes_used;
CREATE TABLE scopes_used AS
SELECT DISTINCT by AS actor, 'recordings:write' AS scope FROM recordings
  WHERE rowid > (SELECT last FROM scopes_since WHERE place = 'recordings')
    AND at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days');
INSERT INTO scopes_used
SELECT DISTINCT by, 'calls:write' FROM calls
  WHERE rowid > (SELECT last FROM scopes_since WHERE place = 'calls') AND via = 'import'
    AND at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days');
INSERT INTO scopes_used
SELECT person, 'check' FROM tokens WHERE last_used_at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days');
INSERT INTO scopes_used
SELECT by, 'screen' FROM screenings s JOIN people p ON p.id = s.by AND p.role <> 'agent'
  WHERE s.at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days');
-- The trail shows what is erased since.
INSERT INTO scopes_used
SELECT DISTINCT actor, CASE
    WHEN code LIKE 'screening.%' THEN 'screen'
    WHEN code = 'call.imported' THEN 'calls:write'
    ELSE 'recordings:write' END
FROM audit
WHERE seq > (SELECT last FROM scopes_since WHERE place = 'audit')
  AND at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days')
  AND (code LIKE 'screening.%' OR code IN ('call.imported', 'recording.added', 'recording.stored'));

UPDATE people SET scopes = (SELECT json_group_array(DISTINCT scope) FROM scopes_used WHERE actor = people.id)
WHERE kind = 'integration';
DROP TABLE scopes_used;
DROP TABLE scopes_since;
